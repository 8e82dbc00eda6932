"""What is counted, and what may be told of it without pointing at a case.  Pure.

Counting.  Every promise belongs to the quarter in which it was due, by the calendar of the organisation, however
late it was kept.  What nobody owes any more, and was not late, is not counted.

Telling.  Who knows of one report must learn nothing about another from the public score:

1. No number from one to four.  It is told as "1 to 4".
2. Nothing by subtraction.  Somebody may know how many promises there were in all, from the numbers of the cases.
   So where a small number is hidden, the next larger one is blurred as well: only the sum of these is certain,
   and it is five or more.  No totals are told.  Periods do not overlap.
3. A quarter with fewer than five promises is told together with those that follow, once there are five.
   A period that was told is never divided or joined again: that would tell its parts.
4. Nothing by comparing today's score with yesterday's.  A line is drawn anew only when five promises or more
   behind it stand differently; until then it says how things stood on the day that it names.

A small number is never more than four away from the truth, and neither is a line that waits.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

LEAST = 5  # fewer point at somebody


class Outcome(StrEnum):
    """What became of a promise.  Missed: its time is over and nobody has kept it, or nobody ever will."""

    KEPT = "kept"
    IN_PART = "kept-in-part"
    LATE = "kept-late"
    MISSED = "missed"
    OPEN = "open"


SENTENCES = ("P1", "P2", "P3", "P4", "P5", "P6", "P7")
SEVERITIES = ("critical", "high", "medium", "low", "none")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    year: int
    number: int  # 1 to 4

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, text: str) -> "Quarter":
        """From ``2026-Q4``."""
        return cls(int(text[:4]), int(text[6:]))

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)


Counts = Mapping[Outcome, int]


@dataclass(slots=True)
class Tally:
    """What became of the promises of one quarter.  ``took``: working days until the first assessment, of each."""

    counts: dict[Outcome, int] = field(default_factory=dict)
    took: list[int] = field(default_factory=list)

    def add(self, outcome: Outcome, count: int = 1) -> None:
        self.counts[outcome] = self.counts.get(outcome, 0) + count

    @property
    def total(self) -> int:
        return sum(self.counts.values())


Quarters = Mapping[Quarter, Tally]


@dataclass(frozen=True, slots=True)
class Line:
    """One period of one sentence, counted exactly, as it stood on ``drawn_on``.  Of this only ``told`` goes out."""

    sentence: str
    first: Quarter
    last: Quarter
    counts: Counts
    median: int | None
    drawn_on: date


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as it may be told: exact when both ends are the same."""

    low: int
    high: int

    @property
    def exact(self) -> bool:
        return self.low == self.high


def told(counts: Counts) -> Mapping[Outcome, Cell]:
    """The numbers of one line, as they may be told (1 and 2 above)."""
    found = {outcome: counts.get(outcome, 0) for outcome in Outcome}
    small = [outcome for outcome in Outcome if 0 < found[outcome] < LEAST]
    cells = {outcome: Cell(count, count) for outcome, count in found.items()}
    cells |= dict.fromkeys(small, Cell(1, LEAST - 1))
    large = sorted((outcome for outcome in Outcome if found[outcome] >= LEAST), key=lambda outcome: found[outcome])
    if small and large:
        together = found[large[0]] + sum(found[outcome] for outcome in small)
        cells[large[0]] = Cell(max(together - (LEAST - 1) * len(small), 0), together - len(small))
    return cells


def changed(before: Counts, after: Counts) -> int:
    """At least so many promises stand differently."""
    steps = [after.get(outcome, 0) - before.get(outcome, 0) for outcome in Outcome]
    return max(sum(step for step in steps if step > 0), -sum(step for step in steps if step < 0))


def redrawn(sentence: str, shown: Sequence[Line], found: Quarters, today: date) -> tuple[Line, ...]:
    """The lines of one sentence, oldest first: those that were ``shown``, anew where allowed, and new ones (3 and 4).

    Promises that are due after the running quarter are not told yet.
    """
    lines = []
    for place, line in enumerate(shown):
        since = None if place == 0 else line.first  # what is older than all belongs to the first
        now = _line(sentence, line.first, line.last, _within(found, since, line.last), today)
        lines.append(now if changed(line.counts, now.counts) >= LEAST else line)
    after = shown[-1].last if shown else None
    return (*lines, *_new_lines(sentence, found, after, today))


def _new_lines(sentence: str, found: Quarters, after: Quarter | None, today: date) -> Iterator[Line]:
    waiting: list[Quarter] = []
    for quarter in sorted(one for one in found if one <= Quarter.of(today) and (after is None or one > after)):
        waiting.append(quarter)
        tallies = [found[one] for one in waiting]
        if sum(tally.total for tally in tallies) >= LEAST:
            yield _line(sentence, waiting[0], quarter, tallies, today)
            waiting = []


def _within(found: Quarters, first: Quarter | None, last: Quarter) -> list[Tally]:
    return [tally for quarter, tally in found.items() if quarter <= last and (first is None or quarter >= first)]


def _line(sentence: str, first: Quarter, last: Quarter, tallies: Iterable[Tally], today: date) -> Line:
    whole = Tally()
    for tally in tallies:
        whole.took += tally.took
        for outcome, count in tally.counts.items():
            whole.add(outcome, count)
    return Line(sentence, first, last, whole.counts, middle(whole.took), today)


def midpoint(values: Sequence[int]) -> int | None:
    """The median, never flattered: half a day counts as one.  ``None`` when there is nothing."""
    return math.ceil(median(values)) if values else None


def middle(values: Sequence[int]) -> int | None:
    """The median as it may be told: ``None`` when there are fewer than five."""
    return midpoint(values) if len(values) >= LEAST else None


@dataclass(frozen=True, slots=True)
class FixTime:
    """How long the solution took, in days, for neighbouring severities; ``of`` so many, which is not told."""

    severities: tuple[str, ...]
    median: int
    of: int


def fix_times(days: Mapping[str, Sequence[int]]) -> tuple[FixTime, ...]:
    """By severity, the most severe first.  One with fewer than five is taken together with the next."""
    found: list[FixTime] = []
    names: list[str] = []
    values: list[int] = []
    for severity in SEVERITIES:
        if days.get(severity):
            names.append(severity)
            values += days[severity]
        if (half := middle(values)) is not None:
            found.append(FixTime(tuple(names), half, len(values)))
            names, values = [], []
    return tuple(found)


def fix_times_redrawn(shown: tuple[FixTime, ...], days: Mapping[str, Sequence[int]]) -> tuple[FixTime, ...]:
    """Anew only when five more were solved, or five fewer, since they were taken up again."""
    counted = sum(len(values) for values in days.values())
    before = sum(one.of for one in shown)
    now = fix_times(days)
    return now if abs(counted - before) >= LEAST else shown
