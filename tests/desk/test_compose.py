"""The composer: a letter can be taken back for twenty seconds, and one that was begun is kept for who began it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from tests.cast import HANNA, MONDAY_NINE
from tests.desk.conftest import Desk, hidden, sign_in

from meldpunt.cases import queries as cases
from meldpunt.cases import visits
from meldpunt.cases.models import Extra
from meldpunt.conversation import queries as conversation
from meldpunt.desk import accounts
from meldpunt.ground.values import REPORTER
from meldpunt.ledger import log
from meldpunt.promises import commands as promises
from meldpunt.promises.models import Promise

SECOND = timedelta(seconds=1)
LATER = MONDAY_NINE + timedelta(days=1)


@pytest.fixture
def clock():
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


def send(desk, ref, text="It is being repaired. You hear more before 20 March 2026."):
    page = desk.text(f"/cases/{ref}/reply/")
    fields = {"once": hidden(page, "once"), "seen": hidden(page, "seen"), "letter": text}
    answer = desk.post(f"/cases/{ref}/reply/", **fields)
    if answer.status_code == 200:  # its promise is shown first
        shown = re.findall(r'name="clock" value="([^"]+)"', answer.content.decode())
        answer = desk.post(f"/cases/{ref}/reply/", **fields, clock=shown, promise=shown)
    assert answer["Location"] == f"/cases/{ref}/"


def undo_on(page):
    found = re.search(r'action="(/cases/[^"]+/take-back/)"', page)
    return found and found[1]


def read_by_reporter(desk, ref):
    secret = visits.open_visit(desk.house.receipts[0], by=REPORTER, now=LATER)

    def texts(now):
        written = cases.written_for(visits.visiting(secret, now))
        return [one.text for one in written if one.kind == "to-reporter"]

    return texts


def table(ref):
    return sorted(Promise.objects.filter(case=ref).values_list("kind", "number", "due_on", "kept_at", "ended_at"))


def test_it_waits_for_twenty_seconds_and_goes(clock, desk, ref):
    texts = read_by_reporter(desk, ref)
    send(desk, ref)
    assert undo_on(desk.text(f"/cases/{ref}/"))
    assert not texts(LATER + 19 * SECOND)
    going = [one for one in conversation.due_letters(LATER + 20 * SECOND, 10)]
    assert len(going) == 1 + len(conversation.due_letters(LATER + 19 * SECOND, 10))
    clock.move_to(LATER + 20 * SECOND)
    assert not undo_on(desk.text(f"/cases/{ref}/"))
    assert texts(LATER + 20 * SECOND) == ["It is being repaired. You hear more before 20 March 2026."]


def test_what_is_taken_back_is_in_the_form_again_and_kept_no_promise(clock, desk, ref):
    before, due = table(ref), conversation.due_letters(LATER + 30 * SECOND, 10)
    send(desk, ref)
    assert table(ref) != before
    clock.move_to(LATER + 15 * SECOND)
    undo = undo_on(desk.text(f"/cases/{ref}/"))
    assert desk.post(undo)["Location"] == f"/cases/{ref}/reply/"
    assert "It is being repaired." in desk.text(f"/cases/{ref}/reply/")
    assert table(ref) == before
    assert conversation.due_letters(LATER + 30 * SECOND, 10) == due
    assert not read_by_reporter(desk, ref)(LATER + 60 * SECOND)
    assert [entry.kind for entry in log.read(ref)][-3:] == ["letter.written", "letter.promised", "letter.taken-back"]
    assert "A letter was taken back before it went" in desk.text(f"/cases/{ref}/")
    promises.rebuild(by=HANNA, now=LATER)  # and the table drawn anew says the same
    assert table(ref) == before
    send(desk, ref, "Better words.")
    assert read_by_reporter(desk, ref)(LATER + 60 * SECOND) == ["Better words."]


def test_too_late_is_told(clock, desk, ref):
    send(desk, ref)
    undo = undo_on(desk.text(f"/cases/{ref}/"))
    clock.move_to(LATER + 21 * SECOND)
    answer = desk.post(undo)
    assert answer.status_code == 409 and "That letter has gone." in answer.content.decode()
    assert read_by_reporter(desk, ref)(LATER + 60 * SECOND)


def colleague(desk):
    accounts.create_handler("rui", "Rui", "vier blauwe stoelen dansen", now=MONDAY_NINE)
    secret = accounts.enrol_totp("rui", now=MONDAY_NINE).secret
    browser = Client(headers={"accept-language": "en"})
    sign_in(browser, "rui", secret, "vier blauwe stoelen dansen")
    return Desk(browser, desk.house, "rui")


def test_a_colleague_takes_back_no_letter_of_mine_and_reads_no_draft(clock, desk, ref):
    send(desk, ref)
    undo = undo_on(desk.text(f"/cases/{ref}/"))
    rui = colleague(desk)
    assert not undo_on(rui.text(f"/cases/{ref}/"))
    assert rui.post(undo).status_code == 409
    desk.post(f"/cases/{ref}/reply/draft/", letter="Half a sentence of")
    assert "Half a sentence of" not in rui.text(f"/cases/{ref}/reply/")
    rui.post(f"/cases/{ref}/reply/draft/", letter="Mine")
    assert "Half a sentence of" in desk.text(f"/cases/{ref}/reply/")


def test_a_letter_that_was_begun_is_kept_sealed_until_it_goes(clock, desk, ref):
    assert desk.post(f"/cases/{ref}/reply/draft/", letter="Half a sentence of").status_code == 204
    assert b"sentence" not in b"".join(bytes(row.sealed) for row in Extra.objects.all())
    page = desk.text(f"/cases/{ref}/reply/")
    assert "Half a sentence of</textarea>" in page and "You began this letter" in page
    assert desk.post(f"/cases/{ref}/reply/", letter="Half a <b>letter", keep="1")["Location"] == f"/cases/{ref}/"
    assert "Half a &lt;b&gt;letter</textarea>" in desk.text(f"/cases/{ref}/reply/")
    send(desk, ref, "Whole")
    assert "Half a" not in desk.text(f"/cases/{ref}/reply/")
    assert not Extra.objects.filter(kind="conversation.draft").exists()


def test_it_can_be_thrown_away(clock, desk, ref):
    desk.post(f"/cases/{ref}/reply/draft/", letter="Half a sentence of")
    assert desk.post(f"/cases/{ref}/reply/draft/", throw="1")["Location"] == f"/cases/{ref}/reply/"
    page = desk.text(f"/cases/{ref}/reply/")
    assert "Half a sentence" not in page and "You began" not in page
