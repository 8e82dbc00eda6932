"""Figures of the work: what came, how long it took, what was promised, what is open.  Counted by the database."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE
from tests.desk.conftest import desk, desk_house, hanna  # noqa: F401  fixtures of the desk

from meldpunt.conversation import commands as conversation
from meldpunt.ground.errors import NotAllowed
from meldpunt.ground.values import REPORTER
from meldpunt.oversight.figures import Took, figures, took
from meldpunt.oversight.periods import By, months_on, stretch, years
from meldpunt.oversight.plot import spans
from meldpunt.oversight.rules import Outcome
from meldpunt.works.followers import catch_up

ZONE = ZoneInfo("Europe/Amsterdam")
TODAY = date(2026, 3, 20)
NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


def found(asked=None, now=NOW):
    return figures(HANNA, asked or stretch("year", "month", TODAY, TODAY), ZONE, now)


@pytest.mark.django_db
def test_what_came_and_how_long_it_took(house):
    first = house.a_case("One.", now=MONDAY_NINE - 40 * DAY)
    second = house.a_case("Two.")
    for ref, hours in ((first, 5), (second, 30)):
        at = (MONDAY_NINE - 40 * DAY if ref == first else MONDAY_NINE) + hours * HOUR
        conversation.write(ref, "We are looking.", "reply", HEAD, keys=house.keys, by=HANNA, now=at)
    catch_up()
    all = found()
    january, march = all.periods[-3], all.periods[-1]
    assert (january.first, january.reports, march.reports) == (date(2026, 1, 1), 1, 1)
    assert dict(march.doors) == {"lmtp": 1} and dict(march.severities) == {"": 1}
    assert january.answer == Took(1, 5, 5) and march.answer == Took(1, 30, 30)
    assert all.answer == Took(2, 5, 30) and all.assessment is None
    assert march.promises[Outcome.MISSED] == 2, "nobody assessed the one by 5 March, nor gave news in the other"
    assert all.ages == (0, 1, 1, 0, 0) and sum(all.ages) == 2


@pytest.mark.django_db
def test_a_reporter_has_no_business_here(house):
    with pytest.raises(NotAllowed):
        figures(REPORTER, stretch("year", "month", TODAY, TODAY), ZONE, NOW)


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(house):
    house.a_case("One.")
    with CaptureQueriesContext(connection) as few:
        found()
    for n in range(5):
        house.a_case(f"Case {n}", now=MONDAY_NINE - n * 50 * DAY)
    with CaptureQueriesContext(connection) as many:
        found(stretch("all", "month", TODAY, date(2025, 1, 1)))
    assert len(few) == len(many) == 6


@given(st.dictionaries(st.integers(0, 400), st.integers(1, 9), min_size=1))
def test_the_median_and_nine_of_ten_are_values_that_occur(counts):
    values = sorted(value for value, count in counts.items() for _ in range(count))
    one = took(counts)
    assert one.count == len(values)
    assert one.median == values[(len(values) + 1) // 2 - 1] and one.ninety in values
    assert sum(value <= one.ninety for value in values) >= 0.9 * len(values)
    assert sum(value < one.ninety for value in values) < 0.9 * len(values)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.sampled_from(["year", "all", "2024", "x"]), st.sampled_from(By))
def test_periods_follow_each_other_and_hold_today(today, chosen, by):
    asked = stretch(chosen, by, today, today - timedelta(days=700))
    days = asked.days
    assert list(days) == sorted(set(days)) and len(days) >= 2
    assert chosen == "2024" or days[0] <= today < days[-1]
    assert all(months_on(a, 1 if asked.by is By.MONTH else 3) >= b for a, b in pairwise(days))


def test_years_to_choose_from():
    assert years(TODAY, date(2024, 5, 1)) == (2026, 2025, 2024)
    assert len(years(TODAY, date(1990, 1, 1))) == 10


def test_marks_that_would_lie_on_each_other_are_one():
    drawn = spans([("a", (5, 100)), ("b", (50, 51)), ("c", None)])
    assert [span.one for span in drawn.spans] == [False, True] and len(drawn.labels) == 3


@pytest.fixture
def spring():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.mark.django_db
def test_the_page_and_the_file_say_the_same(spring, desk):  # noqa: F811
    house = desk.house
    empty = desk.text("/figures/")
    assert "0 reports came in this time." in empty
    for n in range(3):
        house.a_case(f"A canary {n}", now=MONDAY_NINE - n * DAY)
    page = desk.text("/figures/", period="2026", by="quarter")
    assert "3 reports came in this time." in page and "By mail" in page and "Q1 2026" in page
    assert "canary" not in page and not re.search(r"VB-2026-\d{4}", page), "no case, no person"
    assert 'aria-current="true">2026</a>' in page and 'aria-current="true">By quarter</a>' in page
    answer = desk.get("/figures.csv", period="2026", by="quarter")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert {"figure": "reports", "from": "2026-01-01", "of": "", "number": "3"} in lines
    assert {"figure": "open", "from": "", "of": "up_to_30_days", "number": "3"} in lines
    assert answer["Content-Type"].startswith("text/csv")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", [{"period": "0000"}, {"period": "x" * 500, "by": "'"}, {"period": "٢٠٢٦"}, {"by": "year"}]
)
def test_what_makes_no_sense_shows_the_last_year(spring, desk, query):  # noqa: F811
    page = desk.text("/figures/", **query)
    assert 'aria-current="true">The last 12 months</a>' in page
