"""The solution at the desk: date moved, solved, tried again, closed and opened again; as a person clicks it."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER
from tests.desk.conftest import hidden, sign_in

from meldpunt.cases import commands as cases
from meldpunt.cases import queries as case_queries
from meldpunt.cases import visits
from meldpunt.ground.values import REPORTER
from meldpunt.ledger import log
from meldpunt.remediation import commands, queries
from meldpunt.remediation.rules import Fix
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.works.followers import catch_up

TODAY = MONDAY_NINE.date()
SOON = TODAY + timedelta(days=9)
LATER = (SOON + timedelta(days=7)).isoformat()
WHY = "The supplier delivers the part a week later."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY_NINE + DAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def ref(desk):
    ref = desk.house.a_case(language="en")
    assessment = Assessment(Verdict.CONFIRMED, Severity.HIGH, expected_on=SOON)
    triage.assess(ref, assessment, "x", HEAD, keys=desk.house.keys, by=HANNA, now=MONDAY_NINE + HOUR)
    catch_up()
    return ref


def letter_in(page):
    return html.unescape(re.search(r'name="letter"[^>]*>(.*?)</textarea>', page, re.S)[1])


def two_steps(desk, ref, what, change=(), **fields):
    """Fill in the form, read the letter, send it; returns the letter's page and the answer."""
    path = f"/cases/{ref}/{what}/"
    assert desk.get(path).status_code == 200
    page = desk.post(path, **fields)
    assert page.status_code == 200, page.content.decode()
    page = page.content.decode()
    sent = {**fields, "letter": letter_in(page), "once": hidden(page, "once"), "seen": hidden(page, "seen")}
    return page, desk.post(path, **{**sent, **dict(change)})


def solved(desk, ref, **more):
    _page, answer = two_steps(desk, ref, "solved", on=TODAY.isoformat(), **{"ask_retest": "1", **more})
    assert answer["Location"] == f"/cases/{ref}/"


def disputed(desk, ref):
    visit = visits.visiting(visits.open_visit(desk.house.receipts[-1], by=REPORTER, now=MONDAY_NINE), MONDAY_NINE)
    keys, at = desk.house.keys.public, MONDAY_NINE + DAY
    commands.say_still_there(visit, "I still see it.", "k", keys=keys, by=REPORTER, now=at)
    catch_up()


def letters(desk, ref):
    return [one.text for one in case_queries.written(HANNA, ref, desk.house.keys) if one.kind == "to-reporter"]


def test_the_owed_line_offers_both_and_the_date_moves_with_a_letter(desk, ref):
    page = desk.text(f"/cases/{ref}/")
    owed = page[page.index("owing-now") : page.index("What happened")]
    assert f"/cases/{ref}/solved/" in owed and f"/cases/{ref}/date/" in owed
    page, answer = two_steps(desk, ref, "date", expected_on=LATER, reason=WHY)
    assert WHY in letter_in(page) and "Wednesday 18 March 2026" in letter_in(page)
    assert 'name="clock"' not in page  # the date is owed anyway
    assert answer["Location"] == f"/cases/{ref}/"
    page = desk.text(f"/cases/{ref}/")
    assert "Moved once." in page and "Expected date moved" in page and "from Wednesday 11 March 2026 to Wed" in page
    assert WHY in letters(desk, ref)[-1]


def test_what_will_not_do_is_told_before_a_letter_is_written(desk, ref):
    path = f"/cases/{ref}/date/"
    for fields, said in (
        ({"expected_on": LATER, "reason": " "}, "Please say why"),
        ({"expected_on": "soon", "reason": WHY}, "year-month-day"),
        ({"expected_on": "2026-02-01", "reason": WHY}, "passed already"),
        ({"expected_on": SOON.isoformat(), "reason": WHY}, "knows already"),
    ):
        answer = desk.post(path, **fields)
        page = answer.content.decode()
        assert answer.status_code == 400 and said in page and 'name="letter"' not in page
        assert "autofocus" in page and fields["reason"].strip() in page
    assert "fix.moved" not in [told.kind for told in log.read(ref)]


def test_a_letter_goes_once_says_the_reason_and_not_when_the_case_went_on(desk, ref):
    fields = {"expected_on": LATER, "reason": WHY}
    _page, answer = two_steps(desk, ref, "date", {"letter": "The date changed."}, **fields)
    assert answer.status_code == 400 and "does not say the reason" in answer.content.decode()
    assert "The date changed." in answer.content.decode()
    _page, answer = two_steps(desk, ref, "date", {"seen": "1"}, **fields)
    assert answer.status_code == 409 and "Nothing was sent" in answer.content.decode()
    words = f"{WHY} You hear from us before Friday 6 March 2026."
    page, answer = two_steps(desk, ref, "date", {"letter": words}, **fields)
    assert answer.status_code == 200 and "Nothing was sent yet" in answer.content.decode()
    page, answer = two_steps(desk, ref, "date", **fields)
    assert answer.status_code == 302
    desk.post(f"/cases/{ref}/date/", **fields, letter=letter_in(page), once=hidden(page, "once"), seen="99")
    assert [told.kind for told in log.read(ref)].count("fix.moved") == 1
    back = desk.post(f"/cases/{ref}/date/", **fields, letter="x", change="1").content.decode()
    assert WHY in back and 'name="letter"' not in back


