"""Terms that a law sets, at their latest: the Algemene termijnenwet, and Regulation 1182/71.  Pure.

A promise is no statutory term, and what one has to do is done by the earlier day that ``rules.due``
gives.  This is for who must know until when the law itself would have waited.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from meldpunt.policy.calendar import DAY, WorkCalendar
from meldpunt.policy.rules import Due, Skipped, Term, Unit, due

AT_LEAST_WORKING_DAYS = 2
ATW_LONGEST = {Unit.DAYS: 90, Unit.MONTHS: 3}  # art. 4: beyond these, and in hours, the act is silent


class Law(StrEnum):
    ATW = "atw"  # Algemene termijnenwet
    EU = "eu-1182-71"  # Regulation (EEC, Euratom) 1182/71


def latest(term: Term, start: datetime, calendar: WorkCalendar, law: Law) -> Due:
    """When ``term`` ends by that law.  The organisation's own closing days and cut-off mean nothing to it."""
    calendar = replace(calendar, closing_days=frozenset(), cut_off=None)
    if law is Law.ATW:
        calendar = replace(calendar, five_may=True, good_friday=True, equated_days=True)
    plain = due(term, start, calendar)
    if term.unit is Unit.WORKING_DAYS:
        return plain
    if term.unit is Unit.HOURS:
        return _hours(term, start, calendar, plain) if law is Law.EU else plain
    if law is Law.ATW and term.count > ATW_LONGEST[term.unit]:
        return plain
    least = 3 if law is Law.ATW else 2  # days from which on a term must contain two working days
    day_0 = start.astimezone(calendar.zone).date()
    contains_two = term.unit is Unit.MONTHS or term.count >= least
    return _rolled(plain, day_0, contains_two, calendar, law)


def _hours(term: Term, start: datetime, calendar: WorkCalendar, plain: Due) -> Due:
    """Art. 3(1) and 3(2)(a): the hour of the event is not counted, and the last one is counted whole."""
    local = start.astimezone(calendar.zone)
    into_the_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    late_from = start.astimezone(UTC) - into_the_hour + timedelta(hours=term.count + 1)
    due_on = (late_from - timedelta.resolution).astimezone(calendar.zone).date()
    rule = f"{term} of elapsed time after the hour of the event (Regulation 1182/71 art. 3(1) and 3(2)(a))."
    return replace(plain, due_on=due_on, late_from=late_from, rule=rule)


def _rolled(plain: Due, day_0: date, contains_two: bool, calendar: WorkCalendar, law: Law) -> Due:
    """A last day on which nobody works moves to the next on which somebody does; and two of those lie within."""
    due_on = plain.due_on

    def too_early(day: date) -> bool:
        few = contains_two and len(calendar.between(day_0, day)) < AT_LEAST_WORKING_DAYS
        return few or not calendar.works_on(day)

    due_on = _first_not(too_early, due_on)
    days = (plain.due_on + n * DAY for n in range((due_on - plain.due_on).days))
    skipped = tuple(Skipped(day, why) for day in days if (why := calendar.why_not(day)))
    late_from = datetime.combine(due_on + DAY, time(), calendar.zone).astimezone(UTC)
    articles = "Algemene termijnenwet art. 1 and 2" if law is Law.ATW else "Regulation 1182/71 art. 3(4) and 3(5)"
    return Due(due_on, late_from, skipped, f"{plain.rule} Moved as {articles} say.")


def _first_not(bad: Callable[[date], bool], day: date) -> date:
    while bad(day):
        day += DAY
    return day
