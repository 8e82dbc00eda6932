"""What is owed, to whom, by when."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from meldpunt.cases.queries import CaseView, lines
from meldpunt.ground.errors import NotAllowed
from meldpunt.ground.values import Actor, CaseRef, Role
from meldpunt.policy.calendar import WorkCalendar
from meldpunt.policy.rules import working_days_left
from meldpunt.promises.models import Promise
from meldpunt.promises.rules import Kind, PromiseView, bar, state_at
from meldpunt.vault.keyring import VaultKeys


class Filter(StrEnum):
    EVERYTHING = "everything"
    MINE = "mine"
    NOBODYS = "nobodys"
    ASSESSMENTS = "assessments"
    FIXES = "fixes"


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
    """What is owed next, first.  For handlers; four queries, however many rows."""
    if viewer.role == Role.REPORTER:
        raise NotAllowed("Only a handler can do that.")
    open_ones = Promise.objects.filter(kept_at__isnull=True)
    first = max(page - 1, 0) * size
    rows = list(_chosen(open_ones, chosen, viewer).order_by("late_from", "id")[first : first + size + 1])
    kept = []
    if page <= 1:
        since = datetime.combine(now.astimezone(calendar.zone).date(), time(0), calendar.zone)
        kept = list(Promise.objects.filter(kept_at__gte=since).order_by("-kept_at")[:10])
    known = lines([row.case for row in [*rows[:size], *kept]], keys)

    def owed(promises: Iterable[Promise]) -> tuple[Owed, ...]:
        return tuple(Owed(view(row, calendar, now), *known[row.case]) for row in promises if row.case in known)

    return Inbox(owed(rows[:size]), owed(kept), _counts(open_ones, viewer, calendar.zone, now), len(rows) > size)


def _chosen(rows: QuerySet[Promise], chosen: Filter, viewer: Actor) -> QuerySet[Promise]:
    conditions = {
        Filter.MINE: Q(handler=viewer.name),
        Filter.NOBODYS: Q(handler=""),
        Filter.ASSESSMENTS: Q(kind=Kind.ASSESSMENT),
        Filter.FIXES: Q(kind=Kind.FIX),
    }
    return rows.filter(conditions[chosen]) if chosen in conditions else rows


def _counts(rows: QuerySet[Promise], viewer: Actor, zone: ZoneInfo, now: datetime) -> Counts:
    tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(0), zone)
    return Counts(
        **rows.aggregate(
            everything=Count("id"),
            mine=Count("id", filter=Q(handler=viewer.name)),
            nobodys=Count("id", filter=Q(handler="")),
            late=Count("id", filter=Q(late_from__lte=now)),
            today=Count("id", filter=Q(late_from__gt=now, late_from__lte=tomorrow)),
            assessments=Count("id", filter=Q(kind=Kind.ASSESSMENT)),
            fixes=Count("id", filter=Q(kind=Kind.FIX)),
        )
    )


def of_case(ref: CaseRef, calendar: WorkCalendar, now: datetime) -> tuple[PromiseView, ...]:
    """The promises of one case, what is owed next first, then what was kept."""
    rows = Promise.objects.filter(case=ref).order_by("kept_at", "late_from")
    views = [view(row, calendar, now) for row in rows]
    return tuple(sorted(views, key=lambda promise: (promise.kept_at is not None, promise.late_from)))


def due(now: datetime, calendar: WorkCalendar, limit: int = 1000) -> tuple[PromiseView, ...]:
    """Every open promise, the most urgent first; for the command line."""
    rows = Promise.objects.filter(kept_at__isnull=True).order_by("late_from", "id")[:limit]
    return tuple(view(row, calendar, now) for row in rows)


def view(row: Promise, calendar: WorkCalendar, now: datetime) -> PromiseView:
    zone = calendar.zone
    kept = row.kept_at.astimezone(zone).date() if row.kept_at else None
    return PromiseView(
        CaseRef(row.case),
        Kind(row.kind),
        state_at(now, row.late_from, row.kept_at),
        row.started_at,
        row.due_on,
        row.late_from,
        row.kept_at,
        row.kept_by,
        working_days_left(row.kept_at or now, row.due_on, calendar),
        row.moved,
        bar(row.started_at.astimezone(zone).date(), row.due_on, now.astimezone(zone).date(), kept, calendar),
    )


def anything_missed(now: datetime) -> bool:
    """Whether ``note_missed`` has anything to do.  Takes no lock."""
    return Promise.objects.filter(kept_at__isnull=True, miss_told=False, late_from__lte=now).exists()
