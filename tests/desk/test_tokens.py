"""Tokens at the desk: shown once, listed, revoked, each for themselves."""

import re
from datetime import timedelta

import pytest
import time_machine
from tests.cast import DAY, MONDAY_NINE, OPERATOR
from tests.desk.conftest import PASSWORD

from meldpunt.desk import accounts
from meldpunt.ground.values import Actor, Role
from meldpunt.ledger import log
from meldpunt.tokens import commands, queries
from meldpunt.tokens.errors import NoToken
from meldpunt.tokens.models import Token
from meldpunt.tokens.rules import Scope
from meldpunt.works.followers import catch_up

NOW = MONDAY_NINE + DAY
IMRAN = Actor(Role.HANDLER, "imran")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def desk(desk):
    """Who has just shown once more who they are."""
    desk.post("/account/once-more/", password=PASSWORD)
    return desk


def test_who_was_away_for_a_while_shows_once_more_who_they_are(desk, clock):
    clock.shift(timedelta(minutes=11))
    assert desk.get("/tokens/")["Location"].startswith("/account/once-more/")
    answer = desk.post("/tokens/make/", label="My script", scope="act", days="30")
    assert answer["Location"] == "/tokens/?label=My+script&scope=act&days=30" and not Token.objects.exists()
    desk.post("/account/once-more/", password=PASSWORD)
    page = desk.text(answer["Location"])
    assert 'value="My script"' in page and re.search(r'value="act" checked', page), "what was typed is still there"


def test_a_token_is_shown_once(desk):
    answer = desk.post("/tokens/make/", label="  My   script ", scope="act", days="30")
    [secret] = re.findall(r"mpt_[\w-]{43}", answer.content.decode())
    page = desk.text("/tokens/")
    assert secret not in page and "My script" in page and "Never used." in page
    assert queries.bearer(secret, NOW).scope is Scope.ACT
    assert secret not in str(Token.objects.values()) and "My script" not in str(log.read(log.HOUSE))


def test_it_is_revoked_by_its_holder_and_nobody_else(desk):
    other = commands.make("Imran's", Scope.READ, 30, by=IMRAN, now=NOW)
    mine = commands.make("Mine", Scope.READ, 30, by=Actor(Role.HANDLER, "hanna"), now=NOW)
    assert "Imran" not in desk.text("/tokens/")
    assert desk.post(f"/tokens/{other.id}/revoke/").status_code == 404
    assert desk.post("/tokens/nonsense/revoke/").status_code == 404
    assert desk.post(f"/tokens/{mine.id}/revoke/")["Location"] == "/tokens/"
    assert queries.bearer(other.secret, NOW).holder == "imran"
    with pytest.raises(NoToken):
        queries.bearer(mine.secret, NOW)
    assert [one.kind for one in log.read(log.HOUSE)][-1] == "token.revoked"


@pytest.mark.parametrize(
    "fields",
    [
        {"label": " ", "days": "30"},
        {"label": "x" * 61, "days": "30"},
        {"label": "a\x1bb"},
        {"label": "x", "days": "9999"},
    ],
)
def test_what_cannot_be_is_told_and_stays_typed(desk, fields):
    answer = desk.post("/tokens/make/", **fields)
    assert answer.status_code == 400 and "mpt_" not in answer.content.decode()
    assert fields["label"].strip("\x1b ")[:5] in answer.content.decode() and not Token.objects.exists()


def test_who_may_not_sign_in_any_more_has_no_token(desk):
    made = commands.make("x", Scope.ACT, 365, by=Actor(Role.HANDLER, "hanna"), now=NOW)
    accounts.disable("hanna", now=NOW, by=OPERATOR)
    catch_up()
    with pytest.raises(NoToken):
        queries.bearer(made.secret, NOW)


def test_nobody_has_too_many(desk):
    for n in range(20):
        commands.make(f"{n}", Scope.READ, 30, by=Actor(Role.HANDLER, "hanna"), now=NOW)
    answer = desk.post("/tokens/make/", label="one more", days="30")
    assert answer.status_code == 400 and "You have 20 tokens" in answer.content.decode()
