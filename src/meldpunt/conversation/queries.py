"""Ways to look at a conversation: the page of a case, and what waits to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from meldpunt.cases import queries as cases
from meldpunt.cases.queries import CaseView, FileView, Written
from meldpunt.cases.rules import Reach, RecordKind, Reporter
from meldpunt.cases.visits import Visiting
from meldpunt.conversation import letters, shown
from meldpunt.conversation.keys import trouble_of
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.quoting import Piece, pieces
from meldpunt.conversation.rules import Letterhead, Mode, mode_for
from meldpunt.ground.errors import OutsideFailure
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.intake.queries import unopened_messages
from meldpunt.ledger import log, rows
from meldpunt.ledger.log import Told
from meldpunt.policy import queries as policy
from meldpunt.policy.calendar import WorkCalendar
from meldpunt.promises.queries import of_case
from meldpunt.promises.rules import PromiseView
from meldpunt.vault import queries as vault
from meldpunt.vault.keyring import VaultKeys


@dataclass(frozen=True, slots=True)
class Letter:
    """Something that was written to or by the reporter; ``elsewhere``: by ``sender``, who belongs to it as well.

    ``delivery``: ``waiting``, ``sent``, ``undelivered``, or ``page`` when it is read there; empty for what came in.
    """

    kind: RecordKind
    at: datetime
    by: str
    text: str = field(repr=False)
    files: tuple[FileView, ...]
    protection: str
    signer: str
    door: str
    delivery: str
    elsewhere: bool = False
    sender: str = field(default="", repr=False)
    id: str = ""  # of its record
    open_from: datetime | None = None  # until then it can be taken back

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The text, told apart: own words, quoted ones, signatures."""
        return pieces(self.text)


@dataclass(frozen=True, slots=True)
class Note:
    at: datetime
    by: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Event:
    kind: str
    at: datetime
    by: str
    facts: Mapping[str, Any]


Item = Letter | Note | Event


@dataclass(frozen=True, slots=True)
class Sending:
    """How a letter written now would go."""

    mode: Mode
    to: str = field(repr=False)
    language: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything a handler may see of a case.  ``items`` are oldest first; ``judgements`` too."""

    case: CaseView
    reporter: Reporter
    promises: tuple[PromiseView, ...]
    items: tuple[Item, ...]
    judgements: tuple[dict[str, str], ...]
    entries: int
    head: str
    sending: Sending
    key_trouble: str  # why their key cannot be written to, as in ``keys.trouble_of``

    @property
    def key_since(self) -> datetime | None:
        """When the reporter's key was pinned."""
        return datetime.fromisoformat(self.reporter.key_since) if self.reporter.key_since else None


@dataclass(frozen=True, slots=True)
class ReporterPage:
    """Everything the reporter may see of their case: no note is in here, nor can be."""

    ref: CaseRef
    received_at: datetime
    language: str
    policy_version: int
    reach: Reach
    verdict: str
    severity: str
    expected_on: date | None
    promises: tuple[PromiseView, ...]
    items: tuple[Letter | Event, ...]
    judgements: tuple[dict[str, str], ...]
    entries: int
    head: str
    unopened: int


# What the desk and the reporter see of the ledger beside the letters, and which facts of it
DESK_EVENTS = {
    "conduct.reviewed": ("kept",),
    "conduct.disputed": ("side",),
    "safe-harbour.asked": (),
    "safe-harbour.given": (),
    "safe-harbour.refused": (),
    "case.taken": ("handler",),
    "case.assessed": ("verdict", "severity", "expected_on", "again"),
    "promise.missed": ("promise", "due_on"),
    "promise.reminded": ("promise", "to"),
    "letter.promised": ("due_at",),
    "letter.written": ("about", "mode"),
    "letter.undelivered": ("why",),
    "letter.repeated": (),
    "letter.again": ("about",),
    "reporter.address-corrected": (),
    "receipt.issued": ("by_mail",),
    "reporter.key-pinned": ("changed",),
    "reporter.other-key": (),
    "reporter.key-found": (),
    "reporter.key-renewed": (),
    "reporter.other-key-found": (),
    **shown.ACCESS,
    **shown.REMEDIATION,
    **shown.TRIAGE,
    **shown.PRIVACY,
    **shown.PUBLICATION,
    **shown.OWNERS,
}
REPORTER_SEES = (
    *shown.REMEDIATION_FOR_REPORTER,
    *shown.TRIAGE_FOR_REPORTER,
    *shown.PRIVACY_FOR_REPORTER,
    *shown.PUBLICATION_FOR_REPORTER,
    "conduct.disputed",
    "safe-harbour.asked",
    "safe-harbour.given",
    "safe-harbour.refused",
    "case.assessed",
    "promise.missed",
    "letter.promised",
    "letter.written",
    "letter.undelivered",
    "receipt.issued",
    "reporter.key-pinned",
    "reporter.other-key",
)
REPORTER_EVENTS = {kind: DESK_EVENTS[kind] for kind in REPORTER_SEES}


