"""Small promises of the desk: what needs two people is said beforehand, letters are looked at, rows stand as wished."""

import re
from pathlib import Path

import pytest
import time_machine
from tests.cast import MONDAY_NINE, OPERATOR
from tests.desk.conftest import hidden

import meldpunt
from meldpunt.cases import people
from meldpunt.desk import accounts
from meldpunt.ground.values import Role
from meldpunt.ledger import log
from meldpunt.policy import commands as policy
from meldpunt.policy import queries as policies

TEMPLATES = Path(meldpunt.__file__).parent / "templates" / "desk"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY_NINE, tick=True):
        yield


@pytest.fixture
def ref(desk):
    return desk.house.a_case()


def ask_for_two(act):
    text = policies.text_of(policies.current().version)
    assert f"second_person_for_{act} = false" in text
    policy.publish(text.replace(f"second_person_for_{act} = false", f"second_person_for_{act} = true"), **WHO)


WHO = {"by": OPERATOR, "now": MONDAY_NINE}


def test_that_two_people_are_needed_is_said_before_anybody_tries(desk, ref):
    assert "asks two people" not in desk.text(f"/cases/{ref}/share/")
    ask_for_two("identity")
    assert "nobody handles this case yet: take it first" in desk.text(f"/cases/{ref}/share/")
    desk.post(f"/cases/{ref}/take/")
    assert "You handle the case, so somebody else has to do it" in desk.text(f"/cases/{ref}/share/")


def test_rows_stand_as_each_person_wishes(desk, ref):
    assert "owing--compact" not in desk.text("/")
    page = desk.text("/", show="mine", rows="compact")
    assert "owing--compact" in page and 'rows=wide"' in page and 'aria-current="true">Compact' in page
    assert "owing--compact" in desk.text("/")
    assert "owing--compact" not in desk.text("/", rows="wide")
    assert "owing--compact" not in desk.text("/", rows="<b>")


def test_roles_that_somebody_else_changed_are_not_overwritten(desk):
    accounts.create_handler("rui", "Rui", now=MONDAY_NINE)
    page = desk.text("/people/")
    was = hidden(page[page.index("/people/rui/roles/") :], "was")
    assert was == "handler"
    people.set_roles("rui", frozenset({Role.AUDITOR}), **WHO)
    answer = desk.post("/people/rui/roles/", roles=["handler", "lead"], was=was)
    assert answer.status_code == 409 and "Somebody else changed these roles" in answer.content.decode()
    assert people.roles()["rui"] == frozenset({Role.AUDITOR})
    page = answer.content.decode()
    was = hidden(page[page.index("/people/rui/roles/") :], "was")
    assert desk.post("/people/rui/roles/", roles=["handler", "lead"], was=was).status_code == 302


def test_people_have_one_entry_in_the_navigation(desk):
    for path in ("/people/", "/invitations/"):
        page = desk.text(path)
        bar = page[page.index('aria-label="Desk"') : page.index("</nav>", page.index('aria-label="Desk"'))]
        assert "Invitations" not in bar and re.search(r'/people/" aria-current="page">People', bar)
        assert 'href="/invitations/"' in page


def test_word_that_there_is_no_news_can_be_taken_back(desk, ref):
    page = desk.text(f"/cases/{ref}/")
    fields = {"once": hidden(page, "once"), "seen": hidden(page, "seen"), "next_by": "2026-03-06"}
    assert desk.post(f"/cases/{ref}/no-news/", **fields).status_code == 302
    undo = re.search(r'action="(/cases/[^"]+/take-back/)"', desk.text(f"/cases/{ref}/"))
    assert desk.post(undo[1])["Location"] == f"/cases/{ref}/reply/"


def test_the_old_form_behind_back_sends_nothing_again_once_it_was_taken_back(desk, ref):
    page = desk.text(f"/cases/{ref}/reply/")
    form = {"once": hidden(page, "once"), "seen": hidden(page, "seen"), "letter": "We look into it today."}
    desk.post(f"/cases/{ref}/reply/", **form)
    undo = re.search(r'action="(/cases/[^"]+/take-back/)"', desk.text(f"/cases/{ref}/"))
    desk.post(undo[1])
    before = log.length()
    desk.post(f"/cases/{ref}/reply/", **form)  # the page that the back button still had
    desk.post(undo[1])
    assert log.length() == before
    assert "We look into it today." in desk.text(f"/cases/{ref}/reply/"), "it stands in the form, and waits"


def test_every_page_that_sends_a_letter_shows_where_it_goes():
    """``letter`` is what a form that sends calls its text: such a page has the step before sending."""
    sending = [path for path in TEMPLATES.glob("*.html") if 'name="letter" rows' in path.read_text()]
    assert len(sending) >= 7
    assert [path.name for path in sending if "desk/before_sending.html" not in path.read_text()] == []
