"""Ways to look at embargo and publication: the desk's, the reporter's, and the public's.  Frozen views, never rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from meldpunt.cases import extras
from meldpunt.cases.extras import Extra
from meldpunt.cases.visits import Visiting
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import every, first, look
from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.policy.rules import due
from meldpunt.privacy import credit
from meldpunt.privacy import queries as privacy
from meldpunt.publication import going
from meldpunt.publication.errors import NoSuchAdvisory
from meldpunt.publication.going import Draft, Waiting
from meldpunt.publication.models import Advisory as AdvisoryRow
from meldpunt.publication.models import Party as PartyRow
from meldpunt.publication.models import Standing as Row
from meldpunt.publication.models import Thanked as ThankedRow
from meldpunt.publication.rules import Embargo, Kind, Moment, Side, Talk
from meldpunt.remediation import queries as remediation
from meldpunt.vault.keyring import VaultKeys

PARTY, LEAK_PLAN, LEAK = "publication.party", "publication.leak-plan", "publication.leak"
DRAFT, COMMENT, CHANGED = "publication.draft", "publication.comment", "publication.changed"
MOST = 200  # lines of a public list or feed


@dataclass(frozen=True, slots=True)
class Standing:
    """The plain side of a case.  ``proposed`` is empty while ``talk`` waits when the proposal is to end at once."""

    embargo: Embargo = Embargo.NONE
    until: Moment | None = None
    how: str = ""
    ended_at: datetime | None = None
    told_at: datetime | None = None
    talk: Talk = Talk.QUIET
    proposed: Moment | None = None
    leak_seen_at: datetime | None = None
    publication: going.State = going.State.OPEN
    plan: Talk = Talk.QUIET
    planned: Moment | None = None
    agreed: bool = False
    before_fix: bool = False
    plan_proposed: Moment | None = None
    asks_before_fix: bool = False
    drafts: int = 0
    shown: str = ""
    commented_at: datetime | None = None
    renamed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who knows.  ``name`` is for handlers only."""

    id: str
    kind: Kind
    side: Side
    since: datetime
    informed_at: datetime | None
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """Something a person typed."""

    text: str = field(repr=False)
    at: datetime
    side: Side


@dataclass(frozen=True, slots=True)
class Papers:
    """What both sides read: the newest draft, comments and leaks oldest first, what changed at the publication."""

    draft: Draft | None = None
    drafted_at: datetime | None = None
    comments: tuple[Said, ...] = ()
    leaks: tuple[Said, ...] = ()
    changed: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Advisory:
    """What was published.  ``shown`` is the discoverer as they wish it, or empty."""

    name: str
    title: str
    text: str
    language: str
    address: str
    published_at: datetime
    updated_at: datetime
    shown: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Thanked:
    """A line of the hall of fame.  ``month`` is its first day; a finer date could tell the case."""

    id: str
    shown: str
    link: str
    month: date


def standing_of(ref: CaseRef) -> Standing:
    row = first(Row, case=ref)
    return view(row) if row else Standing()


def view(row: Row) -> Standing:
    return Standing(
        Embargo(row.embargo),
        _moment(row.until, row.until_zone),
        row.how,
        row.ended_at,
        row.told_at,
        Talk(row.talk),
        _moment(row.proposed, row.proposed_zone),
        row.leak_seen_at,
        going.State(row.publication),
        Talk(row.plan),
        _moment(row.planned, row.planned_zone),
        row.agreed,
        row.before_fix,
        _moment(row.plan_proposed, row.plan_proposed_zone),
        row.asks_before_fix,
        row.drafts,
        row.shown,
        row.commented_at,
        row.renamed_at,
    )


def _moment(at: datetime | None, zone: str) -> Moment | None:
    return Moment(at, ZoneInfo(zone)) if at else None


def said(moment: Moment, home: ZoneInfo, language: str) -> str:
    """A moment in words: in the organisation's zone, and in the one in which it was said when that is another."""
    here = words.moment_in_words(moment.at, home, language)
    same = moment.at.astimezone(home).utcoffset() == moment.at.astimezone(moment.zone).utcoffset()
    return here if same else f"{here} ({words.moment_in_words(moment.at, moment.zone, language)})"


def default_until(policy_version: int, received_at: datetime) -> Moment | None:
    """The end of the embargo that the policy names for a report received then; None when it names none."""
    terms = policy.version(policy_version).policy
    if terms.embargo is None:
        return None
    return Moment(due(terms.embargo, received_at, terms.calendar).late_from, terms.calendar.zone)


