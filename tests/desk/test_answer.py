"""Answering: an assessment with its letter, or a reply.  A letter goes once, to whom it was meant for."""

import html
import re

import pytest
import time_machine
from tests.build import reporters_key
from tests.cast import HANNA, MONDAY_NINE
from tests.desk.conftest import hidden

from meldpunt.cases import queries as cases
from meldpunt.cases.rules import Reporter
from meldpunt.desk.models import Session
from meldpunt.ledger import log

CONFIRMED = {"verdict": "confirmed", "severity": "high", "vector": "", "expected_on": "2026-03-20", "why_no_date": ""}


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY_NINE, tick=True):
        yield


@pytest.fixture
def ref(desk):
    return desk.house.a_case()


def letter_page(desk, ref, **changes):
    answer = desk.post(f"/cases/{ref}/assess/", **{**CONFIRMED, **changes})
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def sendable(page, **changes):
    letter = re.search(r'name="letter"[^>]*>(.*?)</textarea>', page, re.S)
    fields = {"once": hidden(page, "once"), "seen": hidden(page, "seen"), "letter": html.unescape(letter[1])}
    return {**CONFIRMED, **fields, **changes}


def assessments(ref):
    return [entry for entry in log.read(ref) if entry.kind == "case.assessed"]


def letters(desk, ref):
    return [one for one in cases.written(HANNA, ref, desk.house.keys) if one.kind == "to-reporter"]


def test_an_assessment_goes_in_two_steps_and_keeps_the_promise(desk, ref):
    form = desk.text(f"/cases/{ref}/assess/")
    assert form.count('type="radio"') == 7 and form.count("<option") == 6
    page = letter_page(desk, ref)
    assert not assessments(ref)  # nothing yet
    assert "Send to Nachtuil" in page
    assert "Keeps" in page and "Thursday 5 March 2026" in page
    assert "only a notice without content" in page
    assert "20" in sendable(page)["letter"]
    answer = desk.post(f"/cases/{ref}/assess/send/", **sendable(page, letter="Confirmed, thank you."))
    assert answer["Location"] == f"/cases/{ref}/"
    case = desk.text(f"/cases/{ref}/")
    assert "Confirmed, thank you." in case and "Letter to Nachtuil" in case
    assert "Friday 20 March 2026" in case
    assert [entry.by for entry in assessments(ref)] == ["handler:hanna"]
    assert "Kept today" in desk.text("/")


def test_a_letter_is_sent_once(desk, ref):
    fields = sendable(letter_page(desk, ref))
    for _ in range(3):
        assert desk.post(f"/cases/{ref}/assess/send/", **fields)["Location"] == f"/cases/{ref}/"
    assert len(assessments(ref)) == 1
    assert len(letters(desk, ref)) == 1


def test_what_does_not_keep_the_promise_is_refused_with_all_that_was_typed(desk, ref):
    for changes, sentence in (
        ({"verdict": ""}, "Choose a verdict."),
        ({"severity": ""}, "Please say how severe it is."),
        ({"expected_on": ""}, "Give the date on which you expect it to be solved"),
        ({"expected_on": "2026-02-01"}, "The expected date has passed already."),
        ({"expected_on": "next week"}, "Write the date as year-month-day"),
        ({"vector": "CVSS:4.0/nonsense"}, "CVSS"),
        ({"why_no_date": "Both of them", "severity": "low"}, "not both"),
    ):
        answer = desk.post(f"/cases/{ref}/assess/", **{**CONFIRMED, **changes})
        page = html.unescape(answer.content.decode())
        assert answer.status_code == 400, changes
        assert sentence in page, changes
        for typed in changes.values():
            assert typed in page
    assert not assessments(ref)


def test_an_empty_letter_is_not_sent(desk, ref):
    fields = sendable(letter_page(desk, ref), letter="   ")
    answer = desk.post(f"/cases/{ref}/assess/send/", **fields)
    assert answer.status_code == 400
    assert "nothing in the letter" in answer.content.decode()
    assert not assessments(ref) and not letters(desk, ref)
    assert desk.post(f"/cases/{ref}/assess/send/", **{**fields, "letter": "Now with words"}).status_code == 302


def test_a_tampered_second_step_is_judged_again(desk, ref):
    fields = sendable(letter_page(desk, ref), expected_on="", why_no_date="")
    assert desk.post(f"/cases/{ref}/assess/send/", **fields).status_code == 400
    assert not assessments(ref)


def test_a_reply_keeps_no_promise(desk, ref):
    page = desk.text(f"/cases/{ref}/reply/")
    assert "No promise: it answers" in page
    fields = {"once": hidden(page, "once"), "seen": hidden(page, "seen"), "letter": "Which browser was it?"}
    for _ in range(2):
        assert desk.post(f"/cases/{ref}/reply/", **fields)["Location"] == f"/cases/{ref}/"
    assert [one.text for one in letters(desk, ref)] == ["Which browser was it?"]
    assert "Kept today" not in desk.text("/")


def test_the_way_it_goes_is_said_before_it_goes(desk):
    key = reporters_key()
    encrypted = desk.house.a_case("Secret", reporter=Reporter("Uil", "uil@example.org", key, "AB" * 20))
    anonymous = desk.house.a_case("Nobody", reporter=Reporter(), message_id="<n@example.org>")
    page = desk.text(f"/cases/{encrypted}/reply/")
    assert "Encrypted and signed" in page and "uil@example.org" in page and "ABAB" in page
    page = desk.text(f"/cases/{anonymous}/reply/")
    assert "Send to the anonymous reporter" in page and "No mail: the letter waits behind the receipt" in page


def test_nothing_that_was_written_stands_in_the_session(desk, ref):
    letter_page(desk, ref, why_no_date="", vector="")
    desk.post(f"/cases/{ref}/assess/", **{**CONFIRMED, "expected_on": "", "why_no_date": "canary-of-the-desk"})
    assert "canary" not in " ".join(str(one.get_decoded()) for one in Session.objects.all())
