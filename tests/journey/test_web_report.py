"""An anonymous report by the form, end to end in English, by a browser that runs no scripts."""

import os
import re

import pytest
from playwright.sync_api import Page, expect
from tests.journey.browser import Chromium, attach, show_receipt, sign_in, text_of
from tests.journey.letters import File
from tests.journey.program import Program, until
from tests.journey.seen import (
    RECEIPT,
    REFERENCE,
    assess,
    check_due,
    download,
    in_words,
    only,
    three_working_days,
    written,
)

pytestmark = pytest.mark.real


def test_an_anonymous_web_report_is_answered_and_read_back(program: Program, browser_window: Chromium) -> None:
    program.found()
    joris = program.add_handler("joris", "Joris")
    program.start()
    picture = File("overzicht één.png", b"\x89PNG\r\n\x1a\n" + os.urandom(300_001), "image/png")
    code = _report_by_form(browser_window.person("en", scripts=False), program, picture)

    visitor = browser_window.person("en", scripts=False)  # another day, with nothing but the receipt
    show_receipt(visitor, program, code.replace("-", " ").replace("0", "o").lower())
    ref = only(REFERENCE, text_of(visitor))
    _check_anonymous_case(visitor, program, ref)
    desk = browser_window.person("en")
    sign_in(desk, program, joris)
    _answer_anonymous(desk, ref, picture)

    visitor.reload()
    assert "P.S. Your picture helped." in text_of(visitor)
    assert visitor.locator(".ledger > li .state--kept").count() == 1
    assert "older versions" not in visitor.content()  # of the note nothing
    assert download(visitor, picture.name) == picture.content
    assert [row["kind"] for row in program.answer("due")] == ["update"]  # until somebody closes the case
    _write_back(visitor, "Thank you. It is gone indeed.")
    assert [item["text"] for item in written(program, ref, "from-reporter")] == ["Thank you. It is gone indeed."]
    assert browser_window.trouble == []
    visitor.locator("form[action='/my/close/'] button").click()
    visitor.goto(f"{program.portal}/my/report/")
    assert ref not in text_of(visitor)


def _check_anonymous_case(visitor: Page, program: Program, ref: str) -> None:
    case = program.answer("case", ref)
    due_on = three_working_days(program, case["case"]["received_at"])
    assert f"Due {in_words(due_on, 'en')}, end of day, Amsterdam time" in text_of(visitor, ".ledger__next")
    assert case["case"]["reach"] == "page" and case["case"]["door"] == "form"
    assert case["reporter"]["address"] == case["reporter"]["name"] == ""
    check_due(program, ref, "assessment", due_on)


def _answer_anonymous(desk: Page, ref: str, picture: File) -> None:
    """At the desk: look at the file, judge without a date, and keep a note that stays there."""
    assert ref in text_of(desk, ".owed > li") and "anonymous" in text_of(desk, ".owed > li")
    desk.locator(".owed__what").first.click()
    assert "Any number in place of 4711 opens a stranger's file." in text_of(desk)
    assert download(desk, picture.name) == picture.content
    assess(desk, {"verdict": "known", "why_no_date": "It is repaired tonight, after another report."})
    draft = desk.input_value("#letter")
    assert "It is repaired tonight, after another report." in draft
    desk.fill("#letter", f"{draft}\nP.S. Your picture helped.\n")
    desk.click(".before-sending button[type=submit]")
    expect(desk).to_have_url(re.compile(f"/cases/{ref}/$"))
    desk.fill("#note", "Ask the supplier about older versions.")
    desk.locator("#internal button[type=submit]").click()
    assert "Ask the supplier about older versions." in text_of(desk, ".slip")


def _report_by_form(page: Page, program: Program, picture: File) -> str:
    """Fill the form in without scripts; returns the receipt."""
    page.goto(program.portal)
    page.locator("a.button[href='/report/']").click()
    page.fill("#system", "https://mijn.voorbeeldstad.example/files/4711")
    page.fill("#description", "Any number in place of 4711 opens a stranger's file.")
    page.fill("#impact", "Read all files of all citizens.")
    attach(page, picture)
    page.check("#conditions")
    page.locator("main form button[type=submit]").click()
    assert "Your report has arrived." in text_of(page)
    return only(RECEIPT, text_of(page, ".receipt__code").replace(" ", ""))  # each group is a box of its own


def _write_back(page: Page, text: str) -> None:
    """Write on the page of the report, and look again until it stands there."""
    page.fill("#text", text)
    page.locator("form[action='/my/report/'] button[type=submit]").click()

    def stands() -> bool:
        page.goto(page.url.partition("#")[0])
        return text in text_of(page, ".correspondence")

    until("the message to stand on the page", stands)