def parties_of(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> tuple[Party, ...]:
    """Who knows, by name, oldest first.  For handlers."""
    names = {extra.id: extra.payload["name"] for extra in extras.of_case(viewer, ref, (PARTY,), keys)}
    return _parties(ref, names)


def parties_for(visit: Visiting) -> tuple[Party, ...]:
    """The same for the reporter: kinds and dates."""
    return _parties(visit.ref, {})


def _parties(ref: CaseRef, names: dict[str, str]) -> tuple[Party, ...]:
    rows = every(PartyRow, "since", "id", case=ref)
    return tuple(
        Party(row.id, Kind(row.kind), Side(row.side), row.since, row.informed_at, names.get(row.id, "")) for row in rows
    )


def leak_plan_of(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> str:
    """What was agreed to do when it leaks; empty when nothing was."""
    found = extras.of_case(viewer, ref, (LEAK_PLAN,), keys)
    return str(found[-1].payload["text"]) if found else ""


def papers_of(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> Papers:
    return _papers(extras.of_case(viewer, ref, (DRAFT, COMMENT, LEAK, CHANGED), keys))


def papers_for(visit: Visiting) -> Papers:
    return _papers(extras.for_reporter(visit, (DRAFT, COMMENT, LEAK, CHANGED)))


def _papers(found: Iterable[Extra]) -> Papers:
    by_kind: dict[str, list[Extra]] = {DRAFT: [], COMMENT: [], LEAK: [], CHANGED: []}
    for extra in found:
        by_kind[extra.kind].append(extra)
    newest = by_kind[DRAFT][-1] if by_kind[DRAFT] else None
    return Papers(
        Draft(**newest.payload) if newest else None,
        newest.at if newest else None,
        tuple(Said(one.payload["text"], one.at, Side.THEM) for one in by_kind[COMMENT]),
        tuple(Said(one.payload["text"], one.at, Side(one.payload["side"])) for one in by_kind[LEAK]),
        by_kind[CHANGED][-1].payload["text"] if by_kind[CHANGED] else "",
    )


def waiting_of(ref: CaseRef, policy_version: int) -> Waiting:
    """Everything on which the publication of a case may have to wait."""
    here, theirs = standing_of(ref), privacy.standing_of(ref) or privacy.Standing()
    solution = remediation.standing_of(ref)
    return Waiting(
        here.publication,
        here.plan,
        here.planned,
        here.before_fix and here.agreed,
        here.shown,
        here.embargo,
        here.until,
        here.talk,
        solution.verdict,
        solution.fix,
        theirs.credit,
        theirs.wish,
        policy.version(policy_version).policy.credit.offered,
    )


def named_as(ref: CaseRef, keys: VaultKeys, viewer: Actor) -> tuple[credit.Credit, credit.State]:
    """How the discoverer wishes to be named, and where that wish stands."""
    found = privacy.standing_of(ref)
    return privacy.credit_of(ref, keys, viewer), found.credit if found else credit.State.OPEN


def ending(now: datetime) -> tuple[CaseRef, ...]:
    """The cases whose embargo has come to its moment.  One indexed query, that mostly finds nothing."""
    rows = Row.objects.filter(embargo=Embargo.RUNNING, until__lte=now).order_by("until")
    return tuple(CaseRef(ref) for ref in rows.values_list("case", flat=True))


def untold(limit: int = 20) -> tuple[CaseRef, ...]:
    """The cases whose reporter has not been told yet that the embargo ended."""
    rows = Row.objects.filter(ended_at__isnull=False, told_at__isnull=True).order_by("ended_at")
    return tuple(CaseRef(ref) for ref in rows.values_list("case", flat=True)[:limit])


def is_thanked(ref: CaseRef) -> bool:
    return look(ThankedRow, "case", case=ref) is not None


def advisory_of(ref: CaseRef) -> Advisory | None:
    """What was published of a case."""
    row = first(AdvisoryRow, case=ref)
    return _advisory(row) if row else None


def advisory(name: str) -> Advisory:
    """For everybody.  ``NoSuchAdvisory``."""
    row = AdvisoryRow.objects.filter(name=name).first()
    if row is None:
        raise NoSuchAdvisory("There is no such publication.")
    return _advisory(row)


def advisories() -> tuple[Advisory, ...]:
    """The newest ones, for everybody."""
    return tuple(_advisory(row) for row in AdvisoryRow.objects.order_by("-published_at", "-name")[:MOST])


def _advisory(row: AdvisoryRow) -> Advisory:
    return Advisory(
        row.name,
        row.title,
        row.text,
        row.language,
        row.address,
        row.published_at,
        row.updated_at,
        row.shown,
        row.link,
    )


def hall() -> tuple[Thanked, ...]:
    """Everybody who is thanked by name, the newest month first; within one the order says nothing."""
    rows = ThankedRow.objects.order_by("-month", "id")
    return tuple(Thanked(row.id, row.shown, row.link, row.month) for row in rows)


def hall_by_year() -> tuple[tuple[int, tuple[Thanked, ...]], ...]:
    return tuple((year, tuple(lines)) for year, lines in groupby(hall(), key=lambda one: one.month.year))
