"""Nobody sits at the desk without password and code, and no secret lies in the database."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from tests.cast import MONDAY_NINE
from tests.desk.conftest import PASSWORD, code_for, sign_in

from meldpunt.desk import accounts, codes, links
from meldpunt.desk.errors import BadHandler, HandlerExists, NoSuchHandler
from meldpunt.desk.models import Session
from meldpunt.ledger import log

PAGES = ["/", "/held/", "/cases/VB-2026-0001/", "/account/", "/account/recovery-codes/", "/account/codes/"]


def kinds():
    return [entry.kind for entry in log.read(log.HOUSE) if entry.kind.startswith("handler.")]


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_led_to_the_sign_in(desk_house, path):
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_password_and_code_open_the_desk(hanna):
    client = Client()
    sign_in(client, "hanna", hanna.secret)
    assert client.get("/").status_code == 200


def test_the_password_alone_opens_nothing(hanna):
    client = Client()
    client.post("/sign-in/", {"login": "hanna", "password": PASSWORD})
    assert client.get("/").status_code == 302
    wrong = client.post("/sign-in/code/", {"code": "000000"})
    assert wrong.status_code == 200
    assert client.get("/").status_code == 302


def test_a_code_works_once(hanna):
    with time_machine.travel(MONDAY_NINE, tick=False):
        sign_in(Client(), "hanna", hanna.secret)
        client = Client()
        client.post("/sign-in/", {"login": "hanna", "password": PASSWORD})
        client.post("/sign-in/code/", {"code": code_for(hanna.secret)})
        assert client.get("/").status_code == 302


@pytest.mark.parametrize("off", [-1, 1])
def test_a_clock_that_is_half_a_minute_off_is_no_hindrance(hanna, off):
    with time_machine.travel(MONDAY_NINE + timedelta(seconds=15), tick=False):
        client = Client()
        sign_in(client, "hanna", hanna.secret, step=off)
        assert client.get("/").status_code == 200


def test_a_clock_that_is_a_minute_off_is(hanna):
    with time_machine.travel(MONDAY_NINE + timedelta(seconds=15), tick=False):
        for off in (-2, 2):
            client = Client()
            client.post("/sign-in/", {"login": "hanna", "password": PASSWORD})
            assert client.post("/sign-in/code/", {"code": code_for(hanna.secret, off)}).status_code == 200


def test_a_code_that_was_used_and_every_earlier_one_are_worthless(hanna):
    """Also when the cache forgets: what was spent stands with the generator."""
    for later in (0, 20, 40, 80):
        with time_machine.travel(MONDAY_NINE + timedelta(seconds=15 + later), tick=False):
            cache.clear()
            if not later:
                sign_in(Client(), "hanna", hanna.secret, step=1)
                spent = [code_for(hanna.secret, step) for step in (-1, 0, 1)]
            client = Client()
            client.post("/sign-in/", {"login": "hanna", "password": PASSWORD})
            for code in spent:
                client.post("/sign-in/code/", {"code": code})
            assert client.get("/").status_code == 302


def test_a_recovery_code_works_once(hanna):
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    for expected in (200, 302):
        client = Client()
        client.post("/sign-in/", {"login": "hanna", "password": PASSWORD})
        client.post("/sign-in/code/", {"code": f"{codes[0][:4]} {codes[0][4:]}"})
        assert client.get("/").status_code == expected
    assert kinds()[-3:] == ["handler.recovery-code-used", "handler.signed-in", "handler.sign-in-failed"]


def test_wrong_passwords_are_slowed_down_and_the_right_person_is_not_locked_out(desk, hanna):
    """A stranger uses up what strangers may try; her own browser is counted by itself."""
    desk.post("/sign-out/")
    stranger = Client()
    for n in range(12):
        assert stranger.post("/sign-in/", {"login": "hanna", "password": f"wrong {n}"}).status_code == 200
    stranger.post("/sign-in/", {"login": "hanna", "password": PASSWORD})
    assert stranger.get("/sign-in/code/").status_code == 302  # the right one too: the name is being guessed at
    assert desk.post("/sign-in/", login="hanna", password=PASSWORD)["Location"] == "/sign-in/code/"
    desk.post("/sign-out/")
    for n in range(12):
        desk.post("/sign-in/", login="hanna", password=f"wrong {n}")
    assert desk.post("/sign-in/", login="hanna", password=PASSWORD).status_code == 200  # its own count is full now


def test_wrong_codes_are_slowed_down_and_the_right_person_is_not_locked_out(desk, hanna):
    desk.post("/sign-out/")
    stranger = Client(headers={"accept-language": "en"})
    stranger.post("/sign-in/", {"login": "hanna", "password": PASSWORD})
    pages = [stranger.post("/sign-in/code/", {"code": f"{n:06}"}).content.decode() for n in range(6)]
    assert "too many attempts" in pages[5] and "too many attempts" not in pages[4]
    with time_machine.travel(timedelta(seconds=30)):
        stranger.post("/sign-in/code/", {"code": code_for(hanna.secret)})
        assert stranger.get("/").status_code == 302
        sign_in(desk.client, "hanna", hanna.secret)
        assert desk.get("/").status_code == 200


def test_the_mark_of_a_known_browser_helps_nobody_else(desk, hanna):
    mark = desk.client.cookies["meldpunt-known"].value
    assert "hanna" not in mark
    for n in range(12):
        Client().post("/sign-in/", {"login": "hanna", "password": f"wrong {n}"})
    for wrong in ("x." + mark.partition(".")[2], mark[:-1] + "-", "é", ".", ""):
        client = Client()
        client.cookies["meldpunt-known"] = wrong
        assert client.post("/sign-in/", {"login": "hanna", "password": PASSWORD}).status_code == 200, wrong


def test_without_codes_one_is_led_to_set_them_up_first(desk_house):
    accounts.create_handler("rui", "Rui", PASSWORD, now=MONDAY_NINE)
    client = Client(headers={"accept-language": "en"})
    answer = client.post("/sign-in/", {"login": "rui", "password": PASSWORD})
    assert answer["Location"] == "/"
    for path in ("/", "/held/", "/cases/VB-2026-0001/", "/account/", "/account/password/"):
        assert client.get(path)["Location"] == "/account/codes/", path

    page = client.get("/account/codes/").content.decode()
    assert "data:image/svg+xml;base64," in page
    secret = "".join(re.findall(r"<span>([A-Z2-7]{1,4})</span>", page))
    assert len(secret) == 32
    again = client.get("/account/codes/").content.decode()
    assert "".join(re.findall(r"<span>([A-Z2-7]{1,4})</span>", again)) == secret  # a reload does not change it
    assert client.post("/account/codes/", {"code": "000000"}).status_code == 200
    done = client.post("/account/codes/", {"code": code_for(secret)})
    assert done["Location"] == "/account/recovery-codes/"
    codes = re.findall(r"<li>(\d{4}) (\d{4})</li>", client.get("/account/recovery-codes/").content.decode())
    assert len(codes) == 10
    assert client.get("/").status_code == 200
    assert kinds() == ["handler.added", "handler.signed-in", "handler.code-enrolled"]

    other = Client()
    other.post("/sign-in/", {"login": "rui", "password": PASSWORD})
    other.post("/sign-in/code/", {"code": code_for(secret)})
    assert other.get("/").status_code == 302  # the code that was typed at the enrolment is spent
    other.post("/sign-in/code/", {"code": "".join(codes[0])})
    assert other.get("/").status_code == 200


def test_no_secret_lies_in_the_database(desk_house):
    """Neither while it is shown, nor once it is in use."""
    accounts.create_handler("rui", "Rui", PASSWORD, now=MONDAY_NINE)
    client = Client()
    client.post("/sign-in/", {"login": "rui", "password": PASSWORD})
    page = client.get("/account/codes/").content.decode()
    secret = "".join(re.findall(r"<span>([A-Z2-7]{1,4})</span>", page))
    assert secret and not _found_in_database(secret)
    client.post("/account/codes/", {"code": code_for(secret)})
    shown = re.findall(r"<li>(\d{4}) (\d{4})</li>", client.get("/account/recovery-codes/").content.decode())
    for word in (secret, "".join(shown[0]), PASSWORD):
        assert not _found_in_database(word)
    seed = codes.open_secret(Authenticator.objects.get(type="recovery_codes").data["seed"])
    assert not _found_in_database(seed)


def _found_in_database(word: str) -> bool:
    """Whether ``word`` stands in any row, sessions taken apart."""
    sessions = " ".join(str(session.get_decoded()) for session in Session.objects.all())
    dump = "\n".join(connection.connection.iterdump())
    return word in sessions or word in dump


def test_no_door_is_open_that_we_did_not_open(desk_house):
    client = Client()
    for path in ("/signup/", "/accounts/signup/", "/password/reset/", "/email/", "/sign-in/code/confirm/"):
        assert client.get(path).status_code == 404, path


def test_one_changes_ones_own_password(desk):
    again = "vier blauwe stoelen dansen"
    answer = desk.post("/account/password/", oldpassword=PASSWORD, password1=again, password2=again)
    assert answer.status_code == 302
    assert desk.get("/").status_code == 200
    assert kinds()[-1] == "handler.password-set"
    assert [entry.by for entry in log.read(log.HOUSE)][-1] == "handler:hanna"


def test_a_weak_password_is_refused_in_the_readers_language(desk, dutch):
    page = desk.client.post(
        "/account/password/?lang=nl", {"oldpassword": PASSWORD, "password1": "kort", "password2": "kort"}
    ).content.decode()
    assert "12 tekens" in page


def test_another_app_starts_the_enrolment_anew(desk, hanna):
    assert desk.get("/account/codes/remove/")["Location"].startswith("/account/once-more/")
    desk.post("/account/once-more/", password=PASSWORD)
    desk.post("/account/codes/remove/")
    assert desk.get("/")["Location"] == "/account/codes/"
    assert kinds()[-1] == "handler.code-removed"


def test_signing_out_ends_it(desk):
    desk.post("/sign-out/")
    assert desk.get("/").status_code == 302


def test_a_disabled_handler_is_out_at_once(desk):
    accounts.disable("hanna", now=MONDAY_NINE)
    assert desk.get("/").status_code == 302
    client = Client()
    client.post("/sign-in/", {"login": "hanna", "password": PASSWORD})
    assert client.get("/").status_code == 302
    accounts.enable("hanna", now=MONDAY_NINE)
    assert [handler.active for handler in accounts.list_handlers()] == [True]


@pytest.mark.parametrize("username", ["Hanna", "h", "hanna van dam", "1hanna", "hanna\n", "h" * 41, "hanna/../x"])
def test_a_user_name_must_be_plain(desk_house, username):
    with pytest.raises(BadHandler):
        accounts.create_handler(username, "Hanna", PASSWORD, now=MONDAY_NINE)
    assert accounts.list_handlers() == ()


def test_one_name_one_handler(hanna):
    with pytest.raises(HandlerExists):
        accounts.create_handler("hanna", "Another", PASSWORD, now=MONDAY_NINE)


def test_nobody_by_that_name(desk_house):
    for act in (accounts.disable, accounts.enrol_totp, links.one_time_link):
        with pytest.raises(NoSuchHandler):
            act("nobody", now=MONDAY_NINE)


def test_a_switch_keeps_the_page_and_is_remembered(desk, dutch):
    page = desk.text("/held/", lang="nl")
    assert '<html lang="nl">' in page and "Er zijn geen aangehouden brieven." in page
    assert 'hreflang="en">English</a>' in page
    assert '<html lang="nl">' in desk.text("/")
    assert '<html lang="en">' in desk.text("/", lang="en")
    assert '<html lang="en">' in desk.text("/", lang="xx")


def test_tries_that_fail_are_told_once_an_hour(hanna):
    with time_machine.travel(MONDAY_NINE, tick=False):
        client = Client()
        for login in ("hanna", "hanna", "nobody"):
            client.post("/sign-in/", {"login": login, "password": "wrong"})
    with time_machine.travel(MONDAY_NINE + timedelta(minutes=61), tick=False):
        client.post("/sign-in/", {"login": "hanna", "password": PASSWORD})
        client.post("/sign-in/code/", {"code": "000000"})
    told = [entry for entry in log.read(log.HOUSE) if entry.kind == "handler.sign-in-failed"]
    assert [entry.facts["username"] for entry in told] == ["hanna", "hanna"]
    assert {entry.by for entry in told} == {"machine:desk"}
