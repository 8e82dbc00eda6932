"""Passkeys: several, named, removable; one alone signs in; nothing but the right answer to our own question does."""

import dataclasses
import json

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import MONDAY_NINE
from tests.desk.authenticator import PRESENT, Device
from tests.desk.conftest import PASSWORD, sign_in

from meldpunt.desk import accounts, passkeys
from meldpunt.desk.errors import BadPasskey
from meldpunt.ledger import log

HOST = {"host": "localhost:8081", "accept-language": "en"}


@pytest.fixture
def client(desk_house):
    return Client(headers=HOST)


@pytest.fixture
def rui(client):
    """Signed in with a password, without a second factor yet."""
    accounts.create_handler("rui", "Rui", PASSWORD, now=MONDAY_NINE)
    client.post("/sign-in/", {"login": "rui", "password": PASSWORD})
    return client


def enrol(client, device, name="phone"):
    asked = client.post("/account/passkeys/new/question/").json()
    return client.post("/account/passkeys/new/", {"name": name, "credential": device.make(asked)})


def enter(device, client=None, **fields):
    client = client or Client(headers=HOST)
    asked = client.post("/sign-in/passkey/question/").json()
    return client, client.post("/sign-in/passkey/", {"credential": device.show(asked), **fields})


def kinds():
    return [entry.kind for entry in log.read(log.HOUSE) if entry.kind.startswith("handler.")]


def test_a_passkey_stands_in_for_the_codes(rui):
    assert "/account/passkeys/new/" in rui.get("/account/codes/").content.decode()
    device = Device()
    assert enrol(rui, device)["Location"] == "/account/recovery-codes/"  # with the password they still help
    assert rui.get("/").status_code == 200
    assert kinds() == ["handler.added", "handler.signed-in", "handler.passkey-enrolled"]
    other, answer = enter(device, next="/held/")
    ways = [entry.facts["way"] for entry in log.read(log.HOUSE) if entry.kind == "handler.signed-in"]
    assert ways == ["password", "passkey"]
    assert answer["Location"] == "/held/"
    assert other.get("/").status_code == 200


def test_several_with_names_each_removable(desk, hanna):
    client = desk.client
    client.defaults["HTTP_HOST"] = HOST["host"]
    assert client.get("/account/passkeys/new/")["Location"].startswith("/account/once-more/")
    client.post("/account/once-more/", {"password": PASSWORD})
    phone, key = Device(), Device(counts=True)
    assert enrol(client, phone, "  my\n phone ")["Location"] == "/account/"
    enrol(client, key, "blue <key>")
    page = client.get("/account/").content.decode()
    assert "my phone" in page and "blue &lt;key&gt;" in page
    mine = {one.name: one.id for one in passkeys.of(Authenticator.objects.first().user_id)}
    client.post(f"/account/passkeys/{mine['my phone']}/", {"name": "old phone"})
    assert "old phone" in client.get("/account/").content.decode()
    client.post(f"/account/passkeys/{mine['my phone']}/", {"remove": "yes"})
    assert kinds()[-1] == "handler.passkey-removed"
    assert enter(phone)[1].status_code == 400
    assert enter(key)[1].status_code == 302
    assert [one.passkeys for one in accounts.list_handlers()] == [1]


def test_password_and_code_go_on_working_beside_it(desk, hanna):
    client = desk.client
    client.defaults["HTTP_HOST"] = HOST["host"]
    client.post("/account/once-more/", {"password": PASSWORD})
    enrol(client, Device())
    other = Client(headers=HOST)
    sign_in(other, "hanna", hanna.secret, step=1)
    assert other.get("/").status_code == 200


