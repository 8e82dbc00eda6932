"""The public score: page, JSON and feed."""

import json
from xml.etree import ElementTree

import pytest
from django.test import Client
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER, OPERATOR
from tests.portal.conftest import words_in

from meldpunt.cases.events import CaseOpened
from meldpunt.ledger import log
from meldpunt.oversight import queries
from meldpunt.policy import commands as policy
from meldpunt.policy import queries as policies
from meldpunt.triage.events import CaseAssessed
from meldpunt.works import score
from meldpunt.works.followers import catch_up

NEXT_WEEK = MONDAY_NINE + 7 * DAY
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def browser(portal):
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def scored(portal):
    """Eight cases that were assessed in time, one that was late."""
    for number in range(9):
        ref = f"VB-2026-{number:04}"
        fact = CaseOpened(MONDAY_NINE.isoformat(), "form", 1, "en", "page", "unprotected")
        log.append(ref, fact, by=OPENER, now=MONDAY_NINE)
        at = MONDAY_NINE + (HOUR if number else 6 * DAY)
        log.append(ref, CaseAssessed("confirmed", "high", "2026-04-20", "hanna", 1, False), by=HANNA, now=at)
    catch_up()
    score.draw(by=OPERATOR, now=NEXT_WEEK)
    return portal


def test_the_page_tells_what_was_kept_and_no_small_number(scored, browser):
    page = words_in(browser.get("/score/"))
    assert "Do we keep what we promise?" in page
    assert "2026, quarter 1 5 to 8 1 to 4 0" in page
    assert "Too few to be counted so far:" in page
    assert queries.public().digest in page
    assert "VB-2026" not in page


def test_it_reads_dutch_too(scored, browser):
    page = words_in(browser.get("/score/?lang=nl"))
    assert "5 t/m 8" in page
    assert "Houden wij ons aan onze beloften?" in page


def test_the_json_is_the_document_itself(scored, browser):
    answer = browser.get("/score.json")
    assert answer["Content-Type"] == "application/json"
    assert answer.content.decode() == queries.public().text
    assert json.loads(answer.content)["promises"][0]["id"] == "P1"


def test_the_feed_has_an_entry_for_every_period(scored, browser):
    answer = browser.get("/score.atom")
    assert answer["Content-Type"].startswith("application/atom+xml")
    entries = ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")
    assert "Kept: 5 to 8." in entries[0].findtext(f"{ATOM}summary")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) > 0


def test_before_anything_is_drawn_the_page_says_so(portal, browser):
    assert "too few promises so far" in words_in(browser.get("/score/"))
    assert browser.get("/score.json").status_code == 404


def test_a_score_that_is_not_public_does_not_exist(scored, browser):
    assert "/score/" in browser.get("/").content.decode()
    text = policies.text_of(1).replace("score_public = true", "score_public = false")
    policy.publish(text, by=OPERATOR, now=NEXT_WEEK)
    assert [browser.get(path).status_code for path in ("/score/", "/score.json", "/score.atom")] == [404] * 3
    assert "/score/" not in browser.get("/").content.decode()


def test_it_costs_two_questions_however_many_promises_there_are(scored, browser, django_assert_max_num_queries):
    browser.get("/score/")
    with django_assert_max_num_queries(3):
        browser.get("/score/")
    with django_assert_max_num_queries(3):
        browser.get("/score.json")
