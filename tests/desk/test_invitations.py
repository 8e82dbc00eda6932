"""An administrator invites a colleague: a link that is shown once, listed while open, and can be withdrawn."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from tests.cast import MONDAY_NINE
from tests.desk.authenticator import Device
from tests.desk.conftest import PASSWORD, code_for

from meldpunt.desk import accounts, links, roles
from meldpunt.ground.values import Role
from meldpunt.ledger import log

HOST = {"host": "localhost:8081", "accept-language": "en"}
RUI = {"name": "Rui", "username": "rui", "roles": ["handler", "privacy-officer"]}


def invite(desk, **changes):
    return desk.client.post("/invitations/", {**RUI, **changes})


def link_in(answer):
    return urlsplit(re.search(r"<output>([^<]+)</output>", answer.content.decode())[1]).path


def kinds():
    return [entry.kind for entry in log.read(log.HOUSE) if entry.kind.startswith("handler.")]


def test_a_link_is_shown_once_and_listed_while_it_is_open(desk):
    answer = invite(desk)
    path = link_in(answer)
    page = desk.text("/invitations/")
    assert path not in page and "rui" in page and "made by" in page
    assert [one.roles for one in accounts.list_handlers() if one.username == "rui"] == [
        (Role.HANDLER, Role.PRIVACY_OFFICER)
    ]
    client = Client(headers={"accept-language": "en"})
    assert client.post(path, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 200
    client.post("/sign-in/", {"login": "rui", "password": PASSWORD})
    secret = "".join(re.findall(r"<span>([A-Z2-7]{1,4})</span>", client.get("/account/codes/").content.decode()))
    assert client.post("/account/codes/", {"code": code_for(secret)}).status_code == 302
    assert client.get("/").status_code == 200
    assert "No link is open." in desk.text("/invitations/")
    told = kinds()
    assert told[told.index("handler.link-issued") :] == [
        "handler.link-issued",
        "handler.password-set",
        "handler.signed-in",
        "handler.code-enrolled",
    ]


def test_it_is_taken_up_with_a_passkey_alone(desk):
    path = link_in(invite(desk))
    client, device = Client(headers=HOST), Device()
    assert 'data-passkey="new"' in client.get(path).content.decode()
    wrong = Device(origin="https://evil.example").make(client.post(f"{path}passkey/question/").json())
    assert client.post(f"{path}passkey/", {"credential": wrong}).status_code == 400
    assert client.get(path).status_code == 200  # still open
    made = device.make(client.post(f"{path}passkey/question/").json())
    assert client.post(f"{path}passkey/", {"credential": made})["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.get(path).status_code == 404
    assert "Change it" not in client.get("/account/").content.decode()  # there is no password


def test_a_withdrawn_link_is_dead(desk):
    path = link_in(invite(desk))
    assert desk.post("/invitations/rui/withdraw/").status_code == 302
    assert Client().get(path).status_code == 404
    assert kinds()[-1] == "handler.link-withdrawn"
    assert desk.post("/invitations/rui/withdraw/").status_code == 404


def test_a_newer_link_kills_the_one_before(desk):
    first = link_in(invite(desk))
    with time_machine.travel(timedelta(seconds=2)):
        second = link_in(desk.post("/invitations/rui/anew/"))
        assert Client().get(first).status_code == 404
        assert Client().get(second).status_code == 200


def test_taking_up_a_link_leaves_nothing_of_before(desk, hanna):
    """Whoever has lost something gets in with what they make now, and with nothing else."""
    path = link_in(desk.post("/invitations/hanna/anew/"))
    client = Client(headers=HOST)
    made = Device().make(client.post(f"{path}passkey/question/").json())
    client.post(f"{path}passkey/", {"credential": made})
    assert desk.get("/").status_code == 302
    Client().post("/sign-in/", {"login": "hanna", "password": PASSWORD})
    other = Client()
    assert other.post("/sign-in/", {"login": "hanna", "password": PASSWORD}).status_code == 200
    assert accounts.list_handlers()[0].has_code is False


def test_an_administrator_signs_somebody_out(desk):
    accounts.create_handler("rui", "Rui", PASSWORD, now=MONDAY_NINE)
    rui = Client()
    rui.post("/sign-in/", {"login": "rui", "password": PASSWORD})
    assert rui.get("/")["Location"] == "/account/codes/"
    assert desk.post("/invitations/rui/sign-out/").status_code == 302
    assert rui.get("/")["Location"].startswith("/sign-in/")
    assert desk.get("/").status_code == 200
    assert desk.post("/invitations/nobody/sign-out/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "Rui!"}, "A user name has 2 to 40 characters"),
        ({"username": "hanna"}, "There is a handler called hanna already."),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["king"]}, "Choose at least one role."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_will_not_do_is_said_and_nothing_is_made(desk, changes, sentence):
    answer = invite(desk, **changes)
    page = answer.content.decode()
    assert answer.status_code == 400 and sentence in page and "<output>" not in page
    assert [one.username for one in accounts.list_handlers()] == ["hanna"]


def test_only_an_administrator_may(desk):
    accounts.create_handler("boss", "Boss", as_what=[Role.ADMINISTRATOR], now=MONDAY_NINE)
    roles.set_roles("hanna", [Role.HANDLER], by=accounts.OPERATOR, now=MONDAY_NINE)
    for act in ("", "hanna/anew/", "hanna/withdraw/", "hanna/sign-out/"):
        assert desk.post(f"/invitations/{act}").status_code == 404, act
    assert desk.get("/invitations/").status_code == 404
    assert links.open_links(now=MONDAY_NINE) == ()
