"""The reporter's page, and the pages and feeds for everybody."""

import re
from datetime import timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
import time_machine
from tests.build import HEAD
from tests.cast import BASE, HANNA
from tests.portal.conftest import portal, receipt_in, reporter, words_in  # noqa: F401  # fixtures

from meldpunt.cases.queries import references
from meldpunt.ground import clock
from meldpunt.intake import queries as spool
from meldpunt.ledger import log
from meldpunt.privacy import crediting
from meldpunt.publication import commands, going, hall, publishing, queries
from meldpunt.publication.rules import Embargo, Moment, Talk
from meldpunt.remediation import commands as remediation
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.works import opener
from meldpunt.works.followers import catch_up

ATOM = "{http://www.w3.org/2005/Atom}"
ZONE = ZoneInfo("Europe/Amsterdam")
DRAFT = going.checked_draft("A <b>lock</b>", "It opened.\nNot any more.", "en")


@pytest.fixture
def visitor(reporter):  # noqa: F811
    code = receipt_in(reporter.send(contact="mail", address="zebrapad@example.org", name="Zebra Vinkenoog"))
    for _, token in spool.waiting(100):
        opener.open_one(token, opener.House(reporter.house.keys, reporter.house.folder, BASE), now=clock.now())
    catch_up()
    assert reporter.show(code)["Location"] == "/my/report/"
    return reporter


def post(visitor, path, **fields):
    token = re.search(r'csrfmiddlewaretoken" value="([^"]*)"', visitor.client.get("/my/report/").content.decode())[1]
    return visitor.client.post(path, {"csrfmiddlewaretoken": token, **fields})


def page(visitor):
    return words_in(visitor.client.get("/my/report/"))


def the_case():
    [ref] = references()
    return ref


def desk(visitor):
    return {"keys": visitor.house.keys, "by": HANNA, "now": clock.now()}


def in_days(days):
    return Moment((clock.now() + timedelta(days=days)).replace(second=0, microsecond=0), ZONE)


def proposal(visitor):
    """The proposal that stands on the page."""
    return re.search(r'name="to" value="([^"]*)"', visitor.client.get("/my/report/").content.decode())[1]


def named(visitor, shown="Uil <i>"):
    post(visitor, "/my/name/", wish="link", shown=shown, link="https://uil.example/?a=1&b=2", keep="1")


def published(visitor):
    """Solved, read, agreed, published and thanked; by the pages, as far as the reporter has one."""
    ref = the_case()
    judged = Assessment(Verdict.CONFIRMED, Severity.HIGH, expected_on=in_days(9).at.date())
    triage.assess(ref, judged, "Ours.", HEAD, **desk(visitor))
    today = clock.now().astimezone(ZONE).date()
    remediation.landed(ref, today, "Solved.", HEAD, ask_retest=False, **desk(visitor))
    publishing.plan(ref, DRAFT, in_days(1), False, "Read it.", HEAD, **desk(visitor))
    named(visitor)
    crediting.ask(ref, "How?", HEAD, **desk(visitor))
    post(visitor, "/my/name/confirm/")
    assert post(visitor, "/my/publication/", agree="1", to=proposal(visitor)).status_code == 302
    with time_machine.travel(in_days(2).at, tick=False):
        name = publishing.publish(ref, DRAFT, "https://elsewhere.example/", "", "Out.", HEAD, **desk(visitor))
        hall.enter(ref, **desk(visitor))
    catch_up()
    return name


def test_a_moment_is_agreed_on_the_page(visitor):
    assert "We ask you to share it with nobody until it is solved." in page(visitor)
    until = in_days(9)
    commands.propose(the_case(), until, "May we?", HEAD, **desk(visitor))
    words = page(visitor)
    assert "We propose to keep it between us until" in words and words.index("Between us") < words.index("Letters")
    assert post(visitor, "/my/embargo/", agree="1", to=proposal(visitor))["Location"] == "/my/report/#embargo"
    here = queries.standing_of(the_case())
    assert (here.embargo, here.until) == (Embargo.RUNNING, until)
    assert "You hear from us when that moment comes." in page(visitor)


def test_a_moment_is_proposed_with_a_zone_and_taken_back(visitor):
    year = clock.now().year + 1
    typed = {"at": f"{year}-01-15T09:00", "zone": "America/New_York"}
    assert post(visitor, "/my/embargo/", **typed).status_code == 302
    assert queries.standing_of(the_case()).proposed.at.isoformat() == f"{year}-01-15T14:00:00+00:00"
    assert re.search(
        r"You proposed \w+ 15 January \d+, 15:00, Amsterdam time \(\w+ 15 January \d+, 09:00", page(visitor)
    )
    post(visitor, "/my/embargo/", back="1")
    assert queries.standing_of(the_case()).talk is Talk.QUIET


WRONG = (
    ("", {"at": "2020-01-01T09:00", "zone": "UTC"}, "That moment has passed already."),
    ("", {"at": "", "zone": "UTC"}, "Please give a day and an hour."),
    ("", {"at": "2027-03-28T02:30", "zone": "Europe/Amsterdam"}, "does not exist in Europe/Amsterdam"),
    ("", {"agree": "1", "to": ""}, "There is no proposal that waits for an answer."),
    ("", {"agree": "1", "to": "2027-03-28T02:00:00+00:00"}, "The proposal has changed meanwhile."),
    ("", {"end": "1"}, "There is no embargo that could be ended."),
    ("told/", {"kind": "x", "who": "y"}, "Please choose what kind of party it is."),
    ("leak/", {"where": " "}, "There is nothing in it."),
)