def test_who_has_only_a_passkey_needs_it_after_the_password(rui):
    enrol(rui, Device())
    other = Client(headers=HOST)
    assert other.post("/sign-in/", {"login": "rui", "password": PASSWORD})["Location"] == "/sign-in/code/"
    assert 'data-passkey="old"' in other.get("/sign-in/code/").content.decode()
    assert other.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    assert other.get("/")["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "http://localhost:8082"},
        {"origin": "https://localhost:8081"},
        {"origin": "http://evil.example"},
        {"domain": "evil.example"},
        {"flags": PRESENT},  # nobody proved to be its owner
        {"flags": 0},
        {"handle": b"x" * 16},
    ],
)
def test_an_answer_that_is_not_for_us_or_not_by_its_owner_opens_nothing(rui, lie):
    device = Device()
    enrol(rui, device)
    client, answer = enter(dataclasses.replace(device, **lie))
    assert answer.status_code == 400
    assert client.get("/")["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("lie", [{"origin": "http://evil.example"}, {"domain": "evil.example"}, {"flags": PRESENT}])
def test_a_passkey_made_elsewhere_is_not_kept(rui, lie):
    assert enrol(rui, Device(**lie)).status_code == 400
    assert not Authenticator.objects.exists()


def test_another_key_with_the_same_number_opens_nothing(rui):
    device = Device()
    enrol(rui, device)
    assert enter(dataclasses.replace(device, private=Device().private))[1].status_code == 400
    assert enter(Device(handle=device.handle))[1].status_code == 400


def test_a_question_is_answered_once_by_who_was_asked_and_soon(rui):
    device = Device()
    enrol(rui, device)
    client = Client(headers=HOST)
    answer = device.show(client.post("/sign-in/passkey/question/").json())
    assert Client(headers=HOST).post("/sign-in/passkey/", {"credential": answer}).status_code == 400
    session = {}
    asked = passkeys.ask(session, now=MONDAY_NINE)
    late = dict(session)
    assert passkeys.recognise(device.show(asked), session, now=MONDAY_NINE).user.username == "rui"
    with pytest.raises(BadPasskey):
        passkeys.recognise(device.show(asked), session, now=MONDAY_NINE)
    with pytest.raises(BadPasskey):
        passkeys.recognise(device.show(asked), late, now=MONDAY_NINE + passkeys.ANSWER_WITHIN * 1.01)


def test_a_question_for_a_new_passkey_signs_nobody_in(rui):
    device = Device()
    enrol(rui, device)
    asked = rui.post("/account/passkeys/new/question/").json()
    assert rui.post("/sign-in/passkey/", {"credential": device.show(asked)}).status_code == 400


def test_a_copy_of_a_device_that_counts_is_seen(rui):
    device = Device(counts=True)
    enrol(rui, device)
    copy = dataclasses.replace(device)
    assert enter(device)[1].status_code == 302
    assert enter(device)[1].status_code == 302
    assert enter(copy)[1].status_code == 400


def test_a_disabled_handler_does_not_come_in(rui):
    device = Device()
    enrol(rui, device)
    accounts.disable("rui", now=MONDAY_NINE)
    client, answer = enter(device)
    assert answer["Location"] == "/account/disabled/"
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_anothers_passkey_is_not_there(desk, rui):
    enrol(rui, Device())
    theirs = Authenticator.objects.get(type="webauthn").pk
    desk.post("/account/once-more/", password=PASSWORD)
    assert desk.get(f"/account/passkeys/{theirs}/").status_code == 404
    assert desk.post(f"/account/passkeys/{theirs}/", remove="yes").status_code == 404
    assert Authenticator.objects.filter(pk=theirs).exists()


def test_it_says_that_it_is_still_you(rui):
    device = Device()
    enrol(rui, device)
    client, _ = enter(device)
    assert client.get("/account/passkeys/new/")["Location"].startswith("/account/once-more/")
    assert client.get("/account/once-more/passkey/").status_code == 200
    stranger = Device()
    for shown in (stranger, device):
        asked = client.post("/sign-in/passkey/question/").json()
        fields = {"credential": shown.show(asked), "next": "/account/passkeys/new/"}
        answer = client.post("/account/once-more/passkey/", fields)
        assert answer.status_code == (200 if shown is stranger else 302)
    assert client.get("/account/passkeys/new/").status_code == 200


def test_the_last_way_in_is_not_removed(rui):
    enrol(rui, Device())
    row = Authenticator.objects.get(type="webauthn")
    row.user.set_password(None)
    row.user.save()
    rui.force_login(row.user)
    session = rui.session
    session.save()
    with pytest.raises(passkeys.LastPasskey):
        passkeys.remove(row.user, row.pk, by=accounts.as_handler(row.user), now=MONDAY_NINE)


def test_what_lies_in_the_database_opens_nothing(rui):
    """A public key, a number and a name: and what the device calls us names nobody."""
    device = Device()
    enrol(rui, device)
    dump = "\n".join(connection.connection.iterdump())
    assert str(device.private.private_numbers().private_value) not in dump
    assert b"rui" not in device.handle and len(device.handle) == 16


@pytest.mark.django_db
@given(
    st.one_of(
        st.text(max_size=200),
        st.recursive(
            st.none() | st.text() | st.integers(),
            lambda x: (
                st.lists(x)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "id",
                            "rawId",
                            "response",
                            "type",
                            "clientDataJSON",
                            "authenticatorData",
                            "signature",
                            "attestationObject",
                        ]
                    ),
                    x,
                )
            ),
            max_leaves=12,
        ).map(json.dumps),
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_stranger_sends_is_a_refusal(desk_house, words):
    session = {}
    passkeys.ask(session, now=MONDAY_NINE)
    with pytest.raises(BadPasskey):
        passkeys.recognise(words, session, now=MONDAY_NINE)


def test_at_a_bare_number_none_are_offered(desk_house):
    page = Client(headers={"host": "127.0.0.1:8081"}).get("/sign-in/").content.decode()
    assert "data-passkey" not in page
    assert "data-passkey" in Client(headers=HOST).get("/sign-in/").content.decode()
    assert django_settings.CONFIG.passkeys == ("localhost", "http://localhost:8081")
