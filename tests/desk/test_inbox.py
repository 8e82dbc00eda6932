"""The first screen: what do we owe, to whom, by when?"""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.cast import MONDAY_NINE

from meldpunt.cases.rules import Reporter
from meldpunt.desk import owed
from meldpunt.promises.queries import Counts

DAY = timedelta(days=1)


def heading_of(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)
    assert found
    return found[1].strip()


def margin(page: str) -> list[str]:
    return re.findall(r'<h2 class="leaf__margin"[^>]*>(?:<svg.*?</svg>)? ([^<]+?)\s*<', page, re.S)


HEADINGS = [
    (0, 0, 0, "Nothing is owed.", "Er staat niets open."),
    (1, 2, 5, "One promise is late. Two are due today.", "Eén belofte is te laat. Twee moeten vandaag."),
    (2, 1, 0, "Two promises are late. One is due today.", "Twee beloften zijn te laat. Eén moet vandaag."),
    (0, 1, 3, "One promise is due today.", "Eén belofte moet vandaag worden nagekomen."),
    (0, 13, 0, "13 promises are due today.", "13 beloften moeten vandaag worden nagekomen."),
    (0, 0, 1, "One promise is open, none is late.", "Eén belofte staat open, geen is te laat."),
    (3, 0, 1, "Three promises are late.", "Drie beloften zijn te laat."),
]


@pytest.mark.parametrize(("late", "today", "rest", "english", "words"), HEADINGS)
def test_the_heading_is_the_answer(late, today, rest, english, words):
    with translation.override("en"):
        assert owed.heading(Counts(late + today + rest, late, today), "en") == english


@pytest.mark.parametrize(("late", "today", "rest", "english", "words"), HEADINGS)
def test_the_heading_is_the_answer_in_dutch(dutch, late, today, rest, english, words):
    with translation.override("nl"):
        assert owed.heading(Counts(late + today + rest, late, today), "nl") == words


def test_nothing_is_owed(desk):
    page = desk.text("/")
    assert heading_of(page) == "Nothing is owed."
    assert "Every promise that was made is kept." in page


def test_groups_stand_under_their_day(desk):
    # by the policy, three working days: from Monday 2 March, due Thursday 5; and so on
    for days in (0, 1, 2, 4, 7):
        desk.house.a_case(f"Weakness number {days}", now=MONDAY_NINE + days * DAY)
    with time_machine.travel(MONDAY_NINE + 4 * DAY, tick=False):  # Friday
        page = desk.text("/")
    assert heading_of(page) == "One promise is late. One is due today."
    assert margin(page) == ["Late", "Today", "Monday", "Wednesday", "Thursday"]
    assert page.index("Weakness number 0") < page.index("Weakness number 1") < page.index("Weakness number 7")
    with time_machine.travel(MONDAY_NINE, tick=False):
        assert margin(desk.text("/")) == ["Thursday", "Friday", "Later"]


def test_a_row_says_what_to_whom_and_how(desk):
    desk.house.a_case("Tax page <script>alert(1)</script>", reporter=Reporter("", ""), language="nl")
    with time_machine.travel(MONDAY_NINE, tick=False):
        page = desk.text("/")
    row = page[page.index('class="owed__when"') :]
    assert "Assessment and expected date" in row
    assert "VB-2026-0001" in row
    assert "anonymous" in row and "receipt only" in row and "Dutch" in row
    assert "nobody yet" in row and "Not yet rated" in row
    assert "3 working days left" in page  # once, in the margin
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_filters_are_links_with_counts(desk):
    mine, _other = desk.house.a_case("Weakness A"), desk.house.a_case("Weakness B")
    desk.post(f"/cases/{mine}/take/")
    page = desk.text("/")
    counts = dict(re.findall(r">([\w ]+(?:&#39;s)?) <span>(\d+)</span>", page))
    wanted = {"Everything": "2", "Mine": "1", "Nobody&#39;s": "1", "Assessments": "2", "Fixes": "0", "News": "0"}
    assert wanted.items() <= counts.items()
    assert counts["Not yet assessed"] == counts["Not yet rated"] == "2" and counts["Confirmed"] == "0"
    only_mine = desk.text("/", show="mine")
    assert "Weakness A" in only_mine and "Weakness B" not in only_mine
    assert "Nothing here." in desk.text("/", show="fixes")
    both = re.search(r'<a href="/\?show=([^"]+)">Assessments <span>1</span>', only_mine)
    assert both[1] == "mine%20assessments"
    assert "Weakness A" in desk.text("/", show="mine assessments")
    assert "Nothing here." in desk.text("/", show="mine confirmed")
    assert re.search(r'<a href="/\?show=everything" aria-current="true">Mine', only_mine)  # again: it lets go
    assert desk.get("/", show="no such", page="-4").status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_rows(desk):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.text("/")
        return len(queries)

    desk.house.a_case("One")
    desk.text("/")  # what is read once per process
    few = count()
    for number in range(12):
        desk.house.a_case(f"Weakness {number}")
    assert count() == few
    assert few <= 18


def test_twenty_five_rows_a_page(desk):
    for number in range(27):
        desk.house.a_case(f"Weakness {number:02}", message_id=f"<{number}@example.org>")
    page = desk.text("/")
    assert page.count('class="owed__what"') == 25
    assert 'rel="next" href="?show=everything&amp;page=2"' in page
    second = desk.text("/", page=2)
    assert second.count('class="owed__what"') == 2
    assert 'rel="prev"' in second
