"""What is owed, to whom, by when."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from meldpunt.cases.access import hidden_from
from meldpunt.cases.queries import CaseView, lines
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import every
from meldpunt.policy.calendar import WorkCalendar
from meldpunt.policy.rules import working_days_left
from meldpunt.promises.guard import LONGEST_PAUSE, To, step_for
from meldpunt.promises.models import OPEN, Promise
from meldpunt.promises.rules import Kind, PromiseView, bar, state_at
from meldpunt.vault.keyring import VaultKeys


class Filter(StrEnum):
    EVERYTHING = "everything"
    MINE = "mine"
    NOBODYS = "nobodys"
    ASSESSMENTS = "assessments"
    FIXES = "fixes"
    UPDATES = "updates"


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise with the case that it belongs to, and who waits for it."""

    promise: PromiseView
    case: CaseView
    who: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Counts:
    everything: int
    mine: int
    nobodys: int
    late: int
    today: int
    assessments: int
    fixes: int
    updates: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of what is owed, what was kept today, and the counts for the filters."""

    rows: tuple[Owed, ...]
    kept_today: tuple[Owed, ...]
    counts: Counts
    more: bool


def inbox(
    viewer: Actor,
    chosen: Filter,
    *,
    keys: VaultKeys,
    calendar: WorkCalendar,
    now: datetime,
    page: int = 1,
    size: int = 50,
) -> Inbox:
    """What is owed next, first, and before it the fixes that are overdue.  Seven queries at most."""
    hidden = hidden_from(viewer)
    seen = Promise.objects.exclude(case__in=hidden) if hidden else Promise.objects.all()
    open_ones = seen.filter(OPEN, listed=True)
    counts = _counts(open_ones, viewer, calendar.zone, now)
    rows = _page(_chosen(open_ones, chosen, viewer), now, max(page - 1, 0) * size, size + 1, counts.late)
    kept = []
    if page <= 1:
        since = datetime.combine(now.astimezone(calendar.zone).date(), time(0), calendar.zone)
        kept_ones = seen.filter(kept_at__gte=since).exclude(kind=Kind.UPDATE)  # any letter keeps that one
        kept = list(kept_ones.order_by("-kept_at")[:10])
    known = lines([row.case for row in [*rows[:size], *kept]], keys)

    def owed(promises: Iterable[Promise]) -> tuple[Owed, ...]:
        return tuple(Owed(view(row, calendar, now), *known[row.case]) for row in promises if row.case in known)

    return Inbox(owed(rows[:size]), owed(kept), counts, len(rows) > size)


def _page(rows: QuerySet[Promise], now: datetime, first: int, most: int, late: int) -> list[Promise]:
    """A page of them: overdue fixes, then everything else by its end.  ``late``: whether any is at all."""
    overdue_fix = Q(kind__in=_FIXES, late_from__lte=now)
    fixes = list(rows.filter(overdue_fix).order_by("late_from", "id")[: first + most]) if late else []
    rest = rows.exclude(pk__in=[row.pk for row in fixes]) if fixes else rows
    start = max(first - len(fixes), 0)
    found = fixes[first:]
    return [*found, *rest.order_by("late_from", "id")[start : start + most - len(found)]]


_ASSESSMENTS = (Kind.ACKNOWLEDGEMENT, Kind.ASSESSMENT, Kind.DATE)
_FIXES = (Kind.FIX, Kind.FIX_TERM)
_UPDATES = (Kind.UPDATE, Kind.WORD)


def _chosen(rows: QuerySet[Promise], chosen: Filter, viewer: Actor) -> QuerySet[Promise]:
    conditions = {
        Filter.MINE: Q(handler=viewer.name),
        Filter.NOBODYS: Q(handler=""),
        Filter.ASSESSMENTS: Q(kind__in=_ASSESSMENTS),
        Filter.FIXES: Q(kind__in=_FIXES),
        Filter.UPDATES: Q(kind__in=_UPDATES),
    }
    return rows.filter(conditions[chosen]) if chosen in conditions else rows


def _counts(rows: QuerySet[Promise], viewer: Actor, zone: ZoneInfo, now: datetime) -> Counts:
    """Two looks, each along an index: how many of which kind are whose, and how many are near their end."""
    by_kind: dict[str, int] = defaultdict(int)
    by_handler: dict[str, int] = defaultdict(int)
    for handler, kind, number in rows.order_by().values_list("handler", "kind").annotate(number=Count("id")):
        by_kind[kind] += number
        by_handler[handler] += number
    tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(0), zone)
    near = rows.filter(late_from__lte=tomorrow).aggregate(
        all=Count("id"), late=Count("id", filter=Q(late_from__lte=now))
    )
    return Counts(
        everything=sum(by_kind.values()),
        mine=by_handler[viewer.name],
        nobodys=by_handler[""],
        late=near["late"],
        today=near["all"] - near["late"],
        assessments=sum(by_kind[kind] for kind in _ASSESSMENTS),
        fixes=sum(by_kind[kind] for kind in _FIXES),
        updates=sum(by_kind[kind] for kind in _UPDATES),
    )


def of_case(ref: CaseRef, calendar: WorkCalendar, now: datetime) -> tuple[PromiseView, ...]:
    """The promises of one case: what is owed, next first; then what was kept, or is owed no more, newest first."""
    views = [view(row, calendar, now) for row in every(Promise, case=ref)]
    owed = sorted((one for one in views if one.owed), key=lambda promise: promise.late_from)
    past = sorted((one for one in views if not one.owed), key=lambda promise: promise.kept_at or promise.late_from)
    return (*owed, *reversed(past))


def cases_due(when: str, calendar: WorkCalendar, now: datetime, most: int) -> tuple[CaseRef, ...]:
    """The cases in which something is ``late``, due ``today``, or this ``week``; the most urgent first."""
    today = now.astimezone(calendar.zone).date()
    ends = {"late": today, "today": today, "week": today + timedelta(days=6 - today.weekday())}
    rows = Promise.objects.filter(OPEN, listed=True, due_on__lte=ends[when])
    rows = rows.filter(late_from__lte=now) if when == "late" else rows.filter(late_from__gt=now)
    refs = rows.order_by("late_from", "id").values_list("case", flat=True)[:most]
    return tuple(CaseRef(ref) for ref in dict.fromkeys(refs))


def next_case(ref: CaseRef) -> CaseRef | None:
    """The case in which something is due next after what is due first in this one; the first of all at the end."""
    open_ones = Promise.objects.filter(OPEN, listed=True).order_by("late_from", "id")
    here = open_ones.filter(case=ref).values_list("late_from", "id").first()
    others = open_ones.exclude(case=ref).values_list("case", flat=True)
    after = Q(late_from__gt=here[0]) | Q(late_from=here[0], id__gt=here[1]) if here else Q()
    found = others.filter(after).first() or others.first()
    return CaseRef(found) if found else None


def in_the_way(ref: CaseRef) -> tuple[Kind, ...]:
    """What is still owed in a case before it can be closed.  The letter that closes it breaks the silence itself."""
    rows = Promise.objects.filter(OPEN, case=ref).exclude(kind=Kind.UPDATE).order_by("late_from")
    return tuple(Kind(kind) for kind in rows.values_list("kind", flat=True))


def due(now: datetime, calendar: WorkCalendar, limit: int = 1000) -> tuple[PromiseView, ...]:
    """Every open promise, the most urgent first; for the command line."""
    rows = Promise.objects.filter(OPEN, listed=True).order_by("late_from", "id")[:limit]
    return tuple(view(row, calendar, now) for row in rows)


def view(row: Promise, calendar: WorkCalendar, now: datetime) -> PromiseView:
    zone = calendar.zone
    over = row.kept_at or row.ended_at
    until = over.astimezone(zone).date() if over else None
    return PromiseView(
        CaseRef(row.case),
        Kind(row.kind),
        state_at(now, row.late_from, row.kept_at, row.ended_at, row.partly),
        row.started_at,
        row.due_on,
        row.late_from,
        row.kept_at,
        row.kept_by,
        working_days_left(over or now, row.due_on, calendar),
        row.moved,
        bar(row.started_at.astimezone(zone).date(), row.due_on, now.astimezone(zone).date(), until, calendar),
        row.number,
        row.late_from.astimezone(zone).time() != time(0),
        row.listed,
    )


@dataclass(frozen=True, slots=True)
class Unreminded:
    """An open promise that somebody should be reminded of now; ``step``: who."""

    id: int
    case: CaseRef
    kind: Kind
    handler: str
    due_on: date
    late_from: datetime
    exact: bool
    step: To


def to_remind(now: datetime, calendar: WorkCalendar, most: int = 200) -> tuple[Unreminded, ...]:
    """What is due so soon that somebody should know, and does not; the most urgent first."""
    near = Promise.objects.filter(OPEN, listed=True, late_from__lte=now + LONGEST_PAUSE, reminded__lt=To.RESPONSIBLE)
    found = []
    for row in near.order_by("late_from", "id")[:most]:
        step = step_for(row.due_on, row.late_from, now, calendar)
        if step > row.reminded:
            exact = row.late_from.astimezone(calendar.zone).time() != time(0)
            found.append(
                Unreminded(
                    row.pk, CaseRef(row.case), Kind(row.kind), row.handler, row.due_on, row.late_from, exact, step
                )
            )
    return tuple(found)


def anything_missed(now: datetime) -> bool:
    """Whether ``note_missed`` has anything to do.  Takes no lock."""
    return Promise.objects.filter(OPEN, miss_told=False, late_from__lte=now).exists()
