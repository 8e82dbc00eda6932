"""Clocks that do not agree: a phone that is half a minute off, and our own that was set back."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.desk.conftest import PASSWORD, code_for, sign_in

from meldpunt.ground import clock
from meldpunt.ledger import log, proof


@pytest.mark.parametrize("step", [-1, 1])
def test_a_phone_that_is_half_a_minute_off_will_do(hanna, step):
    browser = Client(headers={"accept-language": "en"})
    sign_in(browser, "hanna", hanna.secret, step=step)
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("step", [-9, 9])
def test_a_code_of_another_time_is_refused_with_a_sentence(hanna, step):
    browser = Client(headers={"accept-language": "en"})
    browser.post("/sign-in/", {"login": "hanna", "password": PASSWORD})
    answer = browser.post("/sign-in/code/", {"code": code_for(hanna.secret, step)})
    assert answer.status_code == 200 and "code" in answer.content.decode()
    assert browser.get("/").status_code == 302


def test_after_our_clock_was_set_back_everything_goes_on(desk):
    """What came before is said to be from later: it is shown, answered and proved as ever, and is late for nobody."""
    ref = desk.house.a_case("The lock of the tax page.", now=clock.now() + timedelta(hours=3))
    assert ref in desk.text("/")
    page = desk.text(f"/cases/{ref}/")
    assert "The lock of the tax page." in page and "state--late" not in page and "state--missed" not in page
    assert desk.post(f"/cases/{ref}/take/", once="1").status_code == 302
    assert desk.post(f"/cases/{ref}/note/", once="2", note="Written before it came.").status_code == 302
    assert "Written before it came." in desk.text(f"/cases/{ref}/")
    assert [entry.kind for entry in log.read(ref)][-2:] == ["case.taken", "note.kept"]
    assert proof.verify().whole
