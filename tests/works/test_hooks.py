"""Webhooks are called: signed, without content, again when nobody took it, and never where they may not go."""

import base64
import hashlib
import hmac
import json
import sqlite3
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from tests.cast import BASE, HANNA, MONDAY_NINE, OPERATOR
from tests.works.directory import Authority
from tests.works.engines import environ_for, until
from tests.works.receiver import receiver, until_called

from meldpunt.cases import people
from meldpunt.ground.values import Role
from meldpunt.ledger import log
from meldpunt.notices import commands, queries
from meldpunt.notices.models import Hook, Notice
from meldpunt.notices.rules import Form, How, What, Wish
from meldpunt.promises import colleagues
from meldpunt.site import doctor
from meldpunt.site.config import Config
from meldpunt.vault import keyring
from meldpunt.vault.errors import NoSuchKey
from meldpunt.works import hookcall, hooks, narrow
from meldpunt.works.followers import catch_up
from meldpunt.works.hookcall import Caller
from meldpunt.works.narrow import NoSuchHost, NotPublic

DESK = "https://desk.voorbeeldstad.example"
URL = "https://chat.example/hooks/abc?channel=1"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def chat(authority):
    with receiver(authority) as one:
        yield one


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY_NINE, tick=False) as traveller:
        yield traveller


class Calling:
    """The process that calls, a turn at a time."""

    def __init__(self, house, authority, chat):
        self.key = keyring.hooks(house.folder, "hooks")
        self.house, self.caller = house, Caller(lambda host, port: [chat.endpoint], authority.trusting())

    def turn(self):
        catch_up()
        return hooks.turn(self.caller.call, self.key, DESK)

    def set(self, form=Form.PLAIN, url=URL):
        keys = keyring.public(self.house.folder)
        return commands.set_hook("hanna", form, url, keys=keys, by=HANNA, now=MONDAY_NINE).secret


@pytest.fixture
def calling(house, authority, chat, clock):
    for name in ("hanna", "piet"):
        people.set_roles(name, [Role.HANDLER], by=OPERATOR, now=MONDAY_NINE)
    commands.wish("hanna", Wish(How.AT_ONCE), True, b"", by=HANNA, now=MONDAY_NINE)
    return Calling(house, authority, chat)


def test_a_new_report_is_told_signed_and_without_a_word_of_it(house, calling, chat):
    secret = calling.set()
    ref = house.a_case("A canary sings in this report.")
    assert calling.turn() == 1
    [(path, headers, body)] = chat.calls
    assert path == "/hooks/abc?channel=1" and headers["Content-Type"] == "application/json"
    said = json.loads(body)
    assert (said["type"], said["timestamp"]) == ("meldpunt.notices", "2026-03-02T08:00:00Z")
    [notice] = said["data"]["notices"]
    assert (notice["what"], notice["case"], notice["page"]) == ("case", ref, f"{DESK}/cases/{ref}/")
    assert b"canary" not in body and b"achtuil" not in body
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(right).decode()}"
    assert headers["webhook-timestamp"] == str(int(MONDAY_NINE.timestamp()))
    assert calling.turn() == 0 and not Notice.objects.exists(), "once"
    assert queries.own(HANNA).hook.called_at == MONDAY_NINE


@pytest.mark.parametrize(
    ("form", "names"),
    [(Form.MATTERMOST, {"text", "username"}), (Form.SLACK, {"text"}), (Form.MATRIX, {"text", "username"})],
)
def test_chat_programs_get_words(house, calling, chat, form, names):
    calling.set(form)
    colleagues.set_address("hanna", "", "en", by=HANNA, now=MONDAY_NINE)
    ref = house.a_case()
    calling.turn()
    [said] = chat.said
    assert set(said) == names
    assert said["text"] == f"Meldpunt: something new at the desk\n\n{ref}: a new report\n{DESK}/cases/{ref}/"


