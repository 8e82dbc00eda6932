"""How a promise stands at a moment, and the bar that shows it.  Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from meldpunt.ground.values import CaseRef
from meldpunt.policy.calendar import WorkCalendar

MOST_CELLS = 20  # a longer term is drawn to scale


class Kind(StrEnum):
    ASSESSMENT = "assessment"  # P1: a person's assessment and an expected date
    FIX = "fix"  # P6: solved on the expected date


class State(StrEnum):
    LATE = "late"
    DUE_TODAY = "due-today"
    OPEN = "open"
    KEPT = "kept"
    KEPT_LATE = "kept-late"


class Cell(StrEnum):
    """One working day of a term, as it is drawn."""

    PAST = "past"
    NOW = "now"
    LEFT = "left"
    OVER = "over"
    KEPT = "kept"
    SPARE = "spare"


@dataclass(frozen=True, slots=True)
class DueBar:
    """The cells before the post (the end of the term), and those beyond it."""

    before: tuple[Cell, ...]
    beyond: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A promise, as it stands.  ``due_on`` is a local date; it is late from ``late_from`` (UTC) on.

    ``left`` counts the working days after today up to and with the due day, and is
    negative when the promise is late.
    """

    case: CaseRef
    kind: Kind
    state: State
    started_at: datetime
    due_on: date
    late_from: datetime
    kept_at: datetime | None
    kept_by: str
    left: int
    moved: int
    bar: DueBar


def state_at(now: datetime, late_from: datetime, kept_at: datetime | None) -> State:
    """Where a promise stands: the same answer for page, letter and score."""
    if kept_at is not None:
        return State.KEPT if kept_at < late_from else State.KEPT_LATE
    if now >= late_from:
        return State.LATE
    return State.DUE_TODAY if late_from - now <= timedelta(days=1) else State.OPEN


def bar(started: date, due: date, today: date, kept: date | None, calendar: WorkCalendar) -> DueBar:
    """One cell for every working day of the term, then the post, then the days beyond it."""
    until = kept or today
    before = [_cell(day, until, kept) for day in calendar.between(started, due)]
    beyond = [Cell.OVER for _ in calendar.between(due, until)]
    if kept and beyond:
        beyond[-1] = Cell.KEPT
    return DueBar(_scaled(before), _scaled(beyond))


def _cell(day: date, until: date, kept: date | None) -> Cell:
    if day < until:
        return Cell.PAST
    if day == until:
        return Cell.KEPT if kept else Cell.NOW
    return Cell.SPARE if kept else Cell.LEFT


def _scaled(cells: list[Cell]) -> tuple[Cell, ...]:
    if len(cells) <= MOST_CELLS:
        return tuple(cells)
    return tuple(cells[n * len(cells) // MOST_CELLS] for n in range(MOST_CELLS))


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after a local day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)
