"""Sessions: listed, ended one by one or all, ended by themselves; and what was being written is not lost."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import MONDAY_NINE
from tests.desk.conftest import PASSWORD, Desk, code_for, sign_in

from meldpunt.desk import accounts
from meldpunt.desk.models import Session
from meldpunt.ledger import log

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15"
)
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36 Edg/150.0"
NOTE = "The vendor called: <b>they</b> fix it on Tuesday."
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def at(after=timedelta(0)):
    return time_machine.travel(MONDAY_NINE + after, tick=False)


@pytest.fixture
def desk(desk_house, hanna):
    """Hanna, signed in on Monday at nine."""
    client = Client(headers={"accept-language": "en", "user-agent": FIREFOX})
    with at():
        sign_in(client, "hanna", hanna.secret)
    return Desk(client, desk_house, "hanna")


@pytest.fixture
def laptop(desk, hanna):
    """The same person, elsewhere, a minute later."""
    client = Client(headers={"accept-language": "en", "user-agent": SAFARI})
    with at(MINUTE):
        sign_in(client, "hanna", hanna.secret)
    return client


def kinds():
    return [entry.kind for entry in log.read(log.HOUSE) if entry.kind.startswith("handler.")]


def test_each_browser_stands_in_the_list_coarsely(desk, laptop):
    with at(2 * MINUTE):
        page = desk.text("/account/sessions/")
    assert "Firefox, Linux" in page and "Safari, macOS" in page
    assert page.index("Firefox, Linux") < page.index("This browser.") < page.index("Safari, macOS")
    dump = "\n".join(connection.connection.iterdump())
    assert "Mozilla" not in dump and "127.0.0.1" not in dump  # neither the whole of it nor where it was
    assert kinds().count("handler.signed-in") == 2


def test_one_is_ended_and_the_other_goes_on(desk, laptop):
    with at(2 * MINUTE):
        which = re.search(r'name="end" value="([^"]+)"', desk.text("/account/sessions/"))[1]
        assert desk.post("/account/sessions/", end=which)["Location"].startswith("/account/once-more/")
        assert laptop.get("/").status_code == 200  # not before she has said that it is she
        desk.post("/account/once-more/", password=PASSWORD)
        desk.post("/account/sessions/", end=which)
        assert laptop.get("/").status_code == 302
        assert desk.get("/").status_code == 200
        assert desk.post("/account/sessions/", end=which).status_code == 404
    assert kinds()[-1] == "handler.sessions-ended"


def test_all_others_are_ended(desk, laptop):
    with at(2 * MINUTE):
        desk.post("/account/once-more/", password=PASSWORD)
        desk.post("/account/sessions/", others="yes")
        assert laptop.get("/").status_code == 302
        assert "Sign out all others" not in desk.text("/account/sessions/")


def test_nobody_ends_anothers(desk, laptop):
    accounts.create_handler("rui", "Rui", PASSWORD, now=MONDAY_NINE)
    secret = accounts.enrol_totp("rui", now=MONDAY_NINE).secret
    rui = Client()
    with at(2 * MINUTE):
        sign_in(rui, "rui", secret)
        which = re.search(r'name="end" value="([^"]+)"', desk.text("/account/sessions/"))[1]
        rui.post("/account/once-more/", {"password": PASSWORD})
        assert rui.post("/account/sessions/", {"end": which}).status_code == 404
        rui.post("/account/sessions/", {"others": "yes"})
        assert laptop.get("/").status_code == 200


@pytest.mark.parametrize("change", ["password", "codes", "recovery", "operator"])
def test_a_new_password_or_factor_ends_the_others(desk, laptop, change):
    again = "vier blauwe stoelen dansen"
    with at(2 * MINUTE):
        desk.post("/account/once-more/", password=PASSWORD)
        if change == "password":
            desk.post("/account/password/", oldpassword=PASSWORD, password1=again, password2=again)
        elif change == "codes":
            desk.post("/account/codes/remove/")
        elif change == "recovery":
            desk.post("/account/recovery-codes/new/")
        else:
            accounts.set_password("hanna", again, now=MONDAY_NINE)
        assert laptop.get("/")["Location"].startswith("/sign-in/")
        mine = desk.get("/account/sessions/").status_code, Session.objects.filter(user_id__isnull=False).count()
    assert mine == ((302, 0) if change == "operator" else (302 if change == "codes" else 200, 1))


def test_it_ends_when_nothing_is_asked_for_an_hour(desk):
    with at(59 * MINUTE):
        assert desk.get("/").status_code == 200
    with at(118 * MINUTE):  # the page before has begun a new hour
        assert desk.get("/").status_code == 200
    with at(179 * MINUTE):
        assert desk.get("/")["Location"].startswith("/sign-in/")
        assert "Firefox" not in str(Session.objects.filter(user_id__isnull=False).values())


def test_it_ends_after_twelve_hours_whatever_is_asked(desk):
    for half in range(1, 24):
        with at(half * HOUR / 2):
            assert desk.get("/").status_code == 200, half
    with at(12 * HOUR):
        assert desk.get("/")["Location"].startswith("/sign-in/")


def test_asking_how_long_it_lasts_makes_it_no_longer(desk):
    with at(50 * MINUTE):
        assert desk.get("/account/sessions/this/").json() == {"idle": 600, "rest": 11 * 3600 + 600}
    with at(55 * MINUTE):
        assert desk.post("/account/sessions/this/").json()["idle"] == 3600
    with at(110 * MINUTE):
        assert desk.get("/account/sessions/this/").json()["idle"] == 300
    with at(116 * MINUTE):
        assert desk.get("/account/sessions/this/").status_code == 302


def test_the_page_asks_before_it_ends(desk):
    with at(MINUTE):
        page = desk.text("/")
    assert 'data-idle="3600" data-rest="43140"' in page and "staying.js" in page


def test_last_seen_costs_at_most_one_write_a_minute(desk):
    for after, writes in ((5 * MINUTE, 1), (5 * MINUTE + timedelta(seconds=59), 0), (6 * MINUTE, 1)):
        with at(after), CaptureQueriesContext(connection) as asked:
            desk.get("/account/sessions/")
        assert sum("UPDATE" in query["sql"] for query in asked) == writes, after


def write(desk, ref="VB-2026-0001"):
    return desk.post(f"/cases/{ref}/note/", note=NOTE, once="k", csrfmiddlewaretoken="x")


def come_back(client, hanna, username="hanna", step=0):
    client.post("/sign-in/", {"login": username, "password": PASSWORD})
    return client.post("/sign-in/code/", {"code": code_for(hanna.secret, step)})


@pytest.mark.parametrize("how", ["idle", "signed out in another tab"])
def test_what_was_written_when_it_ended_is_there_after_signing_in(desk, hanna, how):
    ref = desk.house.a_case()
    if how != "idle":
        with at(HOUR):
            desk.post("/sign-out/")
    with at(2 * HOUR):
        answer = write(desk, ref)
        assert answer["Location"] == "/sign-in/"
        page = desk.text("/sign-in/")
        assert "What you wrote is kept" in page and "Tuesday" not in page
        dump = "\n".join(connection.connection.iterdump())
        assert "vendor called" not in dump and "vendor called" not in str(
            [s.get_decoded() for s in Session.objects.all()]
        )
        assert come_back(desk.client, hanna)["Location"] == "/account/kept/"
        page = desk.text("/account/kept/")
        assert "The vendor called: &lt;b&gt;they&lt;/b&gt; fix it on Tuesday." in page
        assert f'action="/cases/{ref}/note/"' in page and NOTE not in desk.text(f"/cases/{ref}/")
        assert write(desk, ref).status_code == 302  # the button
        assert "fix it on Tuesday" in desk.text(f"/cases/{ref}/")
        assert desk.get("/account/kept/")["Location"] == "/"


def test_it_can_be_thrown_away(desk, hanna):
    with at(2 * HOUR):
        write(desk)
        come_back(desk.client, hanna)
        desk.client.post("/account/kept/", {"path": "/cases/VB-2026-0001/note/"})
        assert desk.get("/account/kept/")["Location"] == "/"


def test_nobody_else_finds_it(desk, hanna):
    accounts.create_handler("rui", "Rui", PASSWORD, now=MONDAY_NINE)
    rui = accounts.enrol_totp("rui", now=MONDAY_NINE)
    with at(2 * HOUR):
        write(desk)
        assert come_back(desk.client, rui, "rui")["Location"] == "/"
        assert desk.get("/account/kept/")["Location"] == "/"
        desk.post("/sign-out/")
        come_back(desk.client, hanna)
        assert desk.get("/account/kept/")["Location"] == "/"


def test_a_stranger_fills_no_disk(desk_house):
    """Without a session that was somebody's, the words are only shown once more."""
    client = Client(headers={"accept-language": "en"})
    answer = client.post("/cases/VB-2026-0001/note/", {"once": "k", "note": NOTE})
    assert answer.status_code == 401
    assert "fix it on Tuesday" in answer.content.decode()
    assert client.post("/held/", {"x": "1"}).status_code == 302
    assert not Session.objects.exists()