def test_what_cannot_be_is_told_in_its_place_and_changes_nothing(visitor):
    before = log.head(the_case())
    for path, typed, sentence in WRONG:
        answer = post(visitor, f"/my/embargo/{path}", **typed)
        assert answer.status_code in (400, 409) and sentence in words_in(answer), typed
    assert log.head(the_case()) == before
    assert post(visitor, "/my/publication/comment/", comment="x").status_code == 409


def test_who_knows_and_a_leak(visitor):
    commands.note_party(the_case(), "supplier", "Slotenmaker BV", by=HANNA, now=clock.now())
    post(visitor, "/my/embargo/told/", kind="other", who="My colleague")
    words = page(visitor)
    assert "A supplier, told by us" in words and "Somebody else, told by you" in words
    assert "Slotenmaker" not in words and "My colleague" not in words  # kinds and dates
    post(visitor, "/my/embargo/leak/", where="A forum has it.")
    assert "You told us that it is in the open. A person looks at it." in page(visitor)
    commands.confirm_leak(the_case(), by=HANNA, now=clock.now())
    assert "It has become known to others. Nothing has to stay between us any longer." in page(visitor)


def test_p7_the_draft_is_read_and_commented_on(visitor):
    publishing.plan(the_case(), DRAFT, in_days(3), True, "Read it.", HEAD, **desk(visitor))
    text = visitor.client.get("/my/report/").content.decode()
    assert "A &lt;b&gt;lock&lt;/b&gt;" in text and "It opened.\nNot any more." in text
    assert "Also when it is not solved by then." in text
    post(visitor, "/my/publication/comment/", comment="Please name the version.")
    assert "Please name the version." in page(visitor)
    later = in_days(9).at.astimezone(ZONE)
    post(visitor, "/my/publication/", at=f"{later:%Y-%m-%dT%H:%M}", zone="")
    assert queries.standing_of(the_case()).plan is Talk.THEIRS


def test_p5_a_name_that_is_taken_back_is_gone_at_the_next_look(visitor):
    places = ("/thanks/", "/thanks/feed/", f"/advisories/{published(visitor)}/", "/advisories/feed/")
    browser = visitor.client
    for place in places:
        assert "uil" in browser.get(place).content.decode().lower(), place
        assert "no-cache" in browser.get(place)["Cache-Control"]
    assert "You stand in our hall of fame." in page(visitor)
    assert post(visitor, "/my/name/withdraw/").status_code == 302
    for place in places:
        answer = browser.get(place)
        assert answer.status_code == 200 and "uil" not in answer.content.decode().lower(), place
    assert "hall.left" in [told.kind for told in log.read(the_case())]


def test_the_hall_tells_month_and_year_and_nothing_of_the_case(visitor):
    published(visitor)
    ref = the_case()
    for place in ("/thanks/", "/thanks/feed/"):
        text = visitor.client.get(place).content.decode()
        assert ref not in text and "ADV" not in text and "zebra" not in text.lower(), place
    [entry] = ElementTree.fromstring(visitor.client.get("/thanks/feed/").content).findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == "Uil <i>"
    assert re.search(r"-01T00:00:00\+0[12]:00", entry.find(f"{ATOM}updated").text)
    assert entry.find(f"{ATOM}link").get("href") == "https://uil.example/?a=1&b=2"


def test_a_publication_is_read_by_everybody_and_as_a_feed(visitor):
    name = published(visitor)
    text = visitor.client.get(f"/advisories/{name}/").content.decode()
    assert "A &lt;b&gt;lock&lt;/b&gt;" in text and "It opened.\nNot any more." in text and "elsewhere.example" in text
    assert the_case() not in text and "zebra" not in text.lower()
    assert name in visitor.client.get("/advisories/").content.decode()
    feed = visitor.client.get("/advisories/feed/")
    assert feed["Content-Type"].startswith("application/atom+xml")
    [entry] = ElementTree.fromstring(feed.content).findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text == DRAFT.title
    summary = entry.find(f"{ATOM}summary")  # HTML, in which nothing of ours is markup
    assert summary.get("type") == "html" and "It opened.<br>Not any more." in summary.text
    assert "Uil &lt;i&gt;" in summary.text
    assert visitor.client.get("/advisories/VB-ADV-2020-0001/").status_code == 404


def test_empty_pages_say_so_and_feeds_are_whole(reporter):  # noqa: F811
    assert "Nobody stands here yet." in words_in(reporter.client.get("/thanks/"))
    assert "Nothing has been published yet." in words_in(reporter.client.get("/advisories/"))
    for place in ("/thanks/feed/", "/advisories/feed/"):
        assert ElementTree.fromstring(reporter.client.get(place).content).tag == f"{ATOM}feed"
    assert 'href="/thanks/"' in reporter.client.get("/").content.decode()
