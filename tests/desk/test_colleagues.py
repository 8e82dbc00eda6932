"""Colleagues at the desk and on the command line: addresses, absence, and who is reminded when."""

import re
from datetime import date

import pytest
import time_machine
from tests.cast import DAY, MONDAY_NINE, OPERATOR
from tests.desk.conftest import PASSWORD

from meldpunt.desk import accounts
from meldpunt.ledger import log
from meldpunt.promises import colleagues
from meldpunt.site import doctor


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY_NINE + DAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def imran(desk_house):
    accounts.create_handler("imran", "Imran Aziz", PASSWORD, now=MONDAY_NINE)
    colleagues.set_address("imran", "imran@voorbeeldstad.example", "nl", by=OPERATOR, now=MONDAY_NINE)


def me():
    return colleagues.everybody().get("hanna")


def test_everybody_keeps_their_own_address(desk, imran):
    page = desk.text("/colleagues/")
    assert "imran@voorbeeldstad.example" in page and "No address" in page
    answer = desk.post("/colleagues/address/", address=" hanna@voorbeeldstad.example ", language="en", name="imran")
    assert answer["Location"] == "/colleagues/"
    assert (me().address, me().language) == ("hanna@voorbeeldstad.example", "en")
    assert colleagues.everybody()["imran"].address == "imran@voorbeeldstad.example", "and nobody else's"
    page = desk.text("/colleagues/")
    assert "Hanna, Imran Aziz" in page and "No address" not in page
    assert "voorbeeldstad.example" not in str([entry.facts for entry in log.read(log.HOUSE)][-1])


def test_a_bad_address_is_told_and_stays_typed(desk):
    answer = desk.post("/colleagues/address/", address="hanna at home", language="nl")
    page = answer.content.decode()
    assert answer.status_code == 400
    field = re.search(r'<div class="field field--wrong"><label for="address">.*?</div>', page, re.DOTALL)[0]
    assert 'id="address-error" role="alert">That is not a mail address.' in field and 'value="hanna at home"' in field
    assert 'aria-describedby="address-hint address-error" aria-invalid="true"' in field
    assert me() is None


def test_absence_with_somebody_who_stands_in(desk, imran):
    desk.post("/colleagues/address/", address="hanna@voorbeeldstad.example", language="nl")
    assert desk.post("/colleagues/absence/", act="away", until="2026-03-13", cover="imran").status_code == 302
    assert (me().absent_until, me().cover) == (date(2026, 3, 13), "imran")
    page = desk.text("/colleagues/")
    assert "Away up to and with Friday 13 March 2026; Imran Aziz stands in." in page
    assert "Hanna, Imran" not in page, "who is away is not reminded"
    desk.post("/colleagues/absence/", act="back")
    assert me().absent_until is None and "I am back" not in desk.text("/colleagues/")


@pytest.mark.parametrize(
    ("until", "cover", "said"),
    [
        ("2026-03-02", "imran", "That day has passed already."),
        ("2026-03-13", "", "Say who stands in for you."),
        ("2026-03-13", "hanna", "Say who stands in for you."),
        ("2026-03-13", "nobody", "Say who stands in for you."),
        ("soon", "imran", "year-month-day"),
    ],
)
def test_an_absence_that_cannot_be_is_told(desk, imran, until, cover, said):
    answer = desk.post("/colleagues/absence/", act="away", until=until, cover=cover)
    page = answer.content.decode()
    assert answer.status_code == 400 and said in page and f'value="{until}"' in page
    assert me() is None


def test_it_says_when_nobody_can_be_reminded(desk):
    assert desk.text("/colleagues/").count("Nobody: there is no address to write to.") == 2
    (found,) = doctor._reminders(None)
    assert found.state == "warn" and "nobody" in found.found
    desk.post("/colleagues/address/", address="hanna@voorbeeldstad.example", language="nl")
    assert "Nobody: there" not in desk.text("/colleagues/")
    (found,) = doctor._reminders(None)
    assert (found.state, found.found) == ("ok", "hanna")
