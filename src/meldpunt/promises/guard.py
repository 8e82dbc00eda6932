"""The guard against silence and lateness: who is reminded of a promise, and when.  Pure.

    the working day before, 08:00     the handler, or who stands in for them
    the day itself, 08:00             everybody at the desk
    once it is late                   the person responsible

Local time of the organisation.  A reminder keeps no promise, and nobody outside hears of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum

from meldpunt.policy.calendar import WorkCalendar

MORNING = time(8)
LONGEST_PAUSE = timedelta(days=14)  # between two working days; how far ahead one must look


class To(IntEnum):
    """How far up a reminder has gone."""

    NOBODY = 0
    HANDLER = 1
    TEAM = 2
    RESPONSIBLE = 3


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague at the desk.  ``absent_until``: the last local day away; ``by_hook``: reached without an address."""

    name: str
    address: str = field(repr=False)
    language: str = "nl"
    absent_until: date | None = None
    cover: str = ""
    by_hook: bool = False

    def here(self, today: date) -> bool:
        return bool(self.address or self.by_hook) and (self.absent_until is None or self.absent_until < today)


def step_for(due_on: date, late_from: datetime, now: datetime, calendar: WorkCalendar) -> To:
    """Who should know by now of a promise that is still open."""
    if now >= late_from:
        return To.RESPONSIBLE
    if now >= _morning(due_on, calendar):
        return To.TEAM
    return To.HANDLER if now >= _morning(_working_day_before(due_on, calendar), calendar) else To.NOBODY


def _morning(day: date, calendar: WorkCalendar) -> datetime:
    return datetime.combine(day, MORNING, calendar.zone).astimezone(UTC)


def _working_day_before(day: date, calendar: WorkCalendar) -> date:
    before = calendar.between(day - LONGEST_PAUSE, day - timedelta(days=1))
    return before[-1] if before else day - timedelta(days=1)


def handlers_for(handler: str, people: Mapping[str, Person], today: date) -> tuple[Person, ...]:
    """The handler; who stands in for them while they are away; everybody when that leads to nobody."""
    asked = people.get(handler)
    seen: set[str] = set()
    while asked and not asked.here(today) and asked.name not in seen:
        seen.add(asked.name)
        asked = people.get(asked.cover)
    return (asked,) if asked and asked.here(today) else team(people, today)


def team(people: Mapping[str, Person], today: date) -> tuple[Person, ...]:
    """Everybody who is here."""
    return tuple(one for one in people.values() if one.here(today))


def responsible(
    address: str, lead: str, people: Mapping[str, Person], today: date, language: str
) -> tuple[Person, ...]:
    """Who answers for it by the policy: an address, the lead, or else everybody."""
    if address:
        return (Person("", address, language),)
    return handlers_for(lead, people, today)
