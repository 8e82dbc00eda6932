"""Several cases at once: shown before it is done; each gets an act, a letter and an entry of its own."""

import html
import re

import pytest
import time_machine
from tests.cast import HANNA, MONDAY_NINE
from tests.desk.conftest import hidden

from meldpunt.cases import commands as commands
from meldpunt.cases import queries as cases
from meldpunt.cases.rules import Reporter
from meldpunt.desk import accounts
from meldpunt.ledger import log
from meldpunt.promises.queries import due
from meldpunt.remediation.queries import standing_of


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY_NINE, tick=True):
        yield


@pytest.fixture
def flood(desk):
    return [
        desk.house.a_case(
            f"Your server tells its version {number}",
            language=language,
            reporter=Reporter(f"Bot {number}", f"bot{number}@example.org"),
            message_id=f"<{number}@example.org>",
        )
        for number, language in enumerate(("en", "nl", "en"))
    ]


def kinds(ref):
    return [entry.kind for entry in log.read(ref)]


def letters(desk, ref):
    return [one.text for one in cases.written(HANNA, ref, desk.house.keys) if one.kind == "to-reporter"]


REASONS = {"reason-en": "a version number is public.", "reason-nl": "een versienummer is openbaar."}


def looked_at(desk, refs, **fields):
    page = desk.post("/many/", case=refs, step="look", **fields).content.decode()
    seen = dict(re.findall(r'name="(seen-[^"]+)" value="(\d+)"', page))
    return page, {"case": refs, "step": "do", "once": hidden(page, "once"), **fields, **seen}


def test_they_are_ticked_on_the_first_screen(desk, flood):
    page = desk.text("/")
    assert set(re.findall(r'form="many" name="case" value="([^"]+)"', page)) == set(flood)
    chosen = html.unescape(desk.post("/many/", case=flood[:2]).content.decode())
    assert "2 cases chosen" in chosen and 'name="reason-nl"' in chosen and 'name="reason-en"' in chosen
    assert desk.post("/many/").status_code == 302  # nothing ticked
    assert desk.post("/many/", case=["VB-2020-0001"]).status_code == 302


def test_a_flood_is_answered_letter_by_letter(desk, flood):
    page, fields = looked_at(desk, flood, act="dismiss", **REASONS)
    text = html.unescape(page)
    assert "3 letters would go" in text
    assert text.count("a version number is public.") >= 2 and "een versienummer is openbaar." in text
    assert "Dear Bot 0" in text and "Beste Bot 1" in text
    assert not any(letters(desk, ref) for ref in flood)
    for _ in range(2):  # a double click
        done = desk.post("/many/", **fields).content.decode()
        assert "Done for 3 cases" in done
    for ref in flood:
        [letter] = letters(desk, ref)
        assert ("openbaar" if ref == flood[1] else "is public") in letter
        assert kinds(ref).count("case.assessed") == kinds(ref).count("report.closed") == 1
        assert standing_of(ref).closed
    from meldpunt.policy import queries as policy

    assert not due(MONDAY_NINE, policy.current().policy.calendar)  # answered, so nothing is owed


def test_what_moved_in_between_is_left_out_and_told(desk, flood):
    _page, fields = looked_at(desk, flood, act="dismiss", **REASONS)
    commands.note(flood[1], "Wait, this one is real.", keys=desk.house.keys, by=HANNA, now=MONDAY_NINE)
    done = desk.post("/many/", **fields).content.decode()
    assert "Done for 2 cases" in done and "Not for 1" in done
    assert not letters(desk, flood[1]) and letters(desk, flood[0])
    _page, fields = looked_at(desk, flood, act="dismiss", **REASONS)  # the others were assessed meanwhile
    assert _page.count("It has been assessed already.") == 2 and _page.count(" disabled>") == 2
    done = desk.post("/many/", **fields).content.decode()  # all the same
    assert "Done for 1 case" in done and done.count("It has been assessed already.") == 2
    assert len(letters(desk, flood[0])) == 1


def test_one_can_be_left_out_at_the_last_moment(desk, flood):
    _page, fields = looked_at(desk, flood, act="dismiss", **REASONS)
    desk.post("/many/", **{**fields, "case": flood[:1]})
    assert [bool(letters(desk, ref)) for ref in flood] == [True, False, False]


def test_they_are_taken_or_given(desk, flood):
    accounts.create_handler("rui", "Rui", now=MONDAY_NINE)
    _page, fields = looked_at(desk, flood[:2], act="take", to="")
    desk.post("/many/", **fields)
    page, fields = looked_at(desk, flood, act="give", to="rui")
    assert "Until now with hanna." in page
    desk.post("/many/", **fields)
    handlers = [cases.case_for(HANNA, ref, desk.house.keys).handler for ref in flood]
    assert handlers == ["rui"] * 3
    assert kinds(flood[0]).count("case.taken") == 2
    assert "Given to rui" in desk.text(f"/cases/{flood[0]}/")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose what to do."),
        ({"act": "erase"}, "Choose what to do."),
        ({"act": "give", "to": "nobody"}, "Choose a colleague."),
        ({"act": "dismiss", "reason-en": " ", "reason-nl": "omdat"}, "Please say why"),
    ],
)
def test_what_is_unclear_is_asked_again_with_what_was_typed(desk, flood, fields, sentence):
    answer = desk.post("/many/", case=flood, step="do", **fields)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 400 and sentence in page
    assert page.count('name="case"') == 3 and ("omdat" in page) == ("reason-nl" in fields)
    assert not any("case.taken" in kinds(ref) for ref in flood)
