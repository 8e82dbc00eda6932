"""Search at the desk: posted, then locked in an address; narrowed by links; a short list while one types."""

import html
import re
from urllib.parse import unquote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import HANNA, MONDAY_NINE
from tests.desk.conftest import Desk, sign_in

from meldpunt.cases import commands as cases
from meldpunt.desk import accounts
from meldpunt.works import searching as works


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY_NINE, tick=True):
        yield


@pytest.fixture
def refs(desk):
    """Two cases that can be found."""
    made = [
        desk.house.a_case("The lock of the tax page opens for <b>anyone</b>.", title="A lock <i>opens</i>"),
        desk.house.a_case("Library records can be read.", message_id="<two@example.org>"),
    ]
    cases.note(made[1], "Ask the locksmith.", keys=desk.house.keys, by=HANNA, now=MONDAY_NINE)
    works.catch_up(desk.house.keys, MONDAY_NINE, 60)
    return made


def address_for(desk, typed):
    answer = desk.post("/search/", asked=typed)
    assert answer.status_code == 302
    return answer["Location"]


def rows(page):
    return re.findall(r'<a class="owed__what" href="/cases/([^/]+)/"', page)


def test_what_was_searched_for_is_in_no_address(desk, refs):
    where = address_for(desk, "tax lock")
    assert "tax" not in unquote(where) and "lock" not in unquote(where)
    assert len(where) == len(address_for(desk, "t"))  # nor how long it is
    page = desk.text(where)
    assert rows(page) == [refs[0]]
    assert "1 case found" in page
    assert 'value="tax lock"' in page  # in the box, to go on
    assert "<title>Search · desk</title>" in page
    assert "tax" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page))


def test_an_excerpt_shows_where_and_runs_nothing(desk, refs):
    page = desk.text(address_for(desk, "lock"))
    assert rows(page) == refs
    assert "<mark>lock</mark>" in page and "&lt;b&gt;anyone&lt;/b&gt;" in page and "<b>anyone" not in page
    assert "A lock &lt;i&gt;opens" in page
    assert "In an internal note" in page and "<mark>locksmith</mark>" in page


def test_the_address_of_a_colleague_says_nothing(desk, refs):
    where = address_for(desk, "lock")
    accounts.create_handler("rui", "Rui", "vier blauwe stoelen dansen", now=MONDAY_NINE)
    secret = accounts.enrol_totp("rui", now=MONDAY_NINE).secret
    browser = Client(headers={"accept-language": "en"})
    sign_in(browser, "rui", secret, "vier blauwe stoelen dansen")
    assert Desk(browser, desk.house, "rui").get(where).status_code == 404
    for other in ("/search/abc/", "/search/%E2%82%AC/", where[:-3] + "A/", f"/search/{'A' * 5000}/"):
        assert desk.get(other).status_code == 404, other


def test_filters_are_links_that_narrow_and_let_go(desk, refs):
    page = desk.text(address_for(desk, "lock"))
    link = dict((word, where) for where, word in re.findall(r'<a href="(/search/[^"]+)"[^>]*>([^<]+?)\s*<', page))
    assert {"Open", "Closed", "Critical", "Late", "This week"} <= set(link)
    narrowed = desk.text(link["Closed"])
    assert 'value="lock state:closed"' in narrowed and "No case that you may see" in narrowed
    chosen = re.search(r'<a href="([^"]+)" aria-current="true">Closed', narrowed)
    assert 'value="lock"' in desk.text(chosen[1])
    other = re.search(r'<a href="([^"]+)">Open<', narrowed)
    assert 'value="lock state:open"' in desk.text(other[1])


def test_filters_speak_dutch_to_the_dutch(desk, refs, dutch):
    page = desk.text(address_for(desk, "lock"), lang="nl")
    link = re.search(r'<a href="(/search/[^"]+)">Gesloten<', page)
    assert 'value="lock staat:gesloten"' in desk.text(link[1])


def test_nothing_asked_says_what_one_can_ask(desk, refs):
    for answer in (desk.get("/search/"), desk.post("/search/", asked="  ")):
        assert answer.status_code == 200
        assert "What you can type" in answer.content.decode()
    page = html.unescape(desk.text(address_for(desk, "state:sideways -lock")))
    assert "state:sideways" in page and "was not understood" in page and "not only what not" in page


def test_a_short_list_while_one_types(desk, refs):
    answer = desk.post("/search/quick/", asked="libr")
    assert re.findall(r'data-href="/cases/([^/]+)/"', answer.content.decode()) == [refs[1]]
    assert b"<html" not in answer.content
    assert "Nothing yet." in desk.post("/search/quick/", asked="zzzz").content.decode()
    assert desk.get("/search/quick/").status_code == 405
    assert Client().post("/search/quick/", {"asked": "lock"}).status_code == 302  # to sign in


def test_a_forged_search_is_refused(desk, refs):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = desk.client.cookies
    assert strict.post("/search/", {"asked": "lock"}).status_code == 403


def test_pages_and_queries(desk):
    def count(where):
        with CaptureQueriesContext(connection) as queries:
            desk.text(where)
        return len(queries)

    for number in range(17):
        desk.house.a_case(f"Weakness {number}", message_id=f"<{number}@example.org>")
        if number == 2:
            works.catch_up(desk.house.keys, MONDAY_NINE, 60)
            few = address_for(desk, "weakness")
            desk.text(few)
            before = count(few)
    works.catch_up(desk.house.keys, MONDAY_NINE, 60)
    where = address_for(desk, "weakness")
    assert count(where) == before <= 16
    assert len(rows(desk.text(where))) == 15
    assert len(rows(desk.text(where, page=2))) == 2
    assert "past the end" in desk.text(where, page=9)
    assert desk.get(where, page="x").status_code == 200


def test_the_box_stands_above_every_page(desk, refs):
    for where in ("/", "/held/", "/policy/", "/score/", f"/cases/{refs[0]}/", f"/cases/{refs[0]}/reply/"):
        assert 'action="/search/"' in desk.text(where), where
