"""What is owed, to whom, by when."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from meldpunt.cases.access import check, hidden_from
from meldpunt.cases.queries import CaseView, lines
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import every, looks
from meldpunt.policy.calendar import WorkCalendar
from meldpunt.policy.rules import working_days_left
from meldpunt.promises import choosing, tally
from meldpunt.promises.choosing import KINDS, VERDICTS, Choice
from meldpunt.promises.guard import LONGEST_PAUSE, To, step_for
from meldpunt.promises.models import OPEN, Promise
from meldpunt.promises.rules import Kind, PromiseView, bar, state_at
from meldpunt.vault.keyring import VaultKeys

STANDING: Mapping[str, Any] = MappingProxyType({"kept_at": None, "ended_at": None, "listed": True})


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise with the case that it belongs to, and who waits for it."""

    promise: PromiseView
    case: CaseView
    who: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of all that is owed; ``by_word``: of what each filter would show beside those that are chosen."""

    everything: int
    late: int
    today: int
    by_word: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of what is owed, what was kept today, and the counts for the filters."""

    rows: tuple[Owed, ...]
    kept_today: tuple[Owed, ...]
    counts: Counts
    more: bool


def inbox(
    viewer: Actor,
    choice: Choice,
    *,
    keys: VaultKeys,
    calendar: WorkCalendar,
    now: datetime,
    page: int = 1,
    size: int = 50,
) -> Inbox:
    """What is owed next, first, and before it the fixes that are overdue.  Seven queries at most."""
    hidden = hidden_from(viewer)
    seen: dict[str, Any] = {"case__not": tuple(hidden)} if hidden else {}
    counts = _counts(hidden, choice, viewer.name, calendar.zone, now)
    wanted = {**STANDING, **seen, **_chosen(choice, viewer.name, calendar.zone, now)}
    rows = _page(wanted, now, max(page - 1, 0) * size, size + 1, counts.late)
    kept = []
    if page <= 1:
        since = datetime.combine(now.astimezone(calendar.zone).date(), time(0), calendar.zone)
        seen |= {"kind__not": Kind.UPDATE}  # any letter keeps that one
        kept = every(Promise, "-kept_at", most=10, kept_at__gte=since, **seen)
    known = lines([row.case for row in [*rows[:size], *kept]], keys)

    def owed(promises: Iterable[Promise]) -> tuple[Owed, ...]:
        return tuple(Owed(view(row, calendar, now), *known[row.case]) for row in promises if row.case in known)

    return Inbox(owed(rows[:size]), owed(kept), counts, len(rows) > size)


def _page(wanted: Mapping[str, Any], now: datetime, first: int, most: int, late: int) -> list[Promise]:
    """A page of them: overdue fixes, then everything else by its end.  ``late``: whether any is at all."""
    kinds = tuple(kind for kind in KINDS["fixes"] if kind in wanted.get("kind", KINDS["fixes"]))
    overdue = {**wanted, "kind": kinds, "late_from__lte": now}
    fixes = every(Promise, "late_from", "id", most=first + most, **overdue) if late else []
    found, others = fixes[first:], {**wanted, "id__not": tuple(row.pk for row in fixes)} if fixes else wanted
    missing, start = most - len(found), max(first - len(fixes), 0)
    return [*found, *(every(Promise, "late_from", "id", most=missing, skip=start, **others) if missing else ())]


def _ends(zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """When this local day ends, and when its week does."""
    today = now.astimezone(zone).date()
    days = (timedelta(days=1), timedelta(days=7 - today.weekday()))
    tomorrow, monday = (datetime.combine(today + ahead, time(0), zone) for ahead in days)
    return tomorrow, monday


def _chosen(choice: Choice, who: str, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """What the chosen filters ask of the columns; each kind of filter asks it of columns of its own."""
    tomorrow, monday = _ends(zone, now)
    conditions: dict[str, dict[str, Any]] = {
        "mine": {"handler": who},
        "nobodys": {"handler": ""},
        "late": {"late_from__lte": now},
        "today": {"late_from__gt": now, "late_from__lte": tomorrow},
        "week": {"late_from__gt": now, "late_from__lte": monday},
        "unrated": {"severity": ""},
        **{name: {"kind": kinds} for name, kinds in KINDS.items()},
        **{name: {"verdict": verdicts} for name, verdicts in VERDICTS.items()},
    }
    asked = (conditions.get(word, {"severity": word}) for word in choice.words)
    return {column: value for one in asked for column, value in one.items()}


def _counts(hidden: Collection[str], choice: Choice, who: str, zone: ZoneInfo, now: datetime) -> Counts:
    cells = tally.cells(hidden, now, *_ends(zone, now))
    everything, late, today = (sum(getattr(cell, what) for cell in cells) for what in ("number", "late", "today"))
    return Counts(everything, late, today, choosing.counts(cells, choice, who))


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


def next_case(viewer: Actor, ref: CaseRef) -> CaseRef | None:
    """The case in which something is due next after what is due first in this one; the first of all at the end."""
    open_ones = Promise.objects.filter(OPEN, listed=True).order_by("late_from", "id")
    here = open_ones.filter(case=ref).values_list("late_from", "id").first()
    others = open_ones.exclude(case__in=(ref, *hidden_from(viewer))).values_list("case", flat=True)
    after = Q(late_from__gt=here[0]) | Q(late_from=here[0], id__gt=here[1]) if here else Q()
    found = others.filter(after).first() or others.first()
    return CaseRef(found) if found else None


def in_the_way(ref: CaseRef) -> tuple[Kind, ...]:
    """What is still owed in a case before it can be closed.  The letter that closes it breaks the silence itself."""
    asked: dict[str, Any] = {"case": ref, "kept_at": None, "ended_at": None, "kind__not": Kind.UPDATE}
    return tuple(Kind(kind) for (kind,) in looks(Promise, "kind", order=("late_from",), **asked))


def due(now: datetime, calendar: WorkCalendar, limit: int = 1000) -> tuple[PromiseView, ...]:
    """Every open promise, the most urgent first; for the command line."""
    rows = Promise.objects.filter(OPEN, listed=True).order_by("late_from", "id")[:limit]
    return tuple(view(row, calendar, now) for row in rows)


def by_case(
    viewer: Actor, calendar: WorkCalendar, now: datetime, page: int, size: int
) -> tuple[tuple[PromiseView, ...], bool]:
    """A page of all promises, by reference alone, the newest first; and whether there are more."""
    check(viewer, Right.PROMISES)
    rows = list(Promise.objects.order_by("-id")[(page - 1) * size : page * size + 1])
    return tuple(view(row, calendar, now) for row in rows[:size]), len(rows) > size


def every_promise(viewer: Actor, calendar: WorkCalendar, now: datetime) -> Iterator[PromiseView]:
    """All promises that were ever made, by reference alone, the oldest first."""
    check(viewer, Right.PROMISES)
    rows = Promise.objects.order_by("id").iterator(chunk_size=2000)
    return (view(row, calendar, now) for row in rows)


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
