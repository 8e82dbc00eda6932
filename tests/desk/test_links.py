"""The one-time link: sets a password and starts the enrolment, once, for a day."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from tests.cast import MONDAY_NINE
from tests.desk.conftest import PASSWORD

from meldpunt.desk import accounts, links
from meldpunt.ledger import log

NEW = "vier blauwe stoelen dansen"


def path_of(link: str) -> str:
    return urlsplit(link).path


@pytest.fixture
def link(desk_house):
    accounts.create_handler("rui", "Rui <b>", now=MONDAY_NINE)
    return path_of(links.one_time_link("rui", now=MONDAY_NINE))


def use(path, password=NEW, again=None, after=timedelta(minutes=5)):
    with time_machine.travel(MONDAY_NINE + after, tick=False):
        return Client().post(path, {"password1": password, "password2": password if again is None else again})


def look(path, after=timedelta(minutes=5)):
    with time_machine.travel(MONDAY_NINE + after, tick=False):
        return Client().get(path)


def test_it_sets_the_password_once(link):
    page = look(link)
    assert page.status_code == 200
    assert b"Rui &lt;b&gt;" in page.content
    assert use(link).status_code == 200
    assert Client().post("/sign-in/", {"login": "rui", "password": NEW})["Location"] == "/"
    assert use(link, "another long password").status_code == 404
    assert look(link).status_code == 404
    told = [entry.kind for entry in log.read(log.HOUSE)]
    assert told[-3:] == ["handler.link-issued", "handler.password-set", "handler.signed-in"]


def test_a_bad_password_leaves_it_usable(link):
    assert use(link, "kort").status_code == 400
    assert use(link, NEW, again="something else").status_code == 400
    assert use(link).status_code == 200


def test_after_a_day_it_is_dead(link):
    assert look(link, timedelta(hours=23)).status_code == 200
    assert look(link, timedelta(hours=25)).status_code == 404
    assert use(link, after=timedelta(hours=25)).status_code == 404


def test_what_is_not_quite_it_opens_nothing(link):
    _, _, username, until, mark, _ = link.split("/")
    for path in (
        f"/welcome/{username}/{int(until) + 1}/{mark}/",
        f"/welcome/{username}/{until}/{mark[:-1]}{'0' if mark[-1] != '0' else '1'}/",
        f"/welcome/hanna/{until}/{mark}/",
    ):
        assert look(path).status_code == 404, path
        assert use(path).status_code == 404, path


def test_lost_codes_are_set_up_anew(desk_house, hanna):
    link = path_of(links.one_time_link("hanna", now=MONDAY_NINE))
    assert use(link).status_code == 200
    client = Client()
    assert client.post("/sign-in/", {"login": "hanna", "password": PASSWORD}).status_code == 200
    assert client.post("/sign-in/", {"login": "hanna", "password": NEW})["Location"] == "/"
    assert client.get("/")["Location"] == "/account/codes/"


def test_any_change_of_the_account_makes_it_worthless(link):
    accounts.set_password("rui", NEW, now=MONDAY_NINE)
    assert look(link).status_code == 404