def test_what_is_due_is_told_to_who_asked_for_nothing_else(house, calling, chat, clock):
    from meldpunt.notices.reminding import remind
    from meldpunt.works.tick import TICK

    commands.wish("hanna", Wish(How.DUE), True, b"", by=HANNA, now=MONDAY_NINE)
    calling.set()
    house.a_case()
    assert calling.turn() == 0
    due = MONDAY_NINE + timedelta(days=2)  # Wednesday, the working day before
    clock.move_to(due)
    catch_up()
    assert remind(by=TICK, now=due) == 1
    calling.turn()
    [notice] = chat.said[0]["data"]["notices"]
    assert (notice["what"], notice["promise"], notice["due_on"]) == ("due-soon", "assessment", "2026-03-05")


def test_trouble_is_tried_again_and_said(house, calling, chat, clock):
    calling.set()
    house.a_case()
    chat.answers = [500, 204]
    assert calling.turn() == 1 and calling.turn() == 0, "not at once"
    assert (queries.own(HANNA).hook.why, queries.own(HANNA).hook.failing_since) == ("http-500", MONDAY_NINE)
    finding = next(doctor._webhooks(Config(house.folder, webhooks="near")))
    assert finding.state == "warn" and "http-500" in finding.found and "hanna" in finding.found
    clock.shift(timedelta(seconds=30))
    assert calling.turn() == 1
    first, second = (headers for _, headers, _ in chat.calls)
    assert first["webhook-id"] == second["webhook-id"], "who takes it twice can tell"
    assert queries.own(HANNA).hook.why == ""
    assert next(doctor._webhooks(Config(house.folder, webhooks="near"))).state == "ok"


@pytest.mark.parametrize(
    ("status", "why"), [(301, "redirect"), (307, "redirect"), (404, "http-404"), (429, "http-429")]
)
def test_answers_that_are_no_yes(house, calling, chat, status, why):
    calling.set()
    house.a_case()
    chat.answers = [status]
    calling.turn()
    assert len(chat.calls) == 1, "no redirect is followed"
    assert queries.own(HANNA).hook.why == why and Notice.objects.exists()


def test_after_days_it_is_called_no_more(house, calling, chat, clock):
    calling.set()
    house.a_case()
    chat.answers = [500]
    for _ in range(40):
        calling.turn()
        clock.shift(timedelta(hours=6))
    assert queries.own(HANNA).hook.stopped and not Notice.objects.exists()
    assert 10 < len(chat.calls) < 25
    assert [one.facts["why"] for one in log.read(log.HOUSE) if one.kind == "hook.stopped"] == ["http-500"]
    calling.set()
    assert not queries.own(HANNA).hook.stopped, "until it is set anew"


def test_a_webhook_that_is_gone_is_left_at_once(house, calling, chat):
    calling.set()
    house.a_case()
    chat.answers = [410]
    calling.turn()
    assert queries.own(HANNA).hook.stopped


def test_a_slow_one_holds_up_no_other(house, calling, chat, authority, monkeypatch):
    """Two webhooks, one of a server that does not answer: the other's call is home before the slow one's time is up."""
    monkeypatch.setattr(hookcall, "TOTAL", 1.0)
    with receiver(authority, "slow.example") as slow:
        slow.waits = 30.0
        where = {"chat.example": chat.endpoint, "slow.example": slow.endpoint}
        caller = Caller(lambda host, port: [where[host]], authority.trusting())
        keys = keyring.public(house.folder)
        commands.wish("piet", Wish(How.AT_ONCE), True, b"", by=HANNA, now=MONDAY_NINE)
        commands.set_hook("hanna", Form.PLAIN, "https://slow.example/", keys=keys, by=HANNA, now=MONDAY_NINE)
        commands.set_hook("piet", Form.PLAIN, "https://chat.example/", keys=keys, by=HANNA, now=MONDAY_NINE)
        house.a_case()
        catch_up()
        assert hooks.turn(caller.call, calling.key, DESK) == 2
    assert {row.name: row.why for row in Hook.objects.all()} == {"hanna": "too-slow", "piet": ""}


