"""The desk: an embargo by letter, who knows, a leak, a draft, and the publication."""

import html
import re
from datetime import datetime, timedelta

import pytest
import time_machine
from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE
from tests.desk.conftest import desk, desk_house, hanna, hidden  # noqa: F401  # fixtures

from meldpunt.cases.visits import open_visit, visiting
from meldpunt.ground.values import REPORTER
from meldpunt.ledger import log
from meldpunt.privacy import crediting
from meldpunt.privacy.credit import Wish
from meldpunt.publication import commands, publishing, queries
from meldpunt.publication.rules import Act, Embargo, Kind, Talk
from meldpunt.remediation import commands as remediation
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.works.followers import catch_up

NOW = MONDAY_NINE + HOUR


@pytest.fixture(autouse=True)
def _monday(desk):  # noqa: F811  # signed in first: the codes are made by a real clock
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ref(desk):  # noqa: F811
    return desk.house.a_case(language="en")


def visit(desk):  # noqa: F811
    return visiting(open_visit(desk.house.receipts[-1], by=REPORTER, now=NOW), NOW)


def words(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def send(desk, path, page, **fields):  # noqa: F811
    """Send the letter that stands on the page."""
    hiddens = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    letter = html.unescape(re.search(r'name="letter"[^>]*>(.*?)</textarea>', page, re.DOTALL)[1])
    return desk.post(path, **{name: html.unescape(value) for name, value in hiddens.items()}, letter=letter, **fields)


def test_it_is_quiet_while_nothing_waits(desk, ref):  # noqa: F811
    page = words(desk.text(f"/cases/{ref}/"))
    assert "something waits for you" not in page
    assert "No moment is agreed until which it stays between us." in page


def test_a_moment_is_proposed_by_a_letter_with_its_zone(desk, ref):  # noqa: F811
    path = f"/cases/{ref}/embargo/"
    page = desk.post(path, at="2027-01-15T09:00", zone="America/New_York").content.decode()
    assert "Friday 15 January 2027, 15:00, Amsterdam time (Friday 15 January 2027, 09:00, New York time)" in page
    assert "What this letter promises" not in page  # the end of an embargo is no promise of a letter
    answer = send(desk, path, page)
    assert answer["Location"] == f"/cases/{ref}/#publication"
    here = queries.standing_of(ref)
    assert (here.talk, here.proposed.at.isoformat()) == (Talk.OURS, "2027-01-15T14:00:00+00:00")
    assert "letter.written" in [told.kind for told in log.read(ref)]
    assert "letter.promised" not in [told.kind for told in log.read(ref)]
    page = words(desk.text(f"/cases/{ref}/"))
    assert "We proposed Friday 15 January 2027, 15:00" in page and "Take our proposal back" in page
    desk.post(f"{path}back/", once="1")
    assert queries.standing_of(ref).talk is Talk.QUIET


WRONG = (
    ({"at": "", "zone": ""}, "Please give a day and an hour."),
    ({"at": "2026-03-01T09:00", "zone": ""}, "That moment has passed already."),
    ({"at": "2026-04-01T09:00", "zone": "Mars/Base"}, "No such time zone"),
    ({"end": "1"}, "There is no embargo that could be ended."),
)


def test_what_cannot_be_is_told_in_its_place(desk, ref):  # noqa: F811
    before = log.head(ref)
    for typed, sentence in WRONG:
        answer = desk.post(f"/cases/{ref}/embargo/", **typed)
        assert answer.status_code in (400, 409) and sentence in words(answer.content.decode()), typed
    assert log.head(ref) == before


def test_the_reporters_proposal_stands_first_and_is_answered(desk, ref):  # noqa: F811
    until = queries.Moment(NOW + 5 * DAY, queries.ZoneInfo("Europe/Amsterdam"))
    commands.propose_for(visit(desk), until, by=REPORTER, now=NOW)
    page = words(desk.text(f"/cases/{ref}/"))
    assert "Nachtuil proposes to keep it between us until Saturday 7 March 2026, 10:00" in page
    assert page.index("proposes to keep it") < page.index("What happened")
    path = f"/cases/{ref}/embargo/agree/"
    letter = desk.text(path)
    assert "We agree with what you proposed" in letter
    send(desk, path, letter)
    assert queries.standing_of(ref).embargo is Embargo.RUNNING
    assert "It stays between us until Saturday 7 March 2026, 10:00" in words(desk.text(f"/cases/{ref}/"))


def test_a_leak_with_its_plan_and_who_is_to_be_told(desk, ref):  # noqa: F811
    party = {"kind": Kind.SUPPLIER, "who": "Slotenmaker BV", "once": "1"}
    assert desk.post(f"/cases/{ref}/embargo/parties/", **party).status_code == 302
    assert desk.post(f"/cases/{ref}/embargo/parties/", kind="x", who="y", once="2").status_code == 400
    desk.post(f"/cases/{ref}/embargo/leak/plan/", leak_plan="Call the mayor.", once="3")
    commands.report_leak_for(visit(desk), "A forum has it.", by=REPORTER, now=NOW)
    page = words(desk.text(f"/cases/{ref}/"))
    assert "Nachtuil says that it is in the open." in page and "A forum has it." in page and "Call the mayor." in page
    assert "why is it" not in page and desk.get(f"/cases/{ref}/embargo/leak/none/").status_code == 200
    desk.post(f"/cases/{ref}/embargo/leak/", theirs="1", once="4")
    page = desk.text(f"/cases/{ref}/")
    assert "Tell these too: Slotenmaker BV (supplier)" in words(page)
    inform = re.search(r'action="([^"]*/parties/\w{32}/)"', page)[1]
    desk.post(inform, once="5")
    page = words(desk.text(f"/cases/{ref}/"))
    assert "Tell these too" not in page and "knows that the embargo ended" in page


def test_a_draft_is_read_by_both_published_and_thanked_for(desk, ref):  # noqa: F811
    keys = desk.house.keys
    judged = Assessment(Verdict.CONFIRMED, Severity.HIGH, expected_on=(NOW + 5 * DAY).date())
    triage.assess(ref, judged, "Ours.", HEAD, keys=keys, by=HANNA, now=NOW)
    remediation.landed(ref, NOW.date(), "Solved.", HEAD, ask_retest=False, keys=keys, by=HANNA, now=NOW)
    catch_up()
    path = f"/cases/{ref}/publication/"
    typed = {"title": "A <b>lock</b>", "text": "It opened.", "language": "en", "at": "2026-03-03T10:00", "zone": ""}
    empty = desk.post(f"{path}plan/", **typed | {"title": ""})
    assert empty.status_code == 400 and "A publication has a title and a text." in words(empty.content.decode())
    assert "It opened." in empty.content.decode()  # what was typed is still there
    page = desk.post(f"{path}plan/", **typed).content.decode()
    assert "A &lt;b&gt;lock&lt;/b&gt;" in page and "We propose to publish it on Tuesday 3 March 2026, 10:00" in page
    assert send(desk, f"{path}plan/", page).status_code == 302
    crediting.wish(visit(desk), Wish.ALIAS, "Uil", "", by=REPORTER, now=NOW)
    crediting.ask(ref, "How?", HEAD, keys=keys, by=HANNA, now=NOW)
    crediting.confirm(visit(desk), by=REPORTER, now=NOW)
    publishing.comment_for(visit(desk), "Good: zebrapad.", by=REPORTER, now=NOW)
    publishing.answer_for(visit(desk), Act.AGREE, queries.standing_of(ref).plan_proposed.at, by=REPORTER, now=NOW)
    assert "commented on the draft" in words(desk.text(f"/cases/{ref}/")) and "zebrapad" in desk.text(path)
    early = desk.post(f"{path}publish/", **typed)
    assert early.status_code == 409 and "Nothing is published before." in words(early.content.decode())
    with time_machine.travel(datetime(2026, 3, 3, 9, 0, tzinfo=NOW.tzinfo), tick=False):
        assert "The moment to publish has come" in words(desk.text(f"/cases/{ref}/"))
        changed = desk.post(f"{path}publish/", **typed | {"text": "Other."})
        assert changed.status_code == 409 and "not the draft that the reporter saw last" in changed.content.decode()
        page = desk.post(f"{path}publish/", **typed).content.decode()
        assert "Discovered by Uil" in words(page) and queries.advisories() == ()
        assert send(desk, f"{path}publish/", page).status_code == 302
        assert [one.shown for one in queries.advisories()] == ["Uil"]
        assert "Thank them in the hall of fame" in desk.text(f"/cases/{ref}/")
        desk.post(f"/cases/{ref}/thanks/", once="9")
        assert [one.shown for one in queries.hall()] == ["Uil"]
        assert "The reporter stands in the hall of fame." in words(desk.text(f"/cases/{ref}/"))
        assert "It is published as VB-ADV-2026-0001." in words(desk.text(path))


def test_absent_cases_look_absent(desk, ref):  # noqa: F811
    for path in ("embargo/agree/", "embargo/leak/none/", "publication/", "publication/call-off/"):
        assert desk.get(f"/cases/VB-2026-0099/{path}").status_code == 404, path
    for path in ("embargo/", "embargo/back/", "embargo/parties/", "embargo/leak/", "publication/plan/", "thanks/"):
        typed = {"kind": "other", "who": "x", "where": "x", "at": "2026-04-01T09:00", "zone": ""}
        assert desk.post(f"/cases/VB-2026-0099/{path}", **typed).status_code == 404, path


def test_a_letter_written_over_something_new_is_not_sent(desk, ref):  # noqa: F811
    path = f"/cases/{ref}/embargo/"
    page = desk.post(path, at="2026-04-15T09:00", zone="").content.decode()
    commands.propose_for(
        visit(desk), queries.Moment(NOW + timedelta(days=3), queries.ZoneInfo("UTC")), by=REPORTER, now=NOW
    )
    answer = send(desk, path, page)
    assert answer.status_code == 409 and "the case went on" in answer.content.decode()
    assert queries.standing_of(ref).talk is Talk.THEIRS