def test_solved_disputed_taken_up_again_and_confirmed_by_ourselves(desk, ref):
    solved(desk, ref)
    page = desk.text(f"/cases/{ref}/")
    assert "The reporter was asked to try again" in page and f"/cases/{ref}/close/" not in page.split("solution")[0]
    disputed(desk, ref)
    page = desk.text(f"/cases/{ref}/")
    assert page.index("tried again: it is still there") < page.index("What happened")
    inbox = desk.text("/")
    assert "Somebody has to look" in inbox and "the reporter says that it is still there" in inbox
    answer = desk.post(f"/cases/{ref}/close/", why="solved")
    assert answer.status_code == 400 and "nobody has confirmed yet" in answer.content.decode()
    _page, answer = two_steps(desk, ref, "not-solved", expected_on=LATER, reason=WHY)
    assert answer.status_code == 302 and queries.standing_of(ref).fix is Fix.EXPECTED
    assert "Somebody has to look" not in desk.text("/")
    solved(desk, ref, ask_retest="")
    page = desk.text(f"/cases/{ref}/")
    path = f"/cases/{ref}/solved/confirm/"
    assert desk.post(path, once=hidden(page, "once")).status_code == 409
    answer = desk.post(path, how="nobody-answered", once=hidden(page, "once"))
    assert answer.status_code == 409 and "fourteen days" in answer.content.decode()
    assert desk.post(path, how="handler", once=hidden(page, "once"))["Location"] == f"/cases/{ref}/#solution"
    assert "We tried it ourselves" in desk.text(f"/cases/{ref}/")


def test_nobody_answered_shows_first_after_fourteen_days(desk, hanna, ref, clock):
    solved(desk, ref)
    assert "has not answered whether" not in desk.text(f"/cases/{ref}/")
    clock.move_to(MONDAY_NINE + 15 * DAY + HOUR)
    sign_in(desk.client, "hanna", hanna.secret)
    page = desk.text(f"/cases/{ref}/")
    assert page.index("has not answered whether it is solved") < page.index("What happened")
    assert "no answer whether it is solved" in desk.text("/")
    answer = desk.post(f"/cases/{ref}/solved/confirm/", how="nobody-answered", once=hidden(page, "once"))
    assert answer.status_code == 302 and queries.standing_of(ref).how == "nobody-answered"


def test_closing_is_refused_while_something_is_owed_and_then_found_under_closed(desk, ref):
    page = desk.text(f"/cases/{ref}/")
    assert "when nothing above is owed any more" in page and f"/cases/{ref}/close/" not in page
    answer = desk.post(f"/cases/{ref}/close/", why="withdrawn")
    assert answer.status_code == 400 and "the solution is still owed" in answer.content.decode()
    assert "No report has been closed yet." in desk.text("/closed/")
    solved(desk, ref, ask_retest="")
    letter, answer = two_steps(desk, ref, "close", why="solved")
    assert "With that we close your report." in letter_in(letter) and answer.status_code == 302
    page = desk.text(f"/cases/{ref}/")
    assert "This report is closed" in page and "We owe" not in page and f"/cases/{ref}/solved/" not in page
    listed = desk.text("/closed/")
    assert ref in listed and "It is solved" in listed and 'aria-current="page">Closed' in listed
    assert "past the end" in desk.text("/closed/", page="2") and ref in desk.text("/closed/", page="no")
    assert desk.get(f"/cases/{ref}/date/").status_code == 200
    assert desk.post(f"/cases/{ref}/date/", expected_on=LATER, reason=WHY).status_code == 400


def test_a_letter_after_the_end_is_seen_and_the_report_opened_again(desk, ref):
    solved(desk, ref, ask_retest="")
    two_steps(desk, ref, "close", why="solved")
    at = MONDAY_NINE + DAY
    for text in ("It is back.", "Again."):
        cases.join(ref, desk.house.arrival(text, now=at), keys=desk.house.keys, by=OPENER, now=at)
        catch_up()
        page = desk.text(f"/cases/{ref}/")
        assert "wrote after the report was closed" in page
        assert "a letter after the report was closed" in desk.text("/")
        assert "Wrote after it was closed" in desk.text("/closed/")
        if text == "It is back.":
            desk.post(f"/cases/{ref}/noticed/", once=hidden(page, "once"))
            assert "wrote after the report was closed" not in desk.text(f"/cases/{ref}/")
    _page, answer = two_steps(desk, ref, "open-again", reason=WHY, expected_on=LATER)
    assert answer.status_code == 302
    standing = queries.standing_of(ref)
    assert not standing.closed and standing.fix is Fix.EXPECTED
    assert "Report opened again" in desk.text(f"/cases/{ref}/") and ref not in desk.text("/closed/")


@pytest.mark.parametrize("what", ["date", "solved", "not-solved", "close", "open-again"])
def test_absent_cases_are_absent_here_too(desk, what):
    assert desk.get(f"/cases/VB-2026-9999/{what}/").status_code == 404
    fields = {"expected_on": LATER, "on": TODAY.isoformat(), "reason": WHY, "why": "solved"}
    for more in ({}, {"letter": WHY, "once": "x", "seen": "0"}):
        assert desk.post(f"/cases/VB-2026-9999/{what}/", **fields, **more).status_code == 404
    for path in ("solved/confirm", "noticed"):
        assert desk.post(f"/cases/VB-2026-9999/{path}/", how="handler").status_code == 404


def test_before_an_assessment_there_is_nothing_to_solve(desk):
    ref = desk.house.a_case(language="en")
    page = desk.text(f"/cases/{ref}/")
    assert "solution" not in page and f"/cases/{ref}/close/" not in page
    assert desk.post(f"/cases/{ref}/close/", why="withdrawn").status_code == 400
