"""Which days are working days, and why the others are not.  Pure.

Working days are Monday to Friday, without the holidays of the Algemene termijnenwet:
art. 3(1), and Good Friday (3(2)).  The days that a decree equates with them (3(3)) are working
days unless the organisation says otherwise: they are unknown for later years, and
counting them gives the earlier date, which is never late under the other reading.
A holiday that falls in a weekend moves nowhere.  Other countries follow their own rules (``abroad``).
"""

import functools
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from meldpunt.policy import abroad
from meldpunt.policy.equated import decrees, equated_days

HOME = "NL"
SATURDAY = 5
WEEKEND = frozenset({SATURDAY, SATURDAY + 1})
FIRST_YEAR, LAST_YEAR = 2014, 2199  # King's Day exists since 2014
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY = timedelta(days=1)

GOOD_FRIDAY, FIFTH_OF_MAY = "Good Friday", "Liberation Day"
EQUATED_DAY, CLOSING_DAY = "equated with a holiday by decree", "closing day of the organisation"


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """How one organisation counts its working days.

    ``cut_off`` is a local time: what arrives at or after it counts as arrived on the next day.
    """

    zone: ZoneInfo
    five_may: bool = True  # the fifth of May does not count, in any year
    good_friday: bool = True  # Good Friday does not count
    equated_days: bool = False  # the decreed days do not count either
    closing_days: frozenset[date] = frozenset()
    cut_off: time | None = None
    country: str = HOME
    region: str = ""  # a part of the country with holidays of its own

    @property
    def rest_days(self) -> frozenset[int]:
        """The weekend, as numbers from Monday = 0."""
        return WEEKEND if self.country == HOME else abroad.rest_days(self.country)

    def works_on(self, day: date) -> bool:
        return self.why_not(day) is None

    def why_not(self, day: date) -> str | None:
        """Why nothing is counted on ``day``, in English; None on a working day."""
        if day.weekday() in self.rest_days:
            return WEEKDAYS[day.weekday()]
        if day in self.closing_days:
            return CLOSING_DAY
        if self.country != HOME:
            return abroad.holidays(self.country, self.region, day.year).get(day)
        holiday = holidays(day.year).get(day)
        if holiday is not None and self._keeps(holiday):
            return holiday
        if self.equated_days and day in equated_days(HOME):
            return EQUATED_DAY
        return None

    def days_after(self, day: date) -> Iterator[date]:
        """The working days after ``day``, without end."""
        while True:
            day += DAY
            if self.works_on(day):
                yield day

    def between(self, after: date, upto: date) -> list[date]:
        """The working days after ``after``, up to and with ``upto``."""
        found: list[date] = []
        for year in range(after.year, upto.year + 1):
            days = _days_of(self, year)
            found += days[bisect_right(days, after) : bisect_right(days, upto)]
        return found

    def horizon(self) -> int | None:
        """The last year for which every day off is known; None when that goes for all years."""
        if self.country != HOME:
            return abroad.last_year(self.country)
        return max(decree.last_year for decree in decrees(HOME)) if self.equated_days else None

    def is_sure_in(self, year: int) -> bool:
        """Whether every day off of that year is known."""
        if self.country != HOME:
            return year <= abroad.last_year(self.country)
        return not self.equated_days or any(one.first_year <= year <= one.last_year for one in decrees(HOME))

    def warning(self, day: date) -> str | None:
        """What to say when a term ends where not all days off are known (any more)."""
        if self.is_sure_in(day.year):
            return None
        what = "The days equated with holidays" if self.country == HOME else f"The holidays of {self.country}"
        return (
            f"{what} are not known for {day.year} "
            f"(last known year: {self.horizon()}); they are counted as working days."
        )

    def _keeps(self, holiday: str) -> bool:
        if holiday == GOOD_FRIDAY:
            return self.good_friday
        return self.five_may if holiday == FIFTH_OF_MAY else True


def is_known(country: str) -> bool:
    """Whether we know the holidays of the country with that code (ISO 3166)."""
    return country == HOME or abroad.is_known(country)


def regions(country: str) -> tuple[str, ...]:
    """The parts of a country with holidays of their own; none in the Netherlands."""
    return () if country == HOME else abroad.regions(country)


@functools.lru_cache(maxsize=512)
def holidays(year: int) -> Mapping[date, str]:
    """The Dutch holidays of one year with their English names.

    Easter and Whit Sunday are not among them: they are Sundays anyway.
    """
    easter = easter_sunday(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == SATURDAY + 1:
        kings_day -= DAY
    named = {
        # first, so that a holiday without a switch wins when both fall on one day (Ascension Day, 2016)
        date(year, 5, 5): FIFTH_OF_MAY,
        easter - 2 * DAY: GOOD_FRIDAY,
        date(year, 1, 1): "New Year's Day",
        easter + DAY: "Easter Monday",
        kings_day: "King's Day",
        easter + 39 * DAY: "Ascension Day",
        easter + 50 * DAY: "Whit Monday",
        date(year, 12, 25): "Christmas Day",
        date(year, 12, 26): "Second day of Christmas",
    }
    return MappingProxyType(named)


def easter_sunday(year: int) -> date:
    """Easter in the Gregorian calendar: the Sunday after the church's full moon.

    Gauss's method, as completed by Lichtenberg.
    """
    century = year // 100
    moon_correction = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun_correction = 2 - (3 * century + 3) // 4
    golden = year % 19
    seed = (19 * golden + moon_correction) % 30
    limit = seed // 29 + (seed // 28 - seed // 29) * (golden // 11)
    full_moon = 21 + seed - limit
    first_sunday = 7 - (year + year // 4 + sun_correction) % 7
    march_day = full_moon + 7 - (full_moon - first_sunday) % 7
    return date(year, 3, 1) + (march_day - 1) * DAY


@functools.lru_cache(maxsize=32)
def _days_of(calendar: WorkCalendar, year: int) -> list[date]:
    """The working days of a year, in order."""
    first = date(year, 1, 1)
    return [day for n in range((date(year + 1, 1, 1) - first).days) if calendar.works_on(day := first + n * DAY)]