def call_of(house, key, url=URL):
    keys = keyring.public(house.folder)
    commands.set_hook("hanna", Form.PLAIN, url, keys=keys, by=HANNA, now=MONDAY_NINE)
    Notice.objects.create(person="hanna", what=What.TEST, at=MONDAY_NINE, hook_at=MONDAY_NINE)
    from meldpunt.notices import calling

    return calling.prepared("hanna", key, DESK, MONDAY_NINE)


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (NoSuchHost(), "no-host"),
        (NotPublic(), "not-public"),
        (OSError("x"), "unreachable"),
        (TimeoutError(), "too-slow"),
    ],
)
def test_where_nobody_can_call(house, calling, authority, trouble, why):
    def nowhere(host, port):
        raise trouble

    assert Caller(nowhere, authority.trusting()).call(call_of(house, calling.key)) == why


def test_a_certificate_of_another_name_hears_nothing(house, calling, chat, authority):
    call = call_of(house, calling.key, "https://other.example/")
    assert calling.caller.call(call) == "certificate" and chat.calls == []
    untrusting = Caller(lambda host, port: [chat.endpoint])
    assert untrusting.call(call_of(house, calling.key)) == "certificate" and chat.calls == []


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0x7f.1/"])
def test_this_machine_is_called_only_when_the_operator_said_so(house, calling, chat, authority, url):
    resolve = partial(narrow.resolve, allowed=hooks.ALLOWED["public"])
    assert Caller(resolve, authority.trusting()).call(call_of(house, calling.key, url)) in ("not-public", "no-host")


@pytest.mark.parametrize(
    ("address", "near"),
    [
        *((one, True) for one in ("127.0.0.1", "::1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "fd12::1", "1.1.1.1")),
        *((one, False) for one in ("169.254.169.254", "fe80::1", "fd00:ec2::254", "0.0.0.0", "224.0.0.1", "::")),
        *((one, False) for one in ("168.63.129.16", "100.100.100.200", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe")),
    ],
)
def test_what_is_near(address, near):
    assert narrow.is_near(address) is near


def test_the_key_is_for_the_process_that_calls_and_opens_nothing_else(house):
    keyring.hooks(house.folder, "hooks")
    for role in ("desk", "portal", "tick", "post", "keyfinder"):
        with pytest.raises(NoSuchKey):
            keyring.hooks(house.folder, role)
    for load in (keyring.vault, keyring.outbox, keyring.finder):
        with pytest.raises(NoSuchKey):
            load(house.folder, "hooks")


@pytest.mark.real
def test_the_real_process_calls_a_real_server(folder, start, authority, tmp_path):
    """From the key that it makes at its first start to a call over HTTPS on this machine."""
    trusted = tmp_path / "authority.pem"
    trusted.write_text(authority.pem)
    environ = environ_for(folder, webhooks="near", desk_url=DESK, public_url=BASE)
    engine = start({**environ, "SSL_CERT_FILE": str(trusted)}, "meldpunt.works.hooks")
    until((folder / "keys" / "hooks.pub").exists)
    with receiver(authority, "localhost") as chat:
        url = f"https://localhost:{chat.endpoint[1]}/hook"
        give_work(folder, keyring.public(folder), url)
        until_called(chat)
        [notice] = chat.said[0]["data"]["notices"]
        assert (notice["what"], notice["page"]) == ("test", f"{DESK}/")
    assert "localhost" not in engine.said


def give_work(folder, keys, url):
    """A webhook and a notice, as the desk would write them."""
    from meldpunt.vault import sealing

    sealed = sealing.seal(keys.hooks, json.dumps({"url": url, "secret": "00" * 32}).encode(), "hook|hanna")
    moment = "2026-03-02 08:00:00"
    database = sqlite3.connect(folder / "meldpunt.sqlite3", timeout=30)
    with database:
        database.execute(
            "INSERT INTO notices_hook (name, form, sealed, set_at, next_at, failures, why)"
            " VALUES ('hanna', 'plain', ?, ?, ?, 0, '')",
            (sealed, moment, moment),
        )
        database.execute(
            'INSERT INTO notices_notice (person, what, "case", promise, exact, at, hook_at)'
            " VALUES ('hanna', 'test', '', '', 0, ?, ?)",
            (moment, moment),
        )
    database.close()


def test_off_means_off(folder, start):
    engine = start(environ_for(folder), "meldpunt.works.hooks")
    assert engine.ends() == 0 and "webhooks is off" in engine.said
