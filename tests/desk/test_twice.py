"""Back in the browser shows what was sent, in a fresh form: the same words are asked about before they go twice."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.build import HEAD
from tests.cast import HANNA, MONDAY_NINE
from tests.desk.conftest import hidden
from tests.portal.conftest import words_in

from meldpunt.cases import queries as cases
from meldpunt.cases.rules import RecordKind
from meldpunt.conversation.rules import REMEMBERED, Said, said_before
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.works.followers import catch_up

TEXT = "We look into it today."
LATER = MONDAY_NINE + timedelta(days=1)
JUDGED = Assessment(Verdict.CONFIRMED, Severity.HIGH, "", date(2026, 4, 3), "")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


def fresh(desk, path):
    """The hidden fields of a form that was just fetched, as behind the back button."""
    page = desk.text(path)
    return {"once": hidden(page, "once"), "seen": hidden(page, "seen")}


def count(desk, ref, kind):
    return sum(one.kind is kind for one in cases.written(HANNA, ref, desk.house.keys))


def reply(desk, ref, text=TEXT, **more):
    path = f"/cases/{ref}/reply/"
    return desk.post(path, **fresh(desk, path), letter=text, **more)


def test_the_same_letter_is_asked_about_and_goes_when_it_is_meant(desk, ref):
    assert reply(desk, ref).status_code == 302
    asked = reply(desk, ref, text=f"  {TEXT}\r\n")
    assert asked.status_code == 409 and count(desk, ref, RecordKind.TO_REPORTER) == 1
    said = words_in(asked)
    assert "The reporter was sent this same text already: Tuesday 3 March 2026, 09:00, Amsterdam time." in said
    page = asked.content.decode()
    assert TEXT in page and 'name="again" value="1">Send it once more to Uil' in page
    meant = {"once": hidden(page, "once"), "seen": hidden(page, "seen"), "letter": TEXT, "again": "1"}
    for _ in range(2):  # a double click on that button is one letter as well
        assert desk.post(f"/cases/{ref}/reply/", **meant).status_code == 302
    assert count(desk, ref, RecordKind.TO_REPORTER) == 2


def test_in_dutch(desk, ref, dutch):
    desk.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "nl"
    reply(desk, ref)
    said = words_in(reply(desk, ref))
    assert "De melder kreeg deze zelfde tekst al: dinsdag 3 maart 2026, 09.00 uur" in said
    assert "Nog een keer versturen aan Uil" in said
    desk.post(f"/cases/{ref}/note/", **fresh(desk, f"/cases/{ref}/"), note="Gebeld.")
    said = words_in(desk.post(f"/cases/{ref}/note/", **fresh(desk, f"/cases/{ref}/"), note="Gebeld."))
    assert "U hebt deze zelfde tekst al genoteerd: dinsdag 3 maart 2026, 09.00 uur" in said


def test_other_words_and_another_file_are_another_letter(desk, ref):
    a_file = SimpleUploadedFile("log.txt", b"A line.\n")
    for text, more in ((TEXT, {}), ("We look into it tomorrow.", {}), (TEXT, {"enclose": a_file})):
        assert reply(desk, ref, text, **more).status_code == 302, text


def test_the_same_words_are_other_news_a_day_later_or_after_other_words():
    first, last = Said(LATER, TEXT, ["a", "b"]), Said(LATER + timedelta(hours=2), TEXT, ["b", "a"])
    until = last.at + REMEMBERED
    assert said_before(TEXT, ["a", "b"], [last, first], until - timedelta(seconds=1)) == last.at
    assert said_before(TEXT, ["a", "b"], [last, first], until) is None
    assert said_before("", ["a"], [Said(LATER, "", ["a"])], LATER) is None
    solved, not_solved = Said(LATER, TEXT), Said(LATER, "It is there again.")
    assert said_before(TEXT, (), [solved, not_solved], LATER) is None
    assert said_before(TEXT, (), [not_solved, solved], LATER) == LATER


def test_the_same_words_with_the_same_file_are_asked_about_and_the_file_is_kept(desk, ref):
    def send():
        return reply(desk, ref, enclose=SimpleUploadedFile("log.txt", b"A line.\n"))

    assert send().status_code == 302
    asked = send()
    assert asked.status_code == 409 and "log.txt" in asked.content.decode()
    page = asked.content.decode()
    meant = {"once": hidden(page, "once"), "seen": hidden(page, "seen"), "letter": TEXT, "again": "1"}
    desk.post(f"/cases/{ref}/reply/", **meant)
    files = [[file.name for file in one.files] for one in cases.written(HANNA, ref, desk.house.keys)]
    assert files.count(["log.txt"]) == 2


def test_what_was_taken_back_may_go(desk, ref):
    reply(desk, ref)
    undo = re.search(r'action="(/cases/[^"]+/take-back/)"', desk.text(f"/cases/{ref}/"))
    desk.post(undo[1])
    assert reply(desk, ref).status_code == 302 and count(desk, ref, RecordKind.TO_REPORTER) == 1


def test_a_note_is_asked_about_too(desk, ref):
    def note(**more):
        return desk.post(f"/cases/{ref}/note/", **fresh(desk, f"/cases/{ref}/"), note="I called them.", **more)

    assert note().status_code == 302
    asked = note()
    assert asked.status_code == 409 and count(desk, ref, RecordKind.NOTE) == 1
    assert "You noted this same text already: Tuesday 3 March 2026, 09:00" in words_in(asked)
    assert "I called them.</textarea>" in asked.content.decode() and "Keep it once more" in asked.content.decode()
    assert note(again="1").status_code == 302 and count(desk, ref, RecordKind.NOTE) == 2


def test_that_there_is_no_news_is_not_said_twice(desk, ref):
    def say():
        return desk.post(f"/cases/{ref}/no-news/", **fresh(desk, f"/cases/{ref}/"), next_by="2026-03-06")

    assert say().status_code == 302
    assert say().status_code == 409 and count(desk, ref, RecordKind.TO_REPORTER) == 1


def test_that_there_is_no_news_may_be_said_in_words_of_ones_own_and_with_files(desk, ref):
    triage.assess(ref, JUDGED, "It is true.", HEAD, keys=desk.house.keys, by=HANNA, now=LATER)
    catch_up()
    page = desk.text(f"/cases/{ref}/")
    assert f'href="/cases/{ref}/reply/?news"' in page
    begun = desk.text(f"/cases/{ref}/reply/", news="")
    letter = unescape(re.search(r'name="letter"[^>]*>(.*?)</textarea>', begun, re.DOTALL)[1])
    assert "There is no news of your report yet." in letter and 'type="file"' in begun
    fields = {"once": hidden(begun, "once"), "seen": hidden(begun, "seen"), "letter": letter}
    shown = desk.post(f"/cases/{ref}/reply/", **fields)
    assert shown.status_code == 200 and "hears from us before" in words_in(shown), (
        "its day becomes a clock, as by one click"
    )
    assert "no news" not in desk.text(f"/cases/{ref}/reply/")
