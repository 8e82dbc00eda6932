from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from meldpunt.policy.errors import BadMoment, BadTerm
from meldpunt.policy.rules import (
    Skipped,
    Term,
    Unit,
    WorkCalendar,
    due,
    read_moment,
    read_zone,
    working_days_between,
    working_days_left,
)
from meldpunt.policy.statutory import Law, latest

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PLAIN = WorkCalendar(AMSTERDAM)

zones = st.sampled_from(["Europe/Amsterdam", "UTC", "Asia/Kathmandu", "Africa/Cairo", "America/New_York"])
calendars = st.builds(
    WorkCalendar,
    zone=zones.map(ZoneInfo),
    country=st.sampled_from(["NL", "NL", "BE", "IL"]),
    five_may=st.booleans(),
    good_friday=st.booleans(),
    equated_days=st.booleans(),
    closing_days=st.frozensets(st.dates(date(2024, 1, 1), date(2029, 1, 1)), max_size=20),
    cut_off=st.none() | st.times(),
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))
terms = st.builds(Term, st.integers(1, 40), st.sampled_from(Unit))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("3 working days", Term(3, Unit.WORKING_DAYS)),
        ("1 working day", Term(1, Unit.WORKING_DAYS)),
        (" 3  Working  Days ", Term(3, Unit.WORKING_DAYS)),
        ("3 werkdagen", Term(3, Unit.WORKING_DAYS)),
        ("1 werkdag", Term(1, Unit.WORKING_DAYS)),
        ("14 days", Term(14, Unit.DAYS)),
        ("14 dagen", Term(14, Unit.DAYS)),
        ("72 hours", Term(72, Unit.HOURS)),
        ("72 uur", Term(72, Unit.HOURS)),
        ("1 month", Term(1, Unit.MONTHS)),
        ("1 maand", Term(1, Unit.MONTHS)),
    ],
)
def test_terms_are_read_in_two_languages(text, term):
    assert Term.read(text) == term


@given(terms)
def test_a_term_reads_back_what_it_prints(term):
    assert Term.read(str(term)) == term


NOT_TERMS = ["", "3", "days", "three working days", "-3 days", "3.5 days", "3 weeks", "0 days", "3 working"]
NOT_TERMS += ["3days", "99999 months", "9999999999 days", "٣ days", "3 working days later", "3\x00 days"]


@pytest.mark.parametrize("text", NOT_TERMS)
def test_other_terms_are_refused_with_a_sentence(text):
    with pytest.raises(BadTerm, match="term"):
        Term.read(text)


def test_a_refused_term_names_the_forms():
    with pytest.raises(BadTerm, match='"3 working days", "14 days", "72 hours" or "1 month"'):
        Term.read("soon")


def test_three_working_days_from_good_friday():
    end = due(Term.read("3 working days"), datetime.fromisoformat("2026-04-03T16:30+02:00"), PLAIN)
    assert end.due_on == date(2026, 4, 9)
    assert end.late_from == datetime(2026, 4, 9, 22, tzinfo=UTC)
    assert end.skipped == (Skipped(date(2026, 4, 6), "Easter Monday"),)
    assert "2026-04-03" in end.rule
    assert "24:00 Europe/Amsterdam" in end.rule


def test_equated_days_and_closing_days_are_skipped_when_they_do_not_count():
    start = datetime(2026, 5, 13, 10, tzinfo=AMSTERDAM)
    assert due(Term(3, Unit.WORKING_DAYS), start, PLAIN).due_on == date(2026, 5, 19)
    closed = WorkCalendar(AMSTERDAM, equated_days=True, closing_days=frozenset({date(2026, 5, 18)}))
    end = due(Term(3, Unit.WORKING_DAYS), start, closed)
    assert end.due_on == date(2026, 5, 21)
    assert [one.day.day for one in end.skipped] == [14, 15, 18]


@pytest.mark.parametrize(("hour", "due_on"), [(16, date(2026, 6, 4)), (17, date(2026, 6, 5))])
def test_a_cut_off_moves_working_days_and_nothing_else(hour, due_on):
    calendar = WorkCalendar(AMSTERDAM, cut_off=time(17))
    start = datetime(2026, 6, 1, hour, tzinfo=AMSTERDAM)
    assert due(Term(3, Unit.WORKING_DAYS), start, calendar).due_on == due_on
    assert due(Term(3, Unit.DAYS), start, calendar).due_on == date(2026, 6, 4)


