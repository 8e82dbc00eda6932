"""The page on which everybody says how they want to hear of things."""

import re
from dataclasses import replace

import pytest
import time_machine
from django.conf import settings as live
from tests.cast import DAY, MONDAY_NINE

from meldpunt.ground.values import Actor, Role
from meldpunt.notices import queries
from meldpunt.notices.models import Hook, Notice
from meldpunt.notices.rules import Form, How
from meldpunt.promises import colleagues
from meldpunt.vault import keyring, openpgp

HANNA = Actor(Role.HANDLER, "hanna")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY_NINE + DAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def calls(settings, desk_house):
    settings.CONFIG = replace(live.CONFIG, webhooks="public")
    keyring.hooks(desk_house.folder, "hooks")


def test_one_says_how_often_and_when_not(desk):
    page = desk.text("/notices/")
    assert "Only what is due" in page and re.search(r'value="due" checked', page)
    answer = desk.post("/notices/wish/", how="daily", since="18:00", until="08:00", by_mail="on", key="")
    assert answer["Location"] == "/notices/"
    own = queries.own(HANNA)
    assert (own.wish.how, own.wish.quiet.since.hour, own.by_mail) == (How.DAILY, 18, True)
    page = desk.text("/notices/")
    assert re.search(r'value="daily" checked', page) and 'value="18:00"' in page


def test_what_was_typed_wrongly_stays(desk):
    answer = desk.post("/notices/wish/", how="at-once", since="18:00", until="", key="my key")
    page = answer.content.decode()
    assert answer.status_code == 400 and "This is not an OpenPGP key" not in page
    assert "Write both hours" in page and "my key" in page and re.search(r'value="at-once" checked', page)
    answer = desk.post("/notices/wish/", how="at-once", key="my key")
    assert answer.status_code == 400 and "my key" in answer.content.decode()


def test_a_key_is_shown_by_its_fingerprint(desk):
    key = openpgp.public_copy(openpgp.make_key("Hanna", "hanna@voorbeeldstad.example"), expires=None)
    desk.post("/notices/wish/", how="due", by_mail="on", key=openpgp.armor(key))
    assert openpgp.read_keys(key)[0].fingerprint in desk.text("/notices/")
    desk.post("/notices/wish/", how="at-once", by_mail="on", key=queries.own(HANNA).key)
    assert queries.own(HANNA).fingerprint, "what the page shows can be kept as it is"


def test_a_webhook_its_secret_once_and_never_its_address(desk, calls):
    answer = desk.post("/notices/webhook/", form="mattermost", url="https://chat.example/hooks/canary")
    page = answer.content.decode()
    assert answer.status_code == 200 and "whsec_" in page and "canary" not in page
    page = desk.text("/notices/")
    assert "whsec_" not in page and "canary" not in page and "Not called yet." in page
    assert queries.own(HANNA).hook.form is Form.MATTERMOST
    assert desk.post("/notices/webhook/try/").status_code == 302
    assert Notice.objects.get().what == "test"
    Hook.objects.update(failing_since=MONDAY_NINE, why="http-403", failures=2)
    assert "it answered 403" in desk.text("/notices/")
    assert desk.post("/notices/webhook/remove/").status_code == 302
    assert not Hook.objects.exists() and desk.post("/notices/webhook/try/").status_code == 400


def test_a_wrong_address_is_told_and_stays_typed(desk, calls):
    answer = desk.post("/notices/webhook/", form="slack", url="http://chat.example/x")
    assert answer.status_code == 400 and "begins with https://" in answer.content.decode()
    assert "http://chat.example/x" in answer.content.decode()


def test_where_webhooks_are_off_the_page_says_so(desk):
    assert "has switched webhooks off" in desk.text("/notices/")
    assert desk.post("/notices/webhook/", form="slack", url="https://chat.example/x").status_code == 400


def test_nobody_acts_for_another(desk, calls):
    desk.post("/notices/wish/", how="daily", name="imran", username="imran")
    desk.post("/notices/webhook/", form="slack", url="https://chat.example/x", name="imran")
    imran = queries.own(Actor(Role.HANDLER, "imran"))
    assert imran.wish.how is How.DUE and imran.hook is None and colleagues.everybody() == {}


def test_the_page_asks_little_of_the_database(desk, calls, django_assert_max_num_queries):
    desk.post("/notices/webhook/", form="slack", url="https://chat.example/x")
    with django_assert_max_num_queries(14):
        desk.text("/notices/")