def test_a_page_that_is_older_than_the_sign_in_shows_the_words_once_more(desk):
    ref = desk.house.a_case()
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    strict.cookies = desk.client.cookies
    with at(MINUTE):
        ours = {"HTTP_ORIGIN": "http://testserver"}
        answer = strict.post(
            f"/cases/{ref}/note/", {"once": "k", "note": NOTE, "csrfmiddlewaretoken": "a" * 64}, **ours
        )
        assert answer.status_code == 403
        page = answer.content.decode()
        assert "fix it on Tuesday" in page
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        sent = strict.post(f"/cases/{ref}/note/", {"once": "k", "note": NOTE, "csrfmiddlewaretoken": token}, **ours)
        assert sent.status_code == 302
        for theirs in ({"HTTP_ORIGIN": "https://evil.example"}, {}):
            answer = strict.post(
                f"/cases/{ref}/note/", {"once": "k", "note": NOTE, "csrfmiddlewaretoken": "a" * 64}, **theirs
            )
            assert answer.status_code == 403 and "Tuesday" not in answer.content.decode()


def test_more_than_a_million_signs_or_five_forms_are_not_kept(desk):
    with at(2 * HOUR):
        for n in range(5):
            assert write(desk, f"VB-2026-000{n}").status_code == 302
        assert write(desk, "VB-2026-0009").status_code == 401


def test_a_browser_is_named_by_its_family():
    from meldpunt.desk.sessions import family

    assert family({"User-Agent": EDGE}) == "Edge, Windows"
    assert family({"User-Agent": "curl/8"}) == "" and family({}) == ""


def test_saying_that_it_is_still_you_turns_the_key(desk):
    before = desk.client.cookies["meldpunt-desk"].value
    with at(MINUTE):
        desk.post("/account/once-more/", password=PASSWORD)
        assert desk.client.cookies["meldpunt-desk"].value != before
        assert desk.get("/").status_code == 200
    old = Client()
    old.cookies["meldpunt-desk"] = before
    with at(MINUTE):
        assert old.get("/").status_code == 302


def test_signing_out_clears_what_the_browser_kept(desk):
    with at(MINUTE):
        assert desk.post("/sign-out/").headers["Clear-Site-Data"] == '"cache", "storage"'