def test_hours_that_end_at_midnight_end_on_the_day_before():
    end = due(Term(24, Unit.HOURS), datetime(2026, 6, 1, tzinfo=AMSTERDAM), PLAIN)
    assert end.due_on == date(2026, 6, 1)
    assert end.late_from == due(Term(1, Unit.DAYS), datetime(2026, 5, 31, 9, tzinfo=AMSTERDAM), PLAIN).late_from


@pytest.mark.parametrize("start", [datetime(2026, 6, 1), datetime(1999, 1, 1, tzinfo=UTC)])
def test_moments_without_a_zone_or_out_of_reach_are_refused(start):
    with pytest.raises(BadMoment):
        due(Term(1, Unit.DAYS), start, PLAIN)


@given(start=moments, count=st.integers(1, 40), calendar=calendars)
def test_exactly_so_many_working_days_lie_between(start, count, calendar):
    end = due(Term(count, Unit.WORKING_DAYS), start, calendar)
    day_0 = start.astimezone(calendar.zone).date()
    counted = [day_0 + timedelta(days=n) for n in range(1, (end.due_on - day_0).days + 1)]
    working = [day for day in counted if calendar.works_on(day)]
    late_start = calendar.cut_off is not None and start.astimezone(calendar.zone).time() >= calendar.cut_off
    if not late_start:
        assert len(working) == count
    else:  # the day after has become day 0, and may have been a working day itself
        assert len(working) in (count, count + 1)
    assert calendar.works_on(end.due_on)
    assert end.late_from > start
    for one in end.skipped:
        assert not calendar.works_on(one.day)
        assert day_0 < one.day < end.due_on


@given(start=moments, wait=st.timedeltas(timedelta(0), timedelta(days=40)), term=terms, calendar=calendars)
@example(
    start=datetime(2026, 10, 25, 0, 45, tzinfo=UTC),  # 02:45, and half an hour later it is 02:15
    wait=timedelta(minutes=30),
    term=Term(3, Unit.WORKING_DAYS),
    calendar=WorkCalendar(AMSTERDAM, cut_off=time(2, 30)),
)
def test_arriving_later_is_never_due_earlier(start, wait, term, calendar):
    first, second = due(term, start, calendar), due(term, start + wait, calendar)
    assert first.late_from <= second.late_from
    assert first.due_on <= second.due_on


@given(start=moments, term=terms, calendar=calendars)
def test_the_last_good_moment_lies_on_the_due_day(start, term, calendar):
    end = due(term, start, calendar)
    last_good = end.late_from - timedelta(microseconds=1)
    assert last_good.astimezone(calendar.zone).date() == end.due_on
    assert end.late_from.tzinfo is UTC


@given(start=moments, count=st.integers(1, 500), calendar=calendars)
def test_hours_are_elapsed_time(start, count, calendar):
    assert due(Term(count, Unit.HOURS), start, calendar).late_from - start == timedelta(hours=count)


@given(first=st.dates(date(2024, 1, 1), date(2029, 1, 1)), days=st.integers(-60, 60), calendar=calendars)
def test_counting_back_is_counting_forth(first, days, calendar):
    last = first + timedelta(days=days)
    forth = working_days_between(first, last, calendar)
    assert forth == -working_days_between(last, first, calendar)
    assert (forth >= 0) is (days >= 0) or forth == 0


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-04-02T09:00", 2),  # Thursday: Tuesday and Wednesday are left
        ("2026-04-04T09:00", 2),  # in the Easter weekend
        ("2026-04-07T23:59", 1),
        ("2026-04-08T00:00", 0),
        ("2026-04-08T23:59", 0),
        ("2026-04-09T00:00", -1),
        ("2026-04-13T09:00", -3),
    ],
)
def test_working_days_left_until_a_wednesday(now, left):
    at = datetime.fromisoformat(now).replace(tzinfo=AMSTERDAM)
    assert working_days_left(at, date(2026, 4, 8), PLAIN) == left


