"""Figures of the desk's work: reports, times, promises, what is open.  Numbers only: no reference, no person.

However many cases there are: the same few queries, counted by the database.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from meldpunt.cases import access
from meldpunt.cases import figures as cases
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor
from meldpunt.oversight.periods import Stretch
from meldpunt.oversight.queries import OUTCOMES
from meldpunt.oversight.rules import Outcome
from meldpunt.promises import outcomes
from meldpunt.promises.rules import Kind
from meldpunt.remediation import figures as remediation

AGES = (7, 30, 90, 180)  # days: open for at most so long, and then for longer
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took: in how many cases, and within which time in half of them and in nine of ten."""

    count: int
    median: int
    ninety: int


@dataclass(frozen=True, slots=True)
class Period:
    """What there is to say of one period.  Times are of the reports that came in it; hours, and days for solutions."""

    first: date
    doors: Mapping[str, int]
    severities: Mapping[str, int]  # empty: not judged
    promises: Mapping[Outcome, int]  # that were due in it
    answer: Took | None
    assessment: Took | None
    fix: Took | None

    @property
    def reports(self) -> int:
        return sum(self.doors.values())


@dataclass(frozen=True, slots=True)
class Figures:
    """``fixes``: by severity, over the whole stretch; ``ages``: how many reports are open, by the days since."""

    periods: tuple[Period, ...]
    answer: Took | None
    assessment: Took | None
    fixes: Mapping[str, Took]
    ages: tuple[int, ...]


def figures(viewer: Actor, asked: Stretch, zone: ZoneInfo, now: datetime) -> Figures:
    """Everything on the page, for those at the desk: six queries."""
    access.check(viewer, Right.SCORE)
    moments = asked.moments(zone)
    doors, severities = _arrived(moments)
    kept = _kept(now, asked.days)
    waits: defaultdict[tuple[str, int], Counter[int]] = defaultdict(Counter)
    for kind, slot, hours, count in outcomes.hours_taken(moments):
        waits[kind, slot][max(hours, 0)] += count
    fixes = remediation.days_to_fix(moments, zone)
    periods = tuple(
        Period(
            first,
            doors[slot],
            severities[slot],
            kept[slot],
            took(waits[Kind.UPDATE, slot]),
            took(waits[Kind.ASSESSMENT, slot]),
            took(_summed((days, count) for (at, _, days), count in fixes.items() if at == slot)),
        )
        for slot, first in enumerate(asked.days[:-1])
    )
    return Figures(
        periods,
        took(_joined(waits, Kind.UPDATE)),
        took(_joined(waits, Kind.ASSESSMENT)),
        _by_severity(fixes),
        _ages(now),
    )


def _arrived(moments: tuple[datetime, ...]) -> tuple[list[Counter[str]], list[Counter[str]]]:
    doors = [Counter[str]() for _ in moments]
    severities = [Counter[str]() for _ in moments]
    for (slot, door, severity), count in cases.arrived(moments).items():
        doors[slot][door] += count
        severities[slot][severity] += count
    return doors, severities


def _kept(now: datetime, days: tuple[date, ...]) -> list[Counter[Outcome]]:
    found = [Counter[Outcome]() for _ in days]
    for (slot, state), count in outcomes.by_slot(now, days).items():
        if state in OUTCOMES:
            found[slot][OUTCOMES[state]] += count
    return found


def _joined(waits: Mapping[tuple[str, int], Counter[int]], kind: Kind) -> Counter[int]:
    return _summed(pair for (one, _), counts in waits.items() if one == kind for pair in counts.items())


def _summed(pairs: Iterable[tuple[int, int]]) -> Counter[int]:
    found: Counter[int] = Counter()
    for value, count in pairs:
        found[value] += count
    return found


def _by_severity(fixes: Mapping[tuple[int, str, int], int]) -> Mapping[str, Took]:
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for (_, severity, days), count in fixes.items():
        found[severity][days] += count
    return {severity: one for severity, counts in found.items() if (one := took(counts))}


def _ages(now: datetime) -> tuple[int, ...]:
    """The youngest first: what came, less what is closed."""
    edges = (LONG_AGO, *(now - timedelta(days=days) for days in reversed(AGES)), now + timedelta(days=1))
    came: Counter[int] = Counter()
    for (slot, _, _), count in cases.arrived(edges).items():
        came[slot] += count
    closed = remediation.closed(edges)
    return tuple(came[slot] - closed.get(slot, 0) for slot in reversed(range(len(edges) - 1)))


def took(counts: Mapping[int, int]) -> Took | None:
    """Of values and how many there are of each; the value at or below which a half and nine tenths are."""
    total = sum(counts.values())
    if not total:
        return None
    ordered = sorted(counts.items())
    return Took(total, _at(ordered, math.ceil(total * 0.5)), _at(ordered, math.ceil(total * 0.9)))


def _at(ordered: list[tuple[int, int]], rank: int) -> int:
    below = 0
    for value, count in ordered:
        below += count
        if below >= rank:
            return value
    return ordered[-1][0]
