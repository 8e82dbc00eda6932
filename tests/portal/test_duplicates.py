"""The page of a reporter who was asked for more, who came second, or who came first.  Without JavaScript."""

import hashlib
import re

import pytest
import time_machine
from tests.build import HEAD
from tests.cast import HANNA, HOUR, MONDAY_NINE
from tests.portal.conftest import Reporter, receipt_in, words_in
from tests.portal.test_conduct import post
from tests.portal.test_visit import open_all

from meldpunt.cases.queries import references
from meldpunt.conversation import proving
from meldpunt.remediation import commands as remediation
from meldpunt.remediation.rules import Why
from meldpunt.triage import duplicates, queries
from meldpunt.triage.asking import Weakness
from meldpunt.triage.commands import ask_more, assess
from meldpunt.triage.rules import Assessment, Verdict
from meldpunt.works.followers import catch_up

RISK = Assessment(Verdict.ACCEPTED_RISK, why_no_date="It is small.")
ZEBRA, OKAPI = "Zebravondst: the lock opens.", "Okapivondst: the lock opens."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY_NINE, tick=True) as traveller:
        yield traveller


@pytest.fixture
def two(portal, clock):
    """Two people with browsers, each at the page of their own report; the later one is linked to the first."""
    people = []
    for hours, text in enumerate((ZEBRA, OKAPI)):
        clock.move_to(MONDAY_NINE + hours * HOUR)
        one = Reporter(portal)
        code = receipt_in(one.send(description=text))
        open_all(portal)
        people.append((one, code))
    first, later = references()
    by = {"keys": portal.keys, "by": HANNA, "now": MONDAY_NINE + 2 * HOUR}
    assess(first, RISK, "It is small.", HEAD, **by)
    text, _known, _root = queries.draft_duplicate(HANNA, later, first, HEAD, keys=portal.keys, now=by["now"])
    duplicates.link(later, first, text, HEAD, **by)
    catch_up()
    clock.move_to(MONDAY_NINE + 2 * HOUR)
    for one, code in people:
        one.show(code)
    return [one for one, _code in people]


def page_of(person):
    return words_in(person.client.get("/my/report/"))


def ask(house):
    first = references()[0]
    by = {"keys": house.keys, "by": HANNA, "now": MONDAY_NINE + 2 * HOUR}
    remediation.close(first, Why.ACCEPTED_RISK, "x", HEAD, **by)
    catch_up()
    duplicates.ask(first, "May they?", HEAD, **by)


def test_the_form_asks_where_and_what_first(reporter):
    """A7: two fields are enough."""
    page = reporter.client.get("/report/").content.decode()
    fields = re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', page.split('class="with-note"')[1])
    shown = [name for name in fields if name not in ("csrfmiddlewaretoken", "once", "ticket", "work", "policy_version")]
    assert shown[:2] == ["system", "description"]
    required = re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"[^>]*\brequired', page)
    assert set(required) == {"system", "description", "conditions"}


def test_a_question_stands_on_the_page_until_it_is_answered(portal):
    person = Reporter(portal)
    code = receipt_in(person.send())
    open_all(portal)
    person.show(code)
    assert "A question for you" not in page_of(person)
    [ref] = references()
    ask_more(ref, Weakness.ANY, "Which URL?", HEAD, keys=portal.keys, by=HANNA, now=MONDAY_NINE + HOUR)
    assert "A question for you" in page_of(person) and "Which URL?" in page_of(person)
    person.send("/my/report/", text="This one.")
    open_all(portal)
    assert "A question for you" not in page_of(person)


def test_the_later_one_reads_the_number_and_the_first_one_hears_nothing(two):
    first, later = two
    number = proving.commitment_of(references()[0])
    assert number in page_of(later).replace(" ", "") and "Somebody reported it before you" in page_of(later)
    assert "Zebravondst" not in page_of(later) and references()[0] not in page_of(later)
    assert later.client.get("/my/earlier-report.txt").status_code == 404
    mine = page_of(first)
    assert "May somebody read" not in mine and references()[1] not in mine and "Okapivondst" not in mine
    assert "duplicate" not in mine.lower() and "Zebravondst" in mine


def test_the_first_one_may_say_no_and_then_yes_and_the_later_one_can_check(two):
    first, later = two
    house = first.house
    ask(house)
    assert "May somebody read your report?" in page_of(first)
    assert post(first, "/my/duplicate/decline/")["Location"] == "/my/report/#duplicates"
    assert "You can still change your mind." in page_of(first)
    assert later.client.get("/my/earlier-report.txt").status_code == 404
    assert post(later, "/my/duplicate/allow/").status_code == 409  # not theirs to give
    assert post(first, "/my/duplicate/allow/").status_code == 302
    assert post(first, "/my/duplicate/allow/").status_code == 409
    assert "May somebody read" not in page_of(first)
    answer = later.client.get("/my/earlier-report.txt")
    assert answer["Content-Disposition"].startswith("attachment") and answer["Cache-Control"] == "no-store"
    assert hashlib.sha256(answer.content).hexdigest() == proving.commitment_of(references()[0])
    assert b"Zebravondst" in answer.content and "Compute the number of this file" in page_of(later)


def test_nobody_without_a_visit(reporter):
    assert reporter.client.get("/my/earlier-report.txt").status_code in (403, 404)
    token = reporter.form("/my/")["csrfmiddlewaretoken"]
    answer = reporter.client.post("/my/duplicate/allow/", {"csrfmiddlewaretoken": token})
    assert answer.status_code == 403
