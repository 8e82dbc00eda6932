"""Two handlers at work on one case at once, and the back button: nothing twice, nothing lost, nothing left to read."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.journey.browser import Chromium, sign_in, text_of
from tests.journey.letters import hand_in, plain
from tests.journey.program import Program, until
from tests.journey.seen import written
from tests.journey.sink import Sink

pytestmark = pytest.mark.real

ADDRESS = "sam@elsewhere.example"
TEXT = "Any number in place of 4711 opens a stranger's file."
FIRST, SECOND, UNSENT = "We look into it today, says Joris.", "We are on it, says Hanna.", "Half a letter, not sent."


def test_two_write_at_once_and_go_back(program: Program, browser_window: Chromium, sink: Sink) -> None:
    hanna, joris = program.found(), program.add_handler("joris", "Joris")
    program.start()
    hand_in(program.lmtp, plain(("Sam", ADDRESS), "Files of strangers", TEXT), ADDRESS)
    sink.wait_for(ADDRESS)
    [ref] = {row["case"] for row in program.answer("due")}
    one, other = browser_window.person("en"), browser_window.person("en")
    sign_in(one, program, joris)
    sign_in(other, program, hanna)

    one.goto(f"{program.desk}/cases/{ref}/reply/")
    other.goto(f"{program.desk}/cases/{ref}/reply/")
    expect(other.locator("#there")).to_contain_text("Joris is writing a letter in this case.")
    _send(one, FIRST, ref)
    _the_second_is_told_and_goes_on(other, ref)
    assert _letters(program, ref) == {FIRST: 1, SECOND: 1}

    _back_to_the_form_sends_nothing_twice(one, program, ref)
    _back_after_sign_out_shows_nothing(one, program, ref)
    assert [said for said in browser_window.trouble if "a status of 404" not in said] == []


def _send(page: Page, text: str, ref: str) -> None:
    page.fill("#letter", text)
    page.click(".before-sending button[type=submit]")
    expect(page).to_have_url(re.compile(f"/cases/{ref}/(#.*)?$"))


def _the_second_is_told_and_goes_on(page: Page, ref: str) -> None:
    """What they wrote is still there; what the other one did stands above it; the second press sends."""
    page.fill("#letter", SECOND)
    page.click(".before-sending button[type=submit]")
    expect(page.locator(".notice").first).to_contain_text("Not sent: the case went on")
    assert "Joris wrote to the reporter" in text_of(page, ".notice") and FIRST in text_of(page, ".notice")
    assert page.input_value("#letter").strip() == SECOND
    page.click(".before-sending button[type=submit]")
    expect(page).to_have_url(re.compile(f"/cases/{ref}/(#.*)?$"))


def _back_to_the_form_sends_nothing_twice(page: Page, program: Program, ref: str) -> None:
    """Back from the case is the form again; going back and forth sends nothing, and what is typed there is kept."""
    page.go_back()
    expect(page).to_have_url(re.compile(f"/cases/{ref}/reply/$"))
    page.fill("#letter", UNSENT)
    expect(page.locator("#draft-said")).to_contain_text("Kept")
    page.go_forward()
    expect(page).to_have_url(re.compile(f"/cases/{ref}/(#.*)?$"))
    page.go_back()
    expect(page.locator("#letter")).to_have_value(UNSENT)
    assert _letters(program, ref) == {FIRST: 1, SECOND: 1}


def _back_after_sign_out_shows_nothing(page: Page, program: Program, ref: str) -> None:
    answer = page.goto(f"{program.desk}/cases/{ref}/")
    assert answer is not None and answer.headers["cache-control"] == "no-store" and TEXT in text_of(page)
    page.locator("form[action='/sign-out/'] button").click()
    expect(page.locator("input[name=password]")).to_be_visible()
    page.go_back()
    expect(page.locator("input[name=password]")).to_be_visible()
    assert TEXT not in page.content() and ref not in text_of(page)


def _letters(program: Program, ref: str) -> dict[str, int]:
    """How often each letter of a person went out, or waits to."""
    until("both letters", lambda: len(_ours(program, ref)) >= 2)
    texts = _ours(program, ref)
    return {text: texts.count(text) for text in texts}


def _ours(program: Program, ref: str) -> list[str]:
    texts = [item["text"] for item in written(program, ref, "to-reporter")]
    return [known for text in texts for known in (FIRST, SECOND, UNSENT) if known in text]
