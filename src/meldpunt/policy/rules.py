"""Terms, and when they end.  Pure: no database, no clock.

The day on which something happens is not counted, whatever the hour.  A term in days ends at
24:00, local time of the organisation, so its first late moment is 00:00 of the day after.
Hours are elapsed time and know nothing of days.  Nothing is ever converted: a month is not
thirty days, and a day is not 24 hours.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from meldpunt.policy.calendar import DAY, FIRST_YEAR, HOME, LAST_YEAR, WorkCalendar
from meldpunt.policy.errors import BadMoment, BadTerm

__all__ = ["Due", "Sentence", "Skipped", "Term", "Unit", "WorkCalendar", "due", "read_moment", "read_zone"]
__all__ += ["calendar_warnings", "working_days_between", "working_days_left"]


class Unit(StrEnum):
    WORKING_DAYS = "working days"
    DAYS = "days"
    HOURS = "hours"
    MONTHS = "months"


# Ten years is long enough for any promise; the limit keeps every end of a term on the calendar.
LONGEST = {Unit.WORKING_DAYS: 2500, Unit.DAYS: 3650, Unit.HOURS: 87600, Unit.MONTHS: 120}
SPOKEN = {
    **dict.fromkeys(("working day", "working days", "werkdag", "werkdagen"), Unit.WORKING_DAYS),
    **dict.fromkeys(("day", "days", "dag", "dagen"), Unit.DAYS),
    **dict.fromkeys(("hour", "hours", "uur", "uren"), Unit.HOURS),
    **dict.fromkeys(("month", "months", "maand", "maanden"), Unit.MONTHS),
}
WARNED_AHEAD = timedelta(days=180)  # the time to find a new decree, or a newer list
TERM = re.compile(r"([0-9]{1,6})\s+([a-z]+(?:\s+[a-z]+)?)")


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time as people promise it: so many of one unit."""

    count: int
    unit: Unit

    @classmethod
    def read(cls, text: str) -> "Term":
        """The term in ``text``, in English or Dutch ("3 working days", "72 uur"), or ``BadTerm``."""
        found = TERM.fullmatch(text.strip().lower())
        unit = SPOKEN.get(" ".join(found[2].split())) if found else None
        if found is None or unit is None:
            raise BadTerm(
                'No such term: "%(text)s". Write "3 working days", "14 days", "72 hours" or "1 month".',
                text=text[:80],
            )
        if not 1 <= (count := int(found[1])) <= LONGEST[unit]:
            raise BadTerm('"%(text)s" is not possible: a term is at least 1 and at most ten years.', text=text[:80])
        return cls(count, unit)

    def __str__(self) -> str:
        return f"{self.count} {self.unit[:-1] if self.count == 1 else self.unit}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something to say that is no refusal: English, with its words, as ``ground.errors.Refusal`` has them."""

    sentence: str
    words: Mapping[str, object]

    def __str__(self) -> str:
        return self.sentence % self.words


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day outside the weekend that was not counted, and why, in English."""

    day: date
    why: str


@dataclass(frozen=True, slots=True)
class Due:
    """When a term ends.

    ``due_on`` is the local day on which its last good moment lies, ``late_from`` the first late
    moment in UTC, ``rule`` the reading that was used, in English.
    """

    due_on: date
    late_from: datetime
    skipped: tuple[Skipped, ...]
    rule: str


def due(term: Term, start: datetime, calendar: WorkCalendar) -> Due:
    """When ``term`` ends that began at ``start`` (with a time zone, any)."""
    _check_moment(start)
    if term.unit is Unit.HOURS:
        return _hours(term, start, calendar)
    day_0 = _day_0(term, start, calendar)
    skipped: tuple[Skipped, ...] = ()
    if term.unit is Unit.WORKING_DAYS:
        due_on, skipped = _working_days(term.count, day_0, calendar)
        rule = f"{term} after {day_0}, which is not counted; {_not_counted(calendar)}"
    elif term.unit is Unit.DAYS:
        due_on = day_0 + timedelta(days=term.count)
        rule = f"{term} after {day_0}, which is not counted; calendar days, weekends and holidays included"
    else:
        due_on = _months_after(term.count, day_0)
        rule = f"{term} after {day_0}: the same day of the month, or the last; not moved by weekends or holidays"
    late_from = datetime.combine(due_on + DAY, time(), calendar.zone).astimezone(UTC)
    return Due(due_on, late_from, skipped, f"{rule}; ends at 24:00 {calendar.zone.key}.")


def _hours(term: Term, start: datetime, calendar: WorkCalendar) -> Due:
    late_from = start.astimezone(UTC) + timedelta(hours=term.count)
    # a term that ends at midnight ends on the day before, like one in days
    last_good = (late_from - timedelta.resolution).astimezone(calendar.zone)
    rule = f"{term} of elapsed time; neither weekends, holidays nor the change to summer time make it longer."
    return Due(last_good.date(), late_from, (), rule)


def _day_0(term: Term, start: datetime, calendar: WorkCalendar) -> date:
    """The local day on which the term begins.  Only working days know a cut-off."""
    day = start.astimezone(calendar.zone).date()
    if calendar.cut_off is None or term.unit is not Unit.WORKING_DAYS:
        return day
    # on the UTC line: in the hour that occurs twice, the second 02:15 is later than the first 02:45
    closes = datetime.combine(day, calendar.cut_off, calendar.zone).astimezone(UTC)
    return day + DAY if start.astimezone(UTC) >= closes else day


def _working_days(count: int, day_0: date, calendar: WorkCalendar) -> tuple[date, tuple[Skipped, ...]]:
    days = calendar.days_after(day_0)
    for _ in range(count):
        due_on = next(days)
    between = (day_0 + n * DAY for n in range(1, (due_on - day_0).days))
    weekdays = ((day, calendar.why_not(day)) for day in between if day.weekday() not in calendar.rest_days)
    return due_on, tuple(Skipped(day, why) for day, why in weekdays if why)


def _not_counted(calendar: WorkCalendar) -> str:
    own = " and own closing days" if calendar.closing_days else ""
    late = f"; from {calendar.cut_off:%H:%M} on counts as the next day" if calendar.cut_off else ""
    return f"{_free_days(calendar)}{own} do not count{late}"


def _free_days(calendar: WorkCalendar) -> str:
    if calendar.country != HOME:
        where = f"{calendar.country}-{calendar.region}" if calendar.region else calendar.country
        return f"Weekends and the public holidays of {where}"
    holidays = "and Dutch holidays (Algemene termijnenwet art. 3(1)"
    holidays += ", with Good Friday" if calendar.good_friday else ", without Good Friday"
    holidays += ", with every 5 May" if calendar.five_may else ", without 5 May"
    holidays += f", {'with' if calendar.equated_days else 'without'} the days equated by decree)"
    return f"Saturdays, Sundays {holidays}"


def _months_after(count: int, day: date) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def calendar_warnings(calendar: WorkCalendar, today: date) -> tuple[Sentence, ...]:
    """What one should know about the days off of the months ahead; nothing when all is well."""
    found = []
    horizon = calendar.horizon()
    if horizon is not None and date(horizon, 12, 31) - today < WARNED_AHEAD:
        found.append(_horizon_warning(calendar.country, horizon))
    if calendar.closing_days and max(calendar.closing_days) < today:
        last = max(calendar.closing_days)
        found.append(Sentence("The last closing day of the calendar was %(day)s: none is set ahead.", {"day": last}))
    return tuple(found)


def _horizon_warning(country: str, year: int) -> Sentence:
    if country == HOME:
        return Sentence(
            "The days that a decree equates with holidays are known up to %(year)d. Later ones are counted as "
            "working days until the next decree is added.",
            {"year": year},
        )
    return Sentence(
        "The holidays of %(country)s are known up to %(year)d. Later ones are counted as working days.",
        {"country": country, "year": year},
    )


def working_days_between(first: date, last: date, calendar: WorkCalendar) -> int:
    """Working days after ``first``, up to and with ``last``; negative when ``last`` is the earlier one."""
    if last < first:
        return -working_days_between(last, first, calendar)
    return len(calendar.between(first, last))


def working_days_left(now: datetime, due_on: date, calendar: WorkCalendar) -> int:
    """Working days until the end of ``due_on``: 0 only on that day itself, below 0 when it is too late.

    A weekend before or after it is never called the last day: it gives 1 or -1.
    """
    today = now.astimezone(calendar.zone).date()
    count = working_days_between(today, due_on, calendar)
    if today < due_on:
        return max(count, 1)
    return min(count, -1) if today > due_on else 0


def read_zone(name: str) -> ZoneInfo:
    """The time zone with that IANA name, or ``BadMoment``."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # absent, a path, a folder of zones
        raise BadMoment('No such time zone: "%(name)s". Write a name like Europe/Amsterdam.', name=name[:80]) from None


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """The moment in ``text`` (ISO 8601), in UTC.

    Without an offset it is local time in ``zone``, and must then have happened exactly once;
    without a time it is the start of that day.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadMoment(
            'No such moment: "%(text)s". Write it like 2026-04-03T16:30 or 2026-04-03T16:30+02:00.',
            text=text[:80],
        ) from None
    _check_year(moment)
    return (moment if moment.tzinfo else _the_one(moment, zone)).astimezone(UTC)


def _the_one(local: datetime, zone: ZoneInfo) -> datetime:
    words = {"text": f"{local:%Y-%m-%d %H:%M}", "zone": zone.key}
    moment = local.replace(tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise BadMoment("%(text)s does not exist in %(zone)s: the clock was put forward over it.", **words)
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        raise BadMoment("%(text)s happened twice in %(zone)s: add the offset, like +01:00.", **words)
    return moment


def _check_moment(moment: datetime) -> None:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise BadMoment("This moment has no time zone, so it could be anywhere.")
    _check_year(moment)


def _check_year(moment: datetime) -> None:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadMoment(
            "Terms are counted from %(first)d to %(last)d, not in %(year)d.",
            first=FIRST_YEAR,
            last=LAST_YEAR,
            year=moment.year,
        )
