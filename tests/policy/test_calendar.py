from datetime import date, timedelta
from zoneinfo import ZoneInfo

import holidays as oracle
import pytest

from meldpunt.policy.calendar import FIRST_YEAR, WorkCalendar, easter_sunday, holidays
from meldpunt.policy.equated import decrees

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PLAIN = WorkCalendar(AMSTERDAM)
SUNDAYS = {"Easter Sunday", "Pentecost"}  # the oracle names them; they are Sundays


@pytest.mark.parametrize("year", range(FIRST_YEAR, 2100))
def test_holidays_agree_with_another_program_but_for_the_fifth_of_may(year):
    theirs = {day for day, name in oracle.NL(years=year).items() if name not in SUNDAYS}
    assert set(holidays(year)) - {date(year, 5, 5)} == theirs - {date(year, 5, 5)}
    assert date(year, 5, 5) in holidays(year)


@pytest.mark.parametrize("year", [1961, 1981, 2019, 2038, 2049, 2076, 2106, 2133])
def test_easter_is_a_sunday_within_its_bounds(year):
    easter = easter_sunday(year)
    assert easter.weekday() == 6
    assert date(year, 3, 22) <= easter <= date(year, 4, 25)


@pytest.mark.parametrize(
    ("day", "easter"), [(2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2038, (4, 25)), (2285, (3, 22))]
)
def test_easter_of_known_years(day, easter):
    assert easter_sunday(day) == date(day, *easter)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 4, 2), None),
        (date(2026, 4, 3), "Good Friday"),
        (date(2026, 4, 4), "Saturday"),
        (date(2026, 4, 6), "Easter Monday"),
        (date(2026, 4, 27), "King's Day"),
        (date(2025, 4, 28), None),  # King's Day was on Saturday the 26th
        (date(2026, 5, 5), "Liberation Day"),  # not a lustrum year
        (date(2026, 5, 4), None),
        (date(2026, 5, 15), None),  # equated by decree, which does not count by default
        (date(2026, 12, 24), None),
        (date(2027, 12, 27), None),  # both Christmas days in a weekend move nowhere
    ],
)
def test_why_a_day_is_not_counted(day, why):
    assert PLAIN.why_not(day) == why
    assert PLAIN.works_on(day) is (why is None)


def test_each_switch_changes_its_own_days_only():
    fifth, friday, bridge, own = date(2026, 5, 5), date(2026, 4, 3), date(2026, 5, 15), date(2026, 3, 11)
    assert WorkCalendar(AMSTERDAM, five_may=False).works_on(fifth)
    assert WorkCalendar(AMSTERDAM, good_friday=False).works_on(friday)
    assert WorkCalendar(AMSTERDAM, equated_days=True).why_not(bridge) == "equated with a holiday by decree"
    closed = WorkCalendar(AMSTERDAM, closing_days=frozenset({own}))
    assert closed.why_not(own) == "closing day of the organisation"
    assert PLAIN.works_on(own)


def test_ascension_day_stays_a_holiday_when_it_is_the_fifth_of_may():
    assert not WorkCalendar(AMSTERDAM, five_may=False).works_on(date(2016, 5, 5))


def test_decreed_days_are_weekdays_within_the_years_of_their_decree():
    for decree in decrees("NL"):
        assert decree.source
        for day in decree.days:
            assert decree.first_year <= day.year <= decree.last_year
            assert PLAIN.works_on(day), "a decree about a day that is free anyway is a typing error"


def test_beyond_the_last_decree_there_is_a_warning_for_who_asked():
    with_decrees = WorkCalendar(AMSTERDAM, equated_days=True)
    assert with_decrees.horizon() == 2028
    assert with_decrees.warning(date(2028, 12, 29)) is None
    assert "2029" in (with_decrees.warning(date(2029, 1, 2)) or "")
    assert with_decrees.warning(date(2022, 1, 3)) is not None
    assert PLAIN.warning(date(2029, 1, 2)) is None


def test_days_after_are_the_working_days_in_order():
    days = PLAIN.days_after(date(2026, 4, 2))
    assert [next(days) for _ in range(2)] == [date(2026, 4, 7), date(2026, 4, 7) + timedelta(days=1)]
