"""What a person promises in a letter: "you will hear from us before Tuesday 12:00".  Pure.

Finds days and hours that stand behind a word such as "before", "by", "vóór" or "uiterlijk", so that
who writes sees which clock they set.  It only proposes: a person says which of them are promises.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from meldpunt.ground.values import Language
from meldpunt.policy.calendar import FIRST_YEAR, LAST_YEAR
from meldpunt.policy.words import MONTHS, WEEKDAYS
from meldpunt.promises.rules import end_of

MOST = 5  # clocks in one letter
LONGEST = 200_000  # signs that are looked at
HORIZON = timedelta(days=730)
EXCLUSIVE = ("before", "voor", "vóór")  # "before Tuesday" without an hour ends when Tuesday begins
INCLUSIVE = (
    *("by", "no later than", "not later than", "at the latest on", "at the latest by", "latest on"),
    *("uiterlijk op", "uiterlijk", "niet later dan", "ten laatste op", "op zijn laatst op"),
)
SHORT_MONTHS = ("jan", "feb", "mrt", "mar", "apr", "jun", "jul", "aug", "sep", "okt", "oct", "nov", "dec")
DUTCH_SHORT = {"mrt": 3, "maa": 3, "mei": 5, "okt": 10}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


_WEEKDAYS = _any(day for language in Language for day in WEEKDAYS[language])
_MONTHS = _any((*(month for language in Language for month in MONTHS[language]), *SHORT_MONTHS))
_PROMISE = re.compile(
    rf"""
    \b(?P<lead>{_any((*EXCLUSIVE, *INCLUSIVE))})[ ]
    (?:(?:the|de|op|on|next|this|aanstaande|komende)[ ])?
    (?: (?P<today>today|vandaag)
      | (?P<tomorrow>tomorrow|morgen)
      | (?P<year>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)
      | (?:(?P<weekday>{_WEEKDAYS})\b,?[ ]?)?
        (?: (?P<day>\d{{1,2}})(?:st|nd|rd|th|e)?[ ](?P<name>{_MONTHS})\b\.?(?:,?[ ](?P<named>20\d\d))?
          | (?P<first>{_MONTHS})[ ](?P<after>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?[ ](?P<late>20\d\d))?
        )?
    )
    (?: ,?[ ]?(?:at[ ]|om[ ]|voor[ ]|before[ ])?(?P<hour>2[0-3]|[01]?\d)
        (?: [:.](?P<minute>[0-5]\d)\b | [ ]?(?:uur|u|h|hrs)\b | [ ]?(?P<half>am|pm)\b )
    )?
    """,
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A promise in a text.  ``words`` are those of the text; late from ``late_from`` (UTC) on."""

    words: str = field(repr=False)
    late_from: datetime


def found_in(text: str, now: datetime, zone: ZoneInfo) -> tuple[Spoken, ...]:
    """The promises in what a person wrote themselves (quoted lines are not theirs), soonest first, each once."""
    own = " ".join(" ".join(line.split()) for line in text[:LONGEST].splitlines() if not line.lstrip().startswith(">"))
    by_moment: dict[datetime, Spoken] = {}
    for match in _PROMISE.finditer(own):
        late_from = _moment(match, now, zone)
        if late_from and now < late_from <= now + HORIZON:
            by_moment.setdefault(late_from, Spoken(match[0].strip(" ,."), late_from))
    return tuple(by_moment[at] for at in sorted(by_moment))[:MOST]


def _moment(match: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime | None:
    """The first late moment of what was said; ``None`` when it names no day that exists."""
    day = _day(match, now.astimezone(zone).date())
    if day is None or not FIRST_YEAR < day.year < LAST_YEAR:
        return None
    if match["hour"]:
        hour = int(match["hour"])
        if match["half"]:
            hour = hour % 12 + 12 * (match["half"].lower() == "pm")
        return datetime.combine(day, time(hour, int(match["minute"] or 0)), zone).astimezone(UTC)
    exclusive = match["lead"].lower() in EXCLUSIVE
    return end_of(day - timedelta(days=1) if exclusive else day, zone)


def _day(match: re.Match[str], today: date) -> date | None:
    if match["today"] or match["tomorrow"]:
        return today + timedelta(days=1 if match["tomorrow"] else 0)
    if match["year"]:
        return _date(int(match["year"]), int(match["m"]), int(match["d"]))
    if name := match["name"] or match["first"]:
        year = match["named"] or match["late"]
        return _coming(_month(name), int(match["day"] or match["after"]), int(year) if year else None, today)
    if match["weekday"]:
        return today + timedelta(days=(_weekday(match["weekday"]) - today.weekday()) % 7 or 7)
    return None


def _coming(month: int, day: int, year: int | None, today: date) -> date | None:
    """Without a year it is the next one that comes."""
    found = _date(year or today.year, month, day)
    if year or found is None or found >= today:
        return found
    return _date(today.year + 1, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(word: str) -> int:
    names = [(name.lower(), place) for language in Language for place, name in enumerate(WEEKDAYS[language])]
    return dict(names)[word.lower()]


def _month(word: str) -> int:
    start = word.lower()[:3]
    if start in DUTCH_SHORT:
        return DUTCH_SHORT[start]
    return next(place for place, name in enumerate(MONTHS[Language.ENGLISH], 1) if name.lower().startswith(start))
