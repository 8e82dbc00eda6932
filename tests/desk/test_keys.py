"""Single keys: what they belong to is on the page, and whoever wants none switches them off."""

import re
from datetime import timedelta

import pytest
import time_machine
from tests.cast import MONDAY_NINE


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY_NINE, tick=True):
        yield


def test_every_key_of_the_list_belongs_to_something(desk):
    ref = desk.house.a_case()
    listed = set(re.findall(r"<kbd>([a-z])</kbd>", desk.text("/keys/")))
    case = desk.text(f"/cases/{ref}/")
    assert set(re.findall(r'data-key="(.)"', case)) == listed - {
        "j",
        "k",
        "x",
        "z",
    }  # about rows, and about what was just sent
    assert re.search(r'<dialog[^>]*id="keys"', case)


def test_they_can_be_switched_off_and_on(desk):
    assert 'data-keys="on"' in desk.text("/")
    assert desk.post("/keys/", keys="off")["Location"] == "/keys/"
    assert 'data-keys="on"' not in desk.text("/")
    assert "switched off" in desk.text("/keys/")
    desk.post("/keys/", keys="on")
    assert 'data-keys="on"' in desk.text("/")


def test_the_next_case_is_the_one_that_is_due_next(desk):
    one, two, three = (
        desk.house.a_case(f"Weakness {day}", now=MONDAY_NINE + timedelta(days=day), message_id=f"<{day}@example.org>")
        for day in (0, 1, 2)
    )
    for here, there in ((one, two), (two, three), (three, one)):
        assert desk.get(f"/cases/{here}/next/")["Location"] == f"/cases/{there}/"
    assert desk.get("/cases/VB-2020-0001/next/").status_code == 404


def test_alone_it_leads_to_the_first_screen(desk):
    assert desk.get(f"/cases/{desk.house.a_case()}/next/")["Location"] == "/"
