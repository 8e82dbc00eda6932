"""Ways to look at a case.  Returns frozen views, never rows.

``access.row`` is the one door for those at the desk, a ``Visiting`` the one for reporters: what does
not exist and what one may not see get the same answer.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from meldpunt.cases import sealed
from meldpunt.cases.access import row as _row
from meldpunt.cases.models import Case, Record, Thread
from meldpunt.cases.rules import Arrival, Content, FileRef, Purpose, Reach, RecordKind, Reporter
from meldpunt.cases.visits import Visiting
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import every, look
from meldpunt.vault import files
from meldpunt.vault.files import SealedFile
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.queries import address_token

MOST_TAGS = 20  # recipients of one letter that are looked at


@dataclass(frozen=True, slots=True)
class CaseView:
    ref: CaseRef
    title: str = field(repr=False)
    received_at: datetime
    door: str
    language: str
    handler: str
    policy_version: int
    reach: Reach
    protection: str
    verdict: str
    severity: str
    expected_on: date | None
    encrypted: bool  # whether we can write to the reporter encrypted


@dataclass(frozen=True, slots=True)
class FileView:
    """``kind`` and ``scan`` as in ``FileRef``."""

    id: str
    name: str
    size: int
    content_type: str
    kind: str = ""
    scan: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A record, opened.

    ``elsewhere``: not from the reporter's address; ``sender`` then says from whom, to handlers only.
    ``open_from``: of a letter of ours, from when the reporter can read it, if that was not at once.
    """

    id: str
    kind: RecordKind
    number: int
    at: datetime
    by: str
    door: str
    protection: str
    text: str = field(repr=False)
    files: tuple[FileView, ...] = ()
    signer: str = ""
    judgement: dict[str, str] | None = field(default=None, repr=False)
    elsewhere: bool = False
    sender: str = field(default="", repr=False)
    open_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class FileContent:
    name: str
    content_type: str
    size: int
    chunks: Iterator[bytes]
    kind: str = ""
    scan: str = ""


