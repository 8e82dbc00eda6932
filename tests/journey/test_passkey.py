"""A passkey in a real browser, with a device made of software: made, used alone, used to say that it is still you."""

import pytest
from playwright.sync_api import Page
from tests.journey.browser import Chromium, text_of, totp
from tests.journey.program import PASSWORD, Program

pytestmark = pytest.mark.real
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(page: Page) -> None:
    """Give this window a device that always finds its owner present."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def test_a_passkey_opens_the_desk_alone(program: Program, browser_window: Chromium) -> None:
    account = program.found()
    program.start()
    desk = program.desk.replace("127.0.0.1", "localhost")  # browsers have no passkeys for a bare number
    browser_window.ours.add("localhost")
    page = browser_window.person("en")
    with_device(page)
    page.goto(desk)
    page.fill("input[name=login]", account.username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.fill("input[name=code]", totp(account.secret))
    page.keyboard.press("Enter")
    page.locator(".owing").wait_for()

    page.goto(f"{desk}/account/passkeys/new/")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.fill("#name", "key on the ring")
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_text("key on the ring").first.wait_for()

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.locator(".owing").wait_for()
    assert program.answer("user", "list")[0]["passkeys"] == 1

    page.goto(f"{desk}/account/passkeys/new/")  # asks once more: the passkey says so
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Go on with a passkey").click()
    page.get_by_role("button", name="Make the passkey").click()  # the same device has one already
    page.get_by_text("has a passkey for your account already").wait_for()

    without = browser_window.person("nl", scripts=False)
    without.goto(desk)
    assert "passkey" not in text_of(without, "main").lower()
    assert browser_window.trouble == []
    assert program.stop() == 0
