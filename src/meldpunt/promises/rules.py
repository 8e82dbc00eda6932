"""How a promise stands at a moment, and the bar that shows it.  Pure."""

import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from meldpunt.ground.values import CaseRef
from meldpunt.policy.calendar import WorkCalendar

MOST_CELLS = 20  # a longer term is drawn to scale


class Kind(StrEnum):
    """What is owed.  Several of one kind may stand beside each other in time, never two open ones."""

    ACKNOWLEDGEMENT = "acknowledgement"  # P1: a person says that it has arrived
    ASSESSMENT = "assessment"  # P1: a person's assessment and an expected date
    DATE = "date"  # P1, in part: the expected date that the assessment still lacked
    FIX = "fix"  # P6: solved on the expected date
    FIX_TERM = "fix-term"  # P6: solved within the term that the policy names
    UPDATE = "update"  # P4: no longer silence than the policy's
    WORD = "word"  # P4: what a person promised in a letter


# Which sentence of the policy each belongs to
SENTENCE = {
    Kind.ACKNOWLEDGEMENT: "P1",
    Kind.ASSESSMENT: "P1",
    Kind.DATE: "P1",
    Kind.UPDATE: "P4",
    Kind.WORD: "P4",
    Kind.FIX: "P6",
    Kind.FIX_TERM: "P6",
}


class State(StrEnum):
    """How a promise stands.

             a person keeps it                     nothing is owed any more
    open ─────────────────────► kept                open ────────────────► ended
     │  due-today                kept-in-part        │
     ▼                                               ▼
    late ─────────────────────► kept-late           late ────────────────► missed
    """

    LATE = "late"
    DUE_TODAY = "due-today"
    OPEN = "open"
    KEPT = "kept"
    KEPT_IN_PART = "kept-in-part"
    KEPT_LATE = "kept-late"
    MISSED = "missed"
    ENDED = "ended"


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

    ``listed``: nothing else of the case is due before it.  ``exact``: it is due at an hour, not at the end
    of the day.  ``left`` counts the working days after today up to and with the due day, and is negative
    when the promise is late.
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
    number: int = 1
    exact: bool = False
    listed: bool = True

    @property
    def owed(self) -> bool:
        """Whether somebody still has to do something for it."""
        return self.state in (State.OPEN, State.DUE_TODAY, State.LATE)


def state_at(
    now: datetime,
    late_from: datetime,
    kept_at: datetime | None,
    ended_at: datetime | None = None,
    partly: bool = False,
) -> State:
    """Where a promise stands: the same answer for page, letter and score."""
    if kept_at is not None:
        if kept_at >= late_from:
            return State.KEPT_LATE
        return State.KEPT_IN_PART if partly else State.KEPT
    if ended_at is not None:
        return State.ENDED if ended_at < late_from else State.MISSED
    if now >= late_from:
        return State.LATE
    return State.DUE_TODAY if late_from - now <= timedelta(days=1) else State.OPEN


def worth_telling(promise: PromiseView) -> bool:
    """Whether a list of a case's promises names it: a silence that was broken in time, again and again, is not news."""
    if promise.owed:
        return promise.listed
    return promise.kind not in (Kind.UPDATE, Kind.WORD) or promise.state not in (State.KEPT, State.ENDED)


@functools.lru_cache(maxsize=4096)  # many promises of a list have the same days
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