def case_for(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> CaseView:
    """A case, for who may see it.  ``NoSuchCase`` for anyone else, as if it did not exist."""
    return _view(_row(viewer, ref), keys)


def lines(refs: Sequence[str], keys: VaultKeys) -> dict[str, tuple[CaseView, str]]:
    """(case, who reported) by reference, for a list: one query, however many."""
    rows = every(Case, ref=tuple(dict.fromkeys(refs)))
    return {row.ref: (_view(row, keys), sealed.open_line(row.who, "who", row.ref, keys)) for row in rows}


def reporter_of(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> Reporter:
    """Who reported.  Needs the identity key, which owners of systems never get."""
    case = _row(viewer, ref, Right.WHO)
    return sealed.open_reporter(case, sealed.private_key(case, Purpose.IDENTITY, keys))


def written(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> tuple[Written, ...]:
    """Everything that was written in a case, notes too, oldest first.  For who may read it."""
    case = _row(viewer, ref, Right.READ)
    return _written(case, sealed.private_keys(case, keys))


def everything(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> tuple[CaseView, Reporter, tuple[Written, ...]]:
    """The case, who reported it and all that was written, as far as the viewer may know: for a page of the whole."""
    case = _row(viewer, ref)
    privates = sealed.private_keys(case, keys)
    who = sealed.open_reporter(case, privates[Purpose.IDENTITY]) if may(viewer, Right.WHO) else Reporter()
    return _view(case, keys), who, _written(case, privates) if may(viewer, Right.READ) else ()


_READ = tuple(kind for kind in RecordKind if kind is not RecordKind.RAW)


def _written(case: Case, privates: Mapping[Purpose, bytes]) -> tuple[Written, ...]:
    rows = every(Record, "number", case_id=case.pk, kind=_READ)
    return tuple(
        _open(
            row,
            case.ref,
            privates[Purpose.DESK if row.kind == RecordKind.NOTE else Purpose.CASE],
            privates[Purpose.IDENTITY],
        )
        for row in rows
    )


def written_for(visit: Visiting) -> tuple[Written, ...]:
    """What the reporter and the organisation wrote to each other, oldest first.  For the reporter."""
    seen = (RecordKind.REPORT, RecordKind.FROM_REPORTER, RecordKind.TO_REPORTER, RecordKind.JUDGEMENT)
    rows = every(Record, "number", case_id=visit.case_id, kind=seen)
    open_ones = (row for row in rows if not (row.open_from and visit.at and row.open_from > visit.at))
    return tuple(_open(row, visit.ref, visit.private) for row in open_ones)


@dataclass(frozen=True, slots=True)
class VisitedCase:
    """The plain columns of a case, for the reporter's page."""

    ref: CaseRef
    received_at: datetime
    language: str
    policy_version: int
    reach: Reach
    verdict: str
    severity: str
    expected_on: date | None


def visited(visit: Visiting) -> VisitedCase:
    [row] = every(Case, id=visit.case_id)
    return VisitedCase(
        CaseRef(row.ref),
        row.received_at,
        row.language,
        row.policy_version,
        Reach(row.reach),
        row.verdict,
        row.severity,
        row.expected_on,
    )


def report_of(visit: Visiting) -> Content:
    """The visited case's report, as it was filed."""
    row = Record.objects.get(case__ref=visit.ref, kind=RecordKind.REPORT, number=1)
    plain = json.loads(sealed.open_record(row, visit.ref, visit.private))
    return Content(plain["text"], tuple(FileRef(**file) for file in plain["files"]), plain["subject"])


def files_of_record(viewer: Actor, ref: CaseRef, record: str, keys: VaultKeys) -> tuple[FileRef, ...]:
    """The files that were filed with one record, for who may read it."""
    case = _row(viewer, ref, Right.READ)
    row = Record.objects.get(case=case, id=record, kind__in=sealed.WITH_FILES)
    plain = json.loads(sealed.open_record(row, case.ref, sealed.private_key(case, Purpose.CASE, keys)))
    return tuple(FileRef(**file) for file in plain["files"])


def file_for_handler(viewer: Actor, ref: CaseRef, file_id: str, keys: VaultKeys, folder: Path) -> FileContent:
    """A file of a case, for who may read it.  ``NoSuchFile`` when there is none."""
    case = _row(viewer, ref, Right.READ)
    return _file(case.ref, file_id, sealed.private_key(case, Purpose.CASE, keys), folder)


def file_for_reporter(visit: Visiting, file_id: str, folder: Path) -> FileContent:
    """A file of the visited case, for its reporter.  ``NoSuchFile`` when there is none."""
    return _file(visit.ref, file_id, visit.private, folder)


def _file(ref: str, file_id: str, private: bytes, folder: Path) -> FileContent:
    file = sealed.held_file(ref, file_id, private)
    where = SealedFile.from_plain(file["sealed"])
    chunks = files.read(folder, where)
    told = (file.get("kind", ""), file.get("scan", ""))
    return FileContent(file["name"], file["content_type"], where.size, chunks, *told)


def belongs_to(message_ids: Sequence[str], keys: VaultKeys) -> CaseRef | None:
    """The case in whose thread these Message-IDs are, the last one first; ``None`` for none."""
    tokens = [sealed.message_token(name, keys) for name in message_ids if name.strip()]
    if not tokens:
        return None
    by_token = dict(Thread.objects.filter(token__in=tokens).values_list("token", "case__ref"))
    for wanted in reversed(tokens):
        if wanted in by_token:
            return CaseRef(by_token[wanted])
    return None


def tagged(recipients: Sequence[str], keys: VaultKeys) -> CaseRef | None:
    """The case whose tag stands behind the plus of one of these addresses; ``None`` for none."""
    tags = [address.rpartition("@")[0].rpartition("+")[2] for address in recipients if "+" in address]
    tokens = [sealed.tag_token(tag, keys) for tag in tags[:MOST_TAGS]]
    ref = Thread.objects.filter(token__in=tokens).values_list("case__ref", flat=True).first() if tokens else None
    return CaseRef(ref) if ref else None


def last_message_id(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> str:
    """The Message-ID of the newest mail from the reporter, for the thread of an answer; empty for none."""
    case = _row(viewer, ref)
    kinds = (RecordKind.REPORT, RecordKind.FROM_REPORTER)
    private = sealed.private_key(case, Purpose.CASE, keys)
    for row in Record.objects.filter(case=case, kind__in=kinds).order_by("-number").iterator(chunk_size=5):
        plain = json.loads(sealed.open_record(row, case.ref, private))
        if not plain.get("elsewhere"):  # what somebody else wrote is not answered in a letter to the reporter
            return str(plain.get("message_id", ""))
    return ""


def same_letter(arrival: Arrival, keys: VaultKeys) -> CaseRef | None:
    """The case that has this very letter already: the same Message-ID (or sender, without one) and content."""
    token = sealed.letter_token(arrival, keys)
    if not token:
        return None
    same = look(Thread, "case_id", token=token, digest=sealed.content_token(arrival.content, keys), ours=False)
    case = look(Case, "ref", id=same[0]) if same else None
    return CaseRef(case[0]) if case else None


def is_from_us(message_id: str, keys: VaultKeys) -> bool:
    """Whether we sent a letter with this Message-ID ourselves."""
    return look(Thread, "token", token=sealed.message_token(message_id, keys), ours=True) is not None


def known_sender(ref: str, address: str, keys: VaultKeys) -> CaseRef | None:
    """The case ``ref`` if ``address`` is its reporter's; a stranger who guesses a reference gets ``None``."""
    found = Case.objects.filter(ref=ref.upper(), sender=address_token(address, keys)).values_list("ref", flat=True)
    return CaseRef(found[0]) if address and found else None


def references() -> list[CaseRef]:
    """All references, in order of arrival."""
    return [CaseRef(ref) for ref in Case.objects.order_by("id").values_list("ref", flat=True)]


def _view(row: Case, keys: VaultKeys) -> CaseView:
    return CaseView(
        CaseRef(row.ref),
        sealed.open_line(row.title, "title", row.ref, keys),
        row.received_at,
        row.door,
        row.language,
        row.handler,
        row.policy_version,
        Reach(row.reach),
        row.protection,
        row.verdict,
        row.severity,
        row.expected_on,
        row.has_key,
    )


def _open(row: Record, ref: str, private: bytes, identity: bytes = b"") -> Written:
    """``identity``: the identity key, for who may know who else wrote."""
    plain = json.loads(sealed.open_record(row, ref, private))
    judged = row.kind == RecordKind.JUDGEMENT
    held = plain.get("files", [])
    elsewhere = plain.get("elsewhere", "")
    return Written(
        row.id,
        RecordKind(row.kind),
        row.number,
        row.at,
        row.by,
        row.door,
        row.protection,
        "" if judged else plain["text"],
        tuple(
            FileView(
                f"{row.id}-{place}",
                file["name"],
                file["sealed"]["size"],
                file["content_type"],
                file.get("kind", ""),
                file.get("scan", ""),
            )
            for place, file in enumerate(held)
        ),
        plain.get("signer", ""),
        plain if judged else None,
        bool(elsewhere),
        sealed.open_elsewhere(elsewhere, ref, identity) if elsewhere and identity else "",
        row.open_from,
    )
