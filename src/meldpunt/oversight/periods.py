"""The periods of figures: months or quarters of a stretch of time, by the calendar of the organisation.  Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

MOST_YEARS = 10  # of everything


class By(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole months from the first day to before ``end``, by month or by quarter."""

    first: date
    end: date
    by: By

    @property
    def days(self) -> tuple[date, ...]:
        """Where each period begins, and where the last one ends."""
        step = 1 if self.by is By.MONTH else 3
        return (*_firsts(self.first, self.end, step), self.end)

    def moments(self, zone: ZoneInfo) -> tuple[datetime, ...]:
        """The same as moments: local midnights."""
        return tuple(_midnight(day, zone) for day in self.days)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def _firsts(first: date, end: date, step: int) -> Iterator[date]:
    day = first
    while day < end:
        yield day
        day = months_on(day, step)


def months_on(day: date, months: int) -> date:
    """The first of the month so many months later, or earlier."""
    at = day.year * 12 + day.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def stretch(chosen: str, by: str, today: date, since: date) -> Stretch:
    """What was asked for: ``year`` (the last twelve months), ``2026`` or ``all``, each up to today at most.

    ``since``: the day of the first report.  Quarters begin with their first month; what is long has no months.
    """
    end = months_on(today, 1)
    first = months_on(today, -11)
    if chosen == "all":
        first = max(months_on(since, 0), date(today.year - MOST_YEARS + 1, 1, 1))
    elif chosen.isdecimal() and len(chosen) == 4 and since.year <= int(chosen) <= today.year:
        first, end = date(int(chosen), 1, 1), min(end, date(int(chosen) + 1, 1, 1))
    grain = By.QUARTER if by == By.QUARTER or (end - first).days > 3 * 366 else By.MONTH
    if grain is By.QUARTER:
        first = date(first.year, (first.month - 1) // 3 * 3 + 1, 1)
    return Stretch(first, end, grain)


def years(today: date, since: date) -> tuple[int, ...]:
    """The years to choose from, newest first."""
    return tuple(range(today.year, max(since.year, today.year - MOST_YEARS + 1) - 1, -1))