def test_a_weekend_beside_the_due_day_is_not_the_last_day():
    saturday = datetime(2026, 6, 6, 12, tzinfo=AMSTERDAM)
    assert working_days_left(saturday, date(2026, 6, 5), PLAIN) == -1
    assert working_days_left(saturday, date(2026, 6, 7), PLAIN) == 1


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-04-03T16:30+02:00", datetime(2026, 4, 3, 14, 30, tzinfo=UTC)),
        ("2026-04-03T16:30", datetime(2026, 4, 3, 14, 30, tzinfo=UTC)),
        ("2026-04-03 16:30", datetime(2026, 4, 3, 14, 30, tzinfo=UTC)),
        ("2026-04-03T14:30Z", datetime(2026, 4, 3, 14, 30, tzinfo=UTC)),
        ("2026-04-03", datetime(2026, 4, 2, 22, tzinfo=UTC)),
        ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-03-29T03:00", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ],
)
def test_moments_are_read(text, moment):
    assert read_moment(text, AMSTERDAM) == moment


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-03-29T02:30", "does not exist in Europe/Amsterdam"),
        ("2026-10-25T02:30", "happened twice in Europe/Amsterdam"),
        ("yesterday", "No such moment"),
        ("2026-02-30T12:00", "No such moment"),
        ("", "No such moment"),
        ("0001-01-01T00:00+14:00", "counted from 2014"),
        ("9999-12-31T23:59-12:00", "counted from 2014"),
    ],
)
def test_moments_that_are_not_one_moment_are_refused(text, why):
    with pytest.raises(BadMoment, match=why):
        read_moment(text, AMSTERDAM)


@pytest.mark.parametrize("name", ["Europe/Meldpunt", "", "../../etc/passwd", "Europe", "/etc/localtime", "a\x00b"])
def test_unknown_zones_are_refused(name):
    with pytest.raises(BadMoment, match="No such time zone"):
        read_zone(name)


@pytest.mark.parametrize(
    ("term", "start", "due_on"),
    [
        ("1 month", "2028-01-31", date(2028, 2, 29)),  # a leap year
        ("1 month", "2026-01-31", date(2026, 2, 28)),
        ("12 months", "2028-02-29", date(2029, 2, 28)),
        ("1 month", "2026-02-28", date(2026, 3, 28)),  # and not the last of March
        ("365 days", "2027-03-01", date(2028, 2, 29)),
        ("1 day", "2026-03-28", date(2026, 3, 29)),  # a day of 23 hours
        ("1 day", "2026-10-24", date(2026, 10, 25)),  # and one of 25
    ],
)
def test_months_and_leap_days(term, start, due_on):
    at = datetime.fromisoformat(start).replace(hour=12, tzinfo=AMSTERDAM)
    assert due(Term.read(term), at, PLAIN).due_on == due_on


@given(start=moments, wait=st.timedeltas(timedelta(0), timedelta(days=40)), term=terms, law=st.sampled_from(Law))
def test_by_law_arriving_later_is_never_due_earlier_and_never_before_the_plain_day(start, wait, term, law):
    first, second = latest(term, start, PLAIN, law), latest(term, start + wait, PLAIN, law)
    assert first.late_from <= second.late_from
    assert first.late_from >= due(term, start, PLAIN).late_from


@pytest.mark.parametrize(
    ("law", "term", "start", "due_on"),
    [
        (Law.ATW, "91 days", "2026-03-07", date(2026, 6, 6)),  # a Saturday: the act is silent beyond 90 days
        (Law.ATW, "90 days", "2026-03-08", date(2026, 6, 8)),  # a Saturday, moved
        (Law.EU, "91 days", "2026-03-07", date(2026, 6, 8)),
        (Law.EU, "2 days", "2026-04-03", date(2026, 4, 8)),  # Easter: two working days lie within
        (Law.ATW, "2 days", "2026-04-03", date(2026, 4, 7)),  # from three days on only
    ],
)
def test_terms_of_the_law(law, term, start, due_on):
    at = datetime.fromisoformat(start).replace(hour=12, tzinfo=AMSTERDAM)
    assert latest(Term.read(term), at, PLAIN, law).due_on == due_on
