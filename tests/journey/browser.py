"""Chromium, driven as a person would: pages, and a picture of each when a test fails."""

import base64
import hashlib
import hmac
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from tests.journey.letters import File
from tests.journey.program import PASSWORD, Account, Program

from meldpunt.ground import clock

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 30_000  # milliseconds for anything to appear


class Chromium:
    """One browser.  ``trouble`` gathers what no page of ours may cause, over all its windows."""

    def __init__(self, browser: Browser, pictures: Path) -> None:
        self._browser, self._pictures = browser, pictures
        self._contexts: list[BrowserContext] = []
        self.trouble: list[str] = []
        self.ours = {"127.0.0.1"}  # where a page of ours may ask for something

    def person(self, language: str, *, scripts: bool = True) -> Page:
        """A window of somebody with cookies of their own, whose browser prefers this language."""
        context = self._browser.new_context(
            locale={"nl": "nl-NL", "en": "en-GB"}[language],
            java_script_enabled=scripts,
            timezone_id="Europe/Amsterdam",
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("dialog", self._note_dialog)
        page.on("request", lambda request: self._note_stranger(request.url))
        return page

    def pages(self) -> list[Page]:
        """Every open page, the oldest window first."""
        return [page for context in self._contexts for page in context.pages]

    def _note(self, trouble: str) -> None:
        # a page that is answered with 409 on purpose ("being opened") is no trouble of the page
        if "status of 409" not in trouble:
            self.trouble.append(trouble)

    def _note_console(self, said: ConsoleMessage) -> None:
        path = urlsplit(said.location["url"]).path
        if said.type == "error" and path != "/favicon.ico":  # asked for a text or a feed, which names none
            self._note(f"error: {said.text} {path}")

    def _note_dialog(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            self.trouble.append(f"a dialog: {dialog.message}")
        dialog.accept()

    def _note_stranger(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in self.ours:
            self.trouble.append(f"a request to {parts.hostname}")

    def take_pictures(self) -> list[Path]:
        """Of every open page; where they are.  A page that cannot be pictured is passed over."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        taken = []
        for count, page in enumerate(self.pages()):
            place = self._pictures / f"{count}.png"
            with suppress(PlaywrightError):
                place.with_suffix(".html").write_text(f"<!-- {urlsplit(page.url).path} -->\n{page.content()}")
                page.screenshot(path=place, full_page=True, timeout=4000)
                taken.append(place)
        return taken


@contextmanager
def chromium(pictures: Path) -> Iterator[Chromium]:
    """A browser that is closed afterwards: its event loop must not outlive the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        try:
            yield Chromium(browser, pictures)
        finally:
            browser.close()


def totp(secret: str) -> str:
    """The six digits that a generator with this secret (base32) shows now (RFC 6238, SHA-1, 30 seconds)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    step = int(clock.now().timestamp()) // 30
    digest = hmac.digest(key, struct.pack(">Q", step), hashlib.sha1)
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def sign_in(page: Page, program: Program, account: Account, then: str = ".owing") -> None:
    """With password and code, up to their first screen of the desk."""
    page.goto(program.desk)
    page.fill("input[name=login]", account.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.fill("input[name=code]", totp(account.secret))
    page.locator("main form").first.locator("button[type=submit]").click()
    page.locator(then).wait_for()


def text_of(page: Page, selector: str = "body") -> str:
    """What a reader sees there, with runs of white space as one space."""
    return " ".join(page.locator(selector).first.inner_text().split())


def attach(page: Page, file: File) -> None:
    page.set_input_files("#files", [{"name": file.name, "mimeType": file.content_type, "buffer": file.content}])


def show_receipt(page: Page, program: Program, typed: str) -> None:
    """Type a receipt by hand; wait, without scripts, until the report is opened."""
    page.goto(f"{program.portal}/my/")
    page.fill("input[name=receipt]", typed)
    page.click("#receipt-form button[type=submit]")
    look_until_opened(page)


def look_until_opened(page: Page) -> None:
    """A report that has just arrived is being opened: look again until it is."""
    for _ in range(200):
        if re.search(r"/my/report/$", page.url):
            return
        again = page.locator("form[data-again] button[type=submit]")
        assert again.count(), f"neither the report nor the waiting page: {text_of(page)[:300]}"
        again.click()
    raise AssertionError("the report was never opened")
