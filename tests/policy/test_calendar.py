from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays as oracle
import pytest

from meldpunt.policy.calendar import FIRST_YEAR, WorkCalendar, easter_sunday, holidays
from meldpunt.policy.equated import decrees
from meldpunt.policy.rules import Term, calendar_warnings, due

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


@pytest.mark.parametrize(
    ("calendar", "day", "why"),
    [
        (WorkCalendar(ZoneInfo("Europe/Brussels"), country="BE"), date(2026, 7, 21), "National Day"),
        (WorkCalendar(ZoneInfo("Europe/Brussels"), country="BE"), date(2026, 4, 27), None),  # a Dutch matter
        (WorkCalendar(ZoneInfo("Europe/Berlin"), country="DE"), date(2026, 6, 4), None),
        (WorkCalendar(ZoneInfo("Europe/Berlin"), country="DE", region="BY"), date(2026, 6, 4), "Corpus Christi"),
        (WorkCalendar(ZoneInfo("Asia/Jerusalem"), country="IL"), date(2026, 6, 5), "Friday"),
        (WorkCalendar(ZoneInfo("Asia/Jerusalem"), country="IL"), date(2026, 6, 7), None),  # a Sunday
    ],
)
def test_other_countries_have_their_own_days_off(calendar, day, why):
    assert calendar.why_not(day) == why


def test_a_term_abroad_names_what_it_skipped_and_whose_holidays():
    brussels = ZoneInfo("Europe/Brussels")
    end = due(
        Term.read("3 working days"), datetime(2026, 7, 17, 12, tzinfo=brussels), WorkCalendar(brussels, country="BE")
    )
    assert end.due_on == date(2026, 7, 23)
    assert [one.day for one in end.skipped] == [date(2026, 7, 21)]
    assert "public holidays of BE" in end.rule


@pytest.mark.parametrize(
    ("calendar", "today", "said"),
    [
        (PLAIN, date(2040, 1, 1), None),  # computed, for ever
        (WorkCalendar(AMSTERDAM, equated_days=True), date(2028, 6, 1), None),
        (WorkCalendar(AMSTERDAM, equated_days=True), date(2028, 9, 1), "known up to 2028"),
        (WorkCalendar(AMSTERDAM, country="BE"), date(2026, 1, 1), None),
        (WorkCalendar(AMSTERDAM, country="BE"), date(2100, 9, 1), "holidays of BE are known up to 2100"),
        (WorkCalendar(AMSTERDAM, closing_days=frozenset({date(2025, 12, 24)})), date(2026, 1, 1), "was 2025-12-24"),
        (WorkCalendar(AMSTERDAM, closing_days=frozenset({date(2026, 12, 24)})), date(2026, 1, 1), None),
    ],
)
def test_a_calendar_says_when_it_runs_out(calendar, today, said):
    warnings = [str(one) for one in calendar_warnings(calendar, today)]
    assert said in " ".join(warnings) if said else warnings == []
