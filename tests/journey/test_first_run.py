"""A fresh machine: ``meldpunt up`` in an empty folder, and a browser."""

import re

import pytest
from playwright.sync_api import Page
from tests.journey.browser import Chromium, text_of, totp
from tests.journey.program import CONTACT, ORGANISATION, PASSWORD, Program, answers, until

pytestmark = pytest.mark.real


def test_a_new_house_is_set_up_behind_a_link_that_works_once(program: Program, browser_window: Chromium) -> None:
    program.launch()
    link = until("the link", lambda: re.search(rf"{re.escape(program.portal)}/setup/\S+", program.said))[0]
    assert not answers(link[:-4] + "xxx/")
    page = browser_window.person("nl")
    page.goto(link)
    _fill_in(page)
    program.wait_until_ready()
    assert link not in program.said.partition("Ready after")[2]
    assert not answers(link)

    _enrol(page, program)
    assert program.answer("user", "list")[0]["has_code"] is True
    page.goto(f"{program.desk}/?lang=en")
    assert "Nothing is owed." in text_of(page)
    page.goto(f"{program.portal}/?lang=en")
    assert ORGANISATION in text_of(page) and CONTACT in text_of(page)
    assert browser_window.trouble == []
    assert program.stop() == 0

    program.start()  # the second start asks nothing
    assert program.said.count("/setup/") == 1
    assert program.stop() == 0


def _fill_in(page: Page) -> None:
    page.fill("input[name=name]", ORGANISATION)
    page.fill("input[name=contact]", CONTACT)
    page.fill("input[name=handler]", "Hanna")
    page.fill("input[name=username]", "hanna")
    page.fill("input[name=password1]", PASSWORD)
    page.fill("input[name=password2]", PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator("dl.particulars").wait_for()


def _enrol(page: Page, program: Program) -> None:
    """The first sign-in: password, then a generator of codes."""
    page.goto(program.desk)
    page.fill("input[name=login]", "hanna")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    secret = re.sub(r"\s", "", page.locator(".enrol__secret").inner_text())
    page.fill("input[name=code]", totp(secret))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: not address.endswith("/account/codes/"))
