"""The reporter tries again, without JavaScript: it is solved, or still there; and what the page says at the end."""

from datetime import timedelta

import pytest
import time_machine
from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE
from tests.portal.conftest import receipt_in, words_in
from tests.portal.test_conduct import post
from tests.portal.test_visit import open_all, the_case

from meldpunt.conversation import commands as conversation
from meldpunt.ledger import log
from meldpunt.remediation import commands, queries
from meldpunt.remediation.rules import Fix, How, Why
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.works.followers import catch_up

SOON = (MONDAY_NINE + 9 * DAY).date()
WHY = "The part comes later."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY_NINE, tick=True) as traveller:
        yield traveller


@pytest.fixture
def visitor(reporter, clock):
    code = receipt_in(reporter.send())
    open_all(reporter.house)
    house, ref = reporter.house, the_case(reporter.house)
    assessment = Assessment(Verdict.CONFIRMED, Severity.HIGH, expected_on=SOON)
    triage.assess(ref, assessment, "x", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE + HOUR)
    catch_up()
    clock.move_to(MONDAY_NINE + 7 * HOUR)
    reporter.show(code)
    return reporter


def land(house, ref, ask=True):
    day, at = MONDAY_NINE.date(), MONDAY_NINE + 2 * HOUR
    commands.landed(ref, day, "It is solved.", HEAD, ask_retest=ask, keys=house.keys, by=HANNA, now=at)
    catch_up()


def page_of(visitor):
    return words_in(visitor.client.get("/my/report/"))


def test_the_page_follows_the_date_and_the_solution(visitor):
    house, ref = visitor.house, the_case(visitor.house)
    at, until = MONDAY_NINE + 2 * HOUR, SOON + timedelta(days=7)
    assert "Is it solved?" not in page_of(visitor)
    commands.move_date(ref, until, WHY, WHY, HEAD, keys=house.keys, by=HANNA, now=at)
    catch_up()
    words = page_of(visitor)
    assert "We expect to have solved it on Wednesday 18 March 2026." in words and "The date was moved once." in words
    assert "We moved the date on which we expect it to be solved" in words and WHY in words
    land(house, ref)
    words = page_of(visitor)
    assert "What you reported is solved. It was solved on Monday 2 March 2026." in words
    assert words.index("Is it solved?") < words.index("Write back") and "We expect to have solved" not in words


def test_it_is_solved(visitor):
    house, ref = visitor.house, the_case(visitor.house)
    answer = post(visitor, "/my/solved/")
    assert answer.status_code == 409 and "Nobody has said yet that it is solved." in words_in(answer)
    land(house, ref, ask=False)
    assert "Is it solved?" not in page_of(visitor) and post(visitor, "/my/solved/").status_code == 409
    commands.reopen(ref, SOON, WHY, WHY, HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE + 3 * HOUR)
    land(house, ref)
    for _click in range(2):
        assert post(visitor, "/my/solved/")["Location"] == "/my/report/#retest"
    words = page_of(visitor)
    assert "You found that it is solved." in words and "Is it solved?" not in words
    assert [told.facts for told in log.read(ref) if told.kind == "retest.confirmed"] == [{"how": "reporter"}]


def test_it_is_still_there_with_a_message_that_arrives(visitor):
    house, ref = visitor.house, the_case(visitor.house)
    land(house, ref)
    once = visitor.form("/my/report/")["once"]
    for _click in range(2):
        answer = post(visitor, "/my/still-there/", seen="The <b>zebra</b> is loose.", once=once)
        assert answer["Location"] == "/my/report/#retest"
    open_all(house)
    words = visitor.client.get("/my/report/").content.decode()
    assert words.count("The &lt;b&gt;zebra&lt;/b&gt; is loose.") == 1
    assert "You told us that it is still there." in words and "Is it gone after all?" in words
    assert queries.standing_of(ref).fix is Fix.DISPUTED
    assert post(visitor, "/my/solved/").status_code == 302
    assert queries.standing_of(ref).how == How.REPORTER


def test_too_much_to_read_is_refused_and_what_was_typed_stays(visitor):
    land(visitor.house, the_case(visitor.house))
    answer = post(visitor, "/my/still-there/", seen="zebra " * 200_000)
    assert answer.status_code in (400, 413) and b"zebra zebra" in answer.content
    assert queries.standing_of(the_case(visitor.house)).fix is Fix.ASKED


def test_the_end_is_told_with_a_way_back(visitor):
    house, ref = visitor.house, the_case(visitor.house)
    land(house, ref)
    commands.confirm(ref, How.HANDLER, by=HANNA, now=MONDAY_NINE + 3 * HOUR)
    commands.close(ref, Why.SOLVED, "Closed.", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE + 4 * HOUR)
    catch_up()
    words = page_of(visitor)
    assert "Your report is closed. The weakness is solved." in words and "We closed your report." in words
    assert "can open your report again" in words and "Is it solved?" not in words
    answer = post(visitor, "/my/still-there/", seen="It is back.")
    assert answer.status_code == 409
    commands.reopen_report(ref, WHY, WHY, HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE + 5 * HOUR)
    conversation.write(ref, "Hello.", "reply", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE + 6 * HOUR)
    catch_up()
    assert "We opened your report again." in page_of(visitor)


def test_nothing_without_a_visit(reporter):
    for path in ("/my/solved/", "/my/still-there/"):
        token = reporter.form("/my/")["csrfmiddlewaretoken"]
        assert reporter.client.post(path, {"csrfmiddlewaretoken": token}).status_code == 403
        assert reporter.client.get(path).status_code == 405