def letterhead(base_url: str, published: policy.Published | None = None, tagged: bool = False) -> Letterhead:
    """What stands on our letters now, by the policy as it is published."""
    organisation = (published or policy.current()).policy.organisation
    return Letterhead(organisation.name, organisation.contact, base_url, vault.own_fingerprint(), tagged)


def case_page(viewer: Actor, ref: CaseRef, *, keys: VaultKeys, calendar: WorkCalendar, now: datetime) -> CasePage:
    """A case with its timeline, for a handler.  ``NoSuchCase`` for anyone else."""
    case, reporter, records = cases.everything(viewer, ref, keys)
    told = log.read(ref)
    trouble = _key_trouble(reporter)
    return CasePage(
        case,
        reporter,
        of_case(ref, calendar, now),
        _timeline(records, told, DESK_EVENTS),
        _judgements(records),
        len(told),
        told[-1].hash,
        Sending(mode_for(replace(reporter, key=b"") if trouble else reporter), reporter.address, case.language),
        trouble,
    )


def _key_trouble(reporter: Reporter) -> str:
    """Also when the OpenPGP engine does not answer there is a page."""
    try:
        return trouble_of(reporter)
    except OutsideFailure:
        return ""


def reporter_page(visit: Visiting, *, calendar: WorkCalendar, now: datetime) -> ReporterPage:
    """The visited case, for its reporter."""
    waiting = unopened_messages(visit.ref)  # first: one that is opened meanwhile is told twice, and not at all else
    case = cases.visited(visit)
    records = cases.written_for(visit)
    told = log.read(visit.ref)
    return ReporterPage(
        case.ref,
        case.received_at,
        case.language,
        case.policy_version,
        case.reach,
        case.verdict,
        case.severity,
        case.expected_on,
        of_case(visit.ref, calendar, now),
        tuple(item for item in _timeline(records, told, REPORTER_EVENTS) if not isinstance(item, Note)),
        _judgements(records),
        len(told),
        told[-1].hash,
        waiting,
    )


def draft_reply(viewer: Actor, ref: CaseRef, letterhead: Letterhead, *, keys: VaultKeys) -> str:
    """The beginning of a letter to the reporter, in their language, to be edited."""
    case = cases.case_for(viewer, ref, keys)
    reporter = cases.reporter_of(viewer, ref, keys)
    words = {"reference": ref, "name": reporter.name, **letterhead.words_in(case.language)}
    return letters.draft("reply", case.language, words).body


def _timeline(records: tuple[Written, ...], told: list[Told], shown: Mapping[str, tuple[str, ...]]) -> tuple[Item, ...]:
    delivery = _delivery([record.id for record in records if record.kind is RecordKind.TO_REPORTER])
    items: list[Item] = [_item(record, delivery) for record in records if record.judgement is None]
    items += [
        Event(entry.kind, entry.at, entry.by, {name: entry.facts[name] for name in shown[entry.kind]})
        for entry in told
        if entry.kind in shown and _is_told(entry)
    ]
    return tuple(sorted(items, key=lambda item: (item.at, isinstance(item, Event))))


def _is_told(entry: Told) -> bool:
    """A letter of a person stands in the timeline itself; of an automatic one only the fact."""
    return entry.kind != "letter.written" or bool(entry.facts["automatic"])


def _item(record: Written, delivery: Mapping[str, str]) -> Item:
    if record.kind is RecordKind.NOTE:
        return Note(record.at, record.by, record.text)
    going = delivery.get(record.id, "page") if record.kind is RecordKind.TO_REPORTER else ""
    return Letter(
        record.kind,
        record.at,
        record.by,
        record.text,
        record.files,
        record.protection,
        record.signer,
        record.door,
        going,
        record.elsewhere,
        record.sender,
        record.id,
        record.open_from,
    )


def _delivery(records: list[str]) -> dict[str, str]:
    """The newest sending of each counts: an earlier one may have failed."""
    found = rows.looks(OutboxLetter, "record", "state", order=("created_at",), record=tuple(records))
    return dict(found)


def _judgements(records: tuple[Written, ...]) -> tuple[dict[str, str], ...]:
    return tuple(record.judgement for record in records if record.judgement is not None)


def due_letters(now: datetime, limit: int) -> list[str]:
    """The letters that may be sent now, the longest waiting first."""
    due = OutboxLetter.objects.filter(state="waiting", next_at__lte=now).order_by("next_at")
    return list(due.values_list("id", flat=True)[:limit])


def outbox_age() -> tuple[int, datetime | None, int]:
    """How many letters wait, since when the oldest, and how many could not be delivered."""
    waiting = OutboxLetter.objects.filter(state="waiting").order_by("created_at")
    oldest = waiting.values_list("created_at", flat=True).first()
    return waiting.count(), oldest, OutboxLetter.objects.filter(state="undelivered").count()
