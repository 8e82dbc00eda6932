"""Numbers over time as places and sizes in whole pixels, to be drawn by a template.  Pure.

``plot``: each period is one bar, each part of it has a pattern of its own.  ``spans``: each period is a line from the
median to the value that nine of ten stay below, with marks of two shapes.  Nothing is told by colour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from meldpunt.oversight.rules import Outcome

HEIGHT, BAR, STEP, LEFT, TOP, BELOW = 160, 44, 72, 40, 18, 24
LOWEST_WITH_NUMBER = 16  # a lower part has no room for its number
FROM_THE_GROUND = (Outcome.KEPT, Outcome.IN_PART, Outcome.LATE, Outcome.MISSED, Outcome.OPEN)
NICE = (1, 2, 3, 4, 5, 6, 8)


@dataclass(frozen=True, slots=True)
class Part:
    """``outcome``: also any other name that a pattern has."""

    outcome: str
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


def plot(columns: Sequence[tuple[str, Mapping[Any, int]]], order: Sequence[str] = FROM_THE_GROUND) -> Plot:
    """One bar for each period, with its label, in the order given; its parts from the ground up in ``order``."""
    top = _nice(max((sum(counts.values()) for _, counts in columns), default=0))
    ground = TOP + HEIGHT
    bars = tuple(_bar(place, label, counts, top, order) for place, (label, counts) in enumerate(columns))
    return Plot(LEFT + STEP * max(len(columns), 1), ground + BELOW, ground, bars, _marks(top))


def _bar(place: int, label: str, counts: Mapping[str, int], top: int, order: Sequence[str]) -> Bar:
    x = LEFT + place * STEP + (STEP - BAR) // 2
    ground, below, parts = TOP + HEIGHT, 0, []
    for outcome in order:
        if count := counts.get(outcome, 0):
            foot, head = ground - HEIGHT * below // top, ground - HEIGHT * (below + count) // top
            height = max(foot - head, 1)
            text_y = foot - height // 2 + 5 if height >= LOWEST_WITH_NUMBER else 0
            parts.append(Part(outcome, count, foot - height, height, text_y))
            below += count
    return Bar(label, x, x + BAR // 2, below, ground - HEIGHT * below // top - 5, tuple(parts))


@dataclass(frozen=True, slots=True)
class Span:
    """From the median to the value that nine of ten stay below; the texts stand beside their marks."""

    label: str
    middle: int
    median: int
    ninety: int
    median_y: int
    ninety_y: int
    one: bool  # both marks would lie on each other


@dataclass(frozen=True, slots=True)
class SpanPlot:
    width: int
    height: int
    ground: int
    spans: tuple[Span, ...]
    labels: tuple[tuple[str, int], ...]
    marks: tuple[tuple[int, int], ...]


def spans(columns: Sequence[tuple[str, tuple[int, int] | None]]) -> SpanPlot:
    """One line for each period that has (median, ninety), in the order given."""
    top = _nice(max((pair[1] for _, pair in columns if pair), default=0))
    ground = TOP + HEIGHT
    middles = [LEFT + place * STEP + STEP // 2 for place in range(len(columns))]
    found = []
    for middle, (label, pair) in zip(middles, columns, strict=True):
        if pair:
            low, high = (ground - HEIGHT * value // top for value in pair)
            found.append(Span(label, middle, *pair, low, high, low - high < LOWEST_WITH_NUMBER))
    labels = tuple((label, middle) for middle, (label, _) in zip(middles, columns, strict=True))
    return SpanPlot(LEFT + STEP * max(len(columns), 1), ground + BELOW, ground, tuple(found), labels, _marks(top))


def _marks(top: int) -> tuple[tuple[int, int], ...]:
    return tuple((count, TOP + HEIGHT - HEIGHT * count // top) for count in sorted({0, top // 2, top}))


def _nice(most: int) -> int:
    """The lowest round number that is not below ``most``, and at least two."""
    size = 1
    while True:
        for step in NICE:
            if step * size >= max(most, 2):
                return step * size
        size *= 10
