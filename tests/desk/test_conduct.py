"""Conduct at the desk: review, statement, refusal, dispute; each as a person clicks it."""

import html
import re

import pytest
import time_machine
from tests.cast import HANNA, MONDAY_NINE
from tests.desk.conftest import hidden

from meldpunt.cases import queries as cases
from meldpunt.cases import visits
from meldpunt.conduct import commands, queries
from meldpunt.conduct.rules import CONDITIONS, State
from meldpunt.ground.values import REPORTER
from meldpunt.ledger import log

KEPT = {f"finding-{id}": "kept" for id in CONDITIONS}


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY_NINE, tick=True):
        yield


@pytest.fixture
def ref(desk):
    return desk.house.a_case(language="en")


def state(ref):
    return queries.standing_of(ref).state


def review(desk, ref, **changes):
    page = desk.text(f"/cases/{ref}/conduct/")
    return desk.post(f"/cases/{ref}/conduct/", once=hidden(page, "once"), **{**KEPT, **changes})


def letter(desk, ref, what, **changes):
    page = desk.text(f"/cases/{ref}/conduct/{what}/")
    text = html.unescape(re.search(r'name="letter"[^>]*>(.*?)</textarea>', page, re.S)[1])
    fields = {"once": hidden(page, "once"), "seen": hidden(page, "seen"), "letter": text, **changes}
    return page, desk.post(f"/cases/{ref}/conduct/{what}/", **fields)


def test_review_then_statement_then_both_files(desk, ref):
    assert f"/cases/{ref}/conduct/statement/" not in desk.text(f"/cases/{ref}/")
    assert review(desk, ref)["Location"] == f"/cases/{ref}/#conduct"
    assert "All conditions were kept." in desk.text(f"/cases/{ref}/")
    page, answer = letter(desk, ref, "statement")
    assert "We attach no legal consequences to this report" in page and f"safe-harbour-{ref}.pdf" in page
    assert "nothing goes along by mail" in page  # no key is known
    assert answer["Location"] == f"/cases/{ref}/#conduct"
    case = desk.text(f"/cases/{ref}/")
    assert "cannot be taken back" in case and "/conduct/statement/" not in case and "Review" not in case
    assert desk.get(f"/cases/{ref}/conduct/safe-harbour.pdf").content.startswith(b"%PDF")
    assert desk.get(f"/cases/{ref}/conduct/safe-harbour.txt.asc").content.startswith(b"-----BEGIN PGP SIGNED")
    assert desk.get(f"/cases/{ref}/conduct/statement/").status_code == 302
    sent = [one for one in cases.written(HANNA, ref, desk.house.keys) if one.kind == "to-reporter"]
    assert len(sent) == 1 and "All conditions of our policy were kept" in sent[0].text


def test_what_is_missing_is_told_and_what_was_typed_stays(desk, ref):
    answer = review(desk, ref, **{"finding-A4": "unclear", "why-A2": "saw the <b>logs</b>"})
    page = answer.content.decode()
    assert answer.status_code == 400 and "Please say why: A4." in page and "saw the &lt;b&gt;logs" in page
    assert 'id="finding-A4-unclear" value="unclear" checked' in page
    answer = review(desk, ref, **{"finding-A6": ""})
    assert answer.status_code == 400 and "A6" in answer.content.decode()
    assert state(ref) is State.NOT_REVIEWED


def test_a_letter_goes_once_and_not_when_the_case_went_on(desk, ref):
    review(desk, ref)
    page, answer = letter(desk, ref, "statement", seen="1", letter="My own words.")
    assert answer.status_code == 409 and "My own words." in answer.content.decode() and state(ref) is State.KEPT
    page, answer = letter(desk, ref, "statement", letter="  ")
    assert answer.status_code == 400 and state(ref) is State.KEPT
    page, answer = letter(desk, ref, "statement")
    again = desk.post(f"/cases/{ref}/conduct/statement/", once=hidden(page, "once"), seen="9", letter="x")
    assert again.status_code == 302 and len(cases.written(HANNA, ref, desk.house.keys)) == 2


def test_the_reporter_asks_and_the_desk_says_why_not(desk, ref):
    visit = visits.visiting(visits.open_visit(desk.house.receipts[-1], by=REPORTER, now=MONDAY_NINE), MONDAY_NINE)
    commands.ask(visit, by=REPORTER, now=MONDAY_NINE)
    page = desk.text(f"/cases/{ref}/")
    assert "Nachtuil asks to have it in writing" in page and page.index("asks to have") < page.index("What happened")
    review(desk, ref, **{"finding-A2": "not-kept", "why-A2": "They copied a table."})
    letter(desk, ref, "refuse", letter="Because a table was copied.")
    assert state(ref) is State.REFUSED
    commands.dispute(ref, "I copied nothing.", by=REPORTER, now=MONDAY_NINE)
    page = desk.text(f"/cases/{ref}/")
    assert "asks to have it in writing" not in page and "I copied nothing." in page and "Review again" in page


def test_a_dispute_of_ours_is_put_on_record(desk, ref):
    review(desk, ref)
    page = desk.text(f"/cases/{ref}/")
    once = re.search(r'/conduct/dispute/".*?name="once" value="([^"]*)"', page, re.S)[1]
    assert desk.post(f"/cases/{ref}/conduct/dispute/", once=once, dispute=" ").status_code == 400
    assert desk.post(f"/cases/{ref}/conduct/dispute/", once=once, dispute="Not so.").status_code == 302
    assert "Not so." in desk.text(f"/cases/{ref}/")


@pytest.mark.parametrize("path", ["", "statement/", "refuse/", "safe-harbour.pdf", "safe-harbour.txt.asc"])
def test_absent_cases_are_absent_here_too(desk, ref, path):
    assert desk.get(f"/cases/VB-2026-9999/conduct/{path}").status_code == 404
    assert desk.post("/cases/VB-2026-9999/conduct/dispute/", dispute="x").status_code == 404


def test_what_the_letter_promises_is_shown_first_and_the_silence_is_broken(desk, ref):
    review(desk, ref, **{"finding-A4": "unclear", "why-A4": "not told"})
    text = "We look again before Friday 12:00."
    _page, answer = letter(desk, ref, "refuse", letter=text)
    assert answer.status_code == 200 and state(ref) is State.UNCLEAR
    shown = answer.content.decode()
    clock = hidden(shown, "clock")
    fields = {"once": hidden(shown, "once"), "seen": hidden(shown, "seen"), "letter": text}
    answer = desk.post(f"/cases/{ref}/conduct/refuse/", clock=clock, promise=clock, **fields)
    assert answer.status_code == 302 and state(ref) is State.REFUSED
    assert [told.kind for told in log.read(ref)].count("letter.promised") == 1
