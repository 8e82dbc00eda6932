"""What we owe: one sentence for the heading, and groups by day for the margin.  Pure but for the catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext, ngettext

from meldpunt.policy.calendar import WorkCalendar
from meldpunt.policy.rules import working_days_left
from meldpunt.policy.words import MONTHS, NUMBERS, WEEKDAYS, left_in_words, spoken
from meldpunt.promises.queries import Counts, Owed
from meldpunt.promises.rules import State

MOST_DAYS_AHEAD = 6  # beyond it a weekday would mean two days


@dataclass
class Group:
    """Promises that stand under one word in the margin.  ``shape`` is the name of an icon."""

    key: str
    title: str
    more: tuple[str, ...]  # lines below the title
    shape: str
    rows: list[Owed] = field(default_factory=list)


def heading(counts: Counts, language: str) -> str:
    """The answer to: what do we owe?  At most two sentences, numbers up to twelve in words."""
    said = []
    if counts.late:
        said.append(
            ngettext("%(number)s promise is late.", "%(number)s promises are late.", counts.late)
            % {"number": number_in_words(counts.late, language)}
        )
    if counts.today and counts.late:
        said.append(
            ngettext("%(number)s is due today.", "%(number)s are due today.", counts.today)
            % {"number": number_in_words(counts.today, language)}
        )
    elif counts.today:
        said.append(
            ngettext("%(number)s promise is due today.", "%(number)s promises are due today.", counts.today)
            % {"number": number_in_words(counts.today, language)}
        )
    rest = counts.everything - counts.late - counts.today
    if not said and rest:
        said.append(
            ngettext("%(number)s promise is open, none is late.", "%(number)s promises are open, none is late.", rest)
            % {"number": number_in_words(rest, language)}
        )
    return " ".join(capital(sentence) for sentence in said) or gettext("Nothing is owed.")


def number_in_words(number: int, language: str) -> str:
    """One to twelve as a word, the rest in digits."""
    table = NUMBERS[spoken(language)]
    return table[number] if number < len(table) else str(number)


def groups(rows: Iterable[Owed], calendar: WorkCalendar, now: datetime, language: str) -> list[Group]:
    """The rows, in their order, under Late, Today, a weekday, or Later."""
    today = now.astimezone(calendar.zone).date()
    found: dict[str, Group] = {}
    for row in rows:
        group = _group_of(row, today, calendar, now, language)
        found.setdefault(group.key, group).rows.append(row)
    return list(found.values())


def _group_of(row: Owed, today: date, calendar: WorkCalendar, now: datetime, language: str) -> Group:
    due = row.promise.due_on
    if row.promise.state == State.LATE:
        return Group("late", gettext("Late"), (), "late")
    if due <= today:
        end = gettext("end of day, %(hours)s left") % {"hours": _hours_left(row.promise.late_from, now)}
        return Group("today", gettext("Today"), (short_day(today, language), end), "due-today")
    if due - today > timedelta(days=MOST_DAYS_AHEAD):
        return Group("later", gettext("Later"), (gettext("next week and after"),), "open")
    title = capital(WEEKDAYS[spoken(language)][due.weekday()])
    left = left_in_words(working_days_left(now, due, calendar), language)
    return Group(due.isoformat(), title, (_day_and_month(due, language), left), "open")


def _hours_left(until: datetime, now: datetime) -> str:
    minutes = max(int((until - now).total_seconds() // 60), 0)
    if minutes < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return ngettext("%(count)d hour", "%(count)d hours", minutes // 60) % {"count": minutes // 60}


def short_day(day: date, language: str) -> str:
    """Tuesday 24 November: for where the year is plain."""
    return f"{WEEKDAYS[spoken(language)][day.weekday()]} {_day_and_month(day, language)}"


def _day_and_month(day: date, language: str) -> str:
    return f"{day.day} {MONTHS[spoken(language)][day.month - 1]}"


def capital(text: str) -> str:
    """A sentence's first letter."""
    if text.startswith("één"):
        return "Eén" + text[3:]  # no accent on a Dutch capital
    return text[:1].upper() + text[1:]
