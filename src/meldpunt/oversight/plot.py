"""The score over time as bars: places and sizes in whole pixels, to be drawn by a template.  Pure.

Each quarter is one bar, each outcome a part of it with a pattern of its own: nothing is told by colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from meldpunt.oversight.rules import Counts, Outcome

HEIGHT, BAR, STEP, LEFT, TOP, BELOW = 160, 44, 72, 40, 18, 24
LOWEST_WITH_NUMBER = 16  # a lower part has no room for its number
FROM_THE_GROUND = (Outcome.KEPT, Outcome.IN_PART, Outcome.LATE, Outcome.MISSED, Outcome.OPEN)
NICE = (1, 2, 3, 4, 5, 6, 8)


@dataclass(frozen=True, slots=True)
class Part:
    outcome: Outcome
    count: int
    y: int
    height: int
    text_y: int  # of its number; 0 when there is no room


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    x: int
    middle: int
    total: int
    total_y: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """``marks`` are the lines behind the bars: how many, and where."""

    width: int
    height: int
    ground: int
    bars: tuple[Bar, ...]
    marks: tuple[tuple[int, int], ...]


def plot(columns: Sequence[tuple[str, Counts]]) -> Plot:
    """One bar for each quarter, with its label, in the order given."""
    top = _nice(max((sum(counts.values()) for _, counts in columns), default=0))
    ground = TOP + HEIGHT
    bars = tuple(_bar(place, label, counts, top) for place, (label, counts) in enumerate(columns))
    marks = tuple((count, ground - HEIGHT * count // top) for count in sorted({0, top // 2, top}))
    return Plot(LEFT + STEP * max(len(columns), 1), ground + BELOW, ground, bars, marks)


def _bar(place: int, label: str, counts: Counts, top: int) -> Bar:
    x = LEFT + place * STEP + (STEP - BAR) // 2
    ground, below, parts = TOP + HEIGHT, 0, []
    for outcome in FROM_THE_GROUND:
        if count := counts.get(outcome, 0):
            foot, head = ground - HEIGHT * below // top, ground - HEIGHT * (below + count) // top
            height = max(foot - head, 1)
            text_y = foot - height // 2 + 5 if height >= LOWEST_WITH_NUMBER else 0
            parts.append(Part(outcome, count, foot - height, height, text_y))
            below += count
    return Bar(label, x, x + BAR // 2, below, ground - HEIGHT * below // top - 5, tuple(parts))


def _nice(most: int) -> int:
    """The lowest round number that is not below ``most``, and at least two."""
    size = 1
    while True:
        for step in NICE:
            if step * size >= max(most, 2):
                return step * size
        size *= 10
