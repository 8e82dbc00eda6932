"""Houses that really run: one full of life (``meldpunt demo``), one just founded, one not yet.  And who visits them."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.journey.browser import FLAGS, totp
from tests.journey.program import PASSWORD, Program, until
from tests.journey.sink import Sink
from tests.look.checks import THEME
from tests.look.elsewhere import provider
from tests.ports import free_ports

from meldpunt.ground import clock

NO_MAIL_SERVER = "127.0.0.1:9"  # nobody listens there: letters wait
OTHERS = {"carla": "counsel", "pia": "privacy-officer", "adam": "auditor"}
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PATIENCE = 60_000  # milliseconds: a busy machine is no finding
LOCALES = {"nl": "nl-NL", "en": "en-GB"}


@dataclass
class House:
    """A running program and what one needs to come in.  ``refs``, ``receipts``, ``links`` by the names in the story."""

    program: Program
    people: dict[str, dict[str, str]]
    refs: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)  # of owners of systems
    post: Sink | None = None  # where letters go
    ours: tuple[str, ...] = ()  # what its pages may ask besides
    cookies: dict[str, list[Any]] = field(default_factory=dict)  # of who is signed in, so that one code is enough

    def address(self, shell: str, path: str) -> str:
        """``{name}`` in a path stands for the reference of that case."""
        base = self.program.desk if shell == "desk" else self.program.portal
        return base + re.sub(r"\{([\w-]+)\}", lambda found: self.refs[found[1]], path)


@contextmanager
def lively(folder: Path) -> Iterator[House]:
    """The example house, running."""
    with Sink(free_ports(1)[0]) as post, _running(folder, post.address) as program:
        program.environ["MELDPUNT_WEBHOOKS"] = "public"  # so that their form is there
        made = program.answer("demo")
        people = {one["user"]: one for one in made["handlers"]}
        people |= {name: _somebody(program, name, role) for name, role in OTHERS.items()}
        links = {name: program.answer("user", "add", name, "--name", name.title())["link"] for name in ("nora", "bo")}
        program.start()
        paths = {name: link.removeprefix(program.desk) for name, link in links.items()}
        refs = {**made["by_name"], "welcome": paths["nora"], "welcome-used": paths["bo"]}
        yield House(program, people, refs, made["receipts"], made["links"], post)


def _somebody(program: Program, name: str, role: str = "handler") -> dict[str, str]:
    account = program.add_handler(name, name.title(), role)
    return {"user": name, "password": PASSWORD, "totp_secret": account.secret}


@contextmanager
def empty(folder: Path) -> Iterator[House]:
    """A house in which nothing has happened yet, running, with a theme of its own and every way to sign in."""
    with provider() as issuer, _running(folder) as program:
        hanna = program.found()
        shutil.copy(THEME, program.data)
        secret = folder / "secret"
        secret.write_text("shared with the provider\n")
        program.host = "localhost"  # browsers have no passkeys for a bare number
        program.environ |= {
            "MELDPUNT_THEME": THEME.name,
            "MELDPUNT_OIDC_ISSUER": issuer,
            "MELDPUNT_OIDC_CLIENT": "desk",
            "MELDPUNT_OIDC_SECRET_FILE": str(secret),
            "MELDPUNT_OIDC_NAME": "Stadsnet",
        }
        people = {"hanna": {"user": "hanna", "password": PASSWORD, "totp_secret": hanna.secret}}
        people["kees"] = _somebody(program, "kees")
        link = program.answer("user", "add", "nora", "--name", "Nora")["link"]
        program.start()
        yield House(program, people, {"welcome": urlsplit(link).path}, ours=(issuer,))


@contextmanager
def unfounded(folder: Path) -> Iterator[House]:
    """The first run: the program asks who you are."""
    with _running(folder) as program:
        program.launch()
        link = until("the link", lambda: re.search(rf"{re.escape(program.portal)}/setup/\S+", program.said))[0]
        yield House(program, {}, {"setup": link.removeprefix(program.portal)})


@contextmanager
def _running(folder: Path, post: str = NO_MAIL_SERVER) -> Iterator[Program]:
    program = Program(folder, post)
    program.runs_within = 300.0  # to tell the example's story on a busy machine
    try:
        yield program
    finally:
        program.end()


class Visitors:
    """One browser with a window for each person and language.  ``trouble``: what no page of ours may cause."""

    def __init__(self, browser: Browser, house: House, theme: str) -> None:
        self._browser, self.house, self.theme = browser, house, theme
        self.browser = f"{browser.browser_type.name.title()} {browser.version}"
        self._windows: dict[tuple[str, str], Page] = {}
        self.trouble: list[str] = []

    def window(self, who: str, language: str) -> Page:
        """The window of this person, signed in or with their receipt shown."""
        if (who, language) not in self._windows:
            self._windows[who, language] = self._arrive(who, language)
        return self._windows[who, language]

    def fresh(self, language: str) -> Page:
        """A window of somebody unknown."""
        return self._context(language).new_page()

    def _context(self, language: str) -> BrowserContext:
        context = self._browser.new_context(
            locale=LOCALES[language],
            timezone_id="Europe/Amsterdam",
            color_scheme=self.theme,
            reduced_motion="reduce",  # a colour that is still changing cannot be measured
        )
        context.set_default_timeout(PATIENCE)
        context.on("console", lambda said: self._note(said.text) if said.type == "error" else None)
        context.on("weberror", lambda error: self._note(str(error.error)))
        context.on("request", lambda request: self._note_stranger(request.url))
        return context

    def _note(self, text: str) -> None:
        if "the server responded with a status of 4" not in text:  # on purpose: the page says what is wrong
            self.trouble.append(text)

    def _note_stranger(self, url: str) -> None:
        ours = (self.house.program.portal, self.house.program.desk, *self.house.ours)
        if not url.startswith((*ours, "data:", "blob:")):
            self.trouble.append(f"a request to {url}")

    def _arrive(self, who: str, language: str) -> Page:
        context = self._context(language)
        page = context.new_page()
        kind, _, name = who.partition(":")
        arrive: dict[str, Callable[[Page, str], None]] = {
            "handler": self._sign_in,
            "half": self._half,
            "newcomer": self._choose_password,
            "reporter": self._show_receipt,
            "keyed": self._make_passkey,
            "owner": self._show_link,
        }
        if who in self.house.cookies:
            context.add_cookies(self.house.cookies[who])
        elif kind in arrive:
            arrive[kind](page, name)
        if kind in ("handler", "newcomer", "keyed"):
            self._keep(who, context)
        return page

    def _keep(self, who: str, context: BrowserContext) -> None:
        """The session, for the other windows of the same person."""
        kept = ("meldpunt-desk", "meldpunt-form")
        self.house.cookies[who] = [one for one in context.cookies() if one.get("name") in kept]

    def _half(self, page: Page, username: str) -> None:
        self._give_password(page, username, self.house.people[username]["password"])

    def _give_password(self, page: Page, username: str, password: str) -> None:
        page.goto(self.house.address("desk", "/sign-in/"))
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", password)
        with page.expect_navigation():
            page.click("main form button[type=submit]")

    def _choose_password(self, page: Page, username: str) -> None:
        page.goto(self.house.address("desk", "{welcome-used}"))
        page.fill("input[name=password1]", PASSWORD)
        page.fill("input[name=password2]", PASSWORD)
        with page.expect_navigation():
            page.click("main form button[type=submit]")
        self._give_password(page, username, PASSWORD)

    def _sign_in(self, page: Page, username: str) -> None:
        account = self.house.people[username]
        self._give_password(page, username, account["password"])
        page.fill("input[name=code]", totp(account["totp_secret"]))
        page.locator("main form").first.locator("button[type=submit]").click()
        page.locator(".masthead__below").wait_for()

    def _make_passkey(self, page: Page, username: str) -> None:
        """Signed in, with a passkey in a device that always finds its owner present."""
        wire = page.context.new_cdp_session(page)
        wire.send("WebAuthn.enable")
        wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self._sign_in(page, username)
        page.goto(self.house.address("desk", "/account/passkeys/new/"))
        page.fill("input[name=password]", self.house.people[username]["password"])
        page.keyboard.press("Enter")
        page.fill("#name", "blue key")
        page.locator("form[data-passkey] button").click()
        page.get_by_text("blue key").first.wait_for()

    def _show_receipt(self, page: Page, name: str) -> None:
        page.goto(self.house.address("portal", "/my/"))
        page.fill("input[name=receipt]", self.house.receipts[name])
        page.click("#receipt-form button[type=submit]")
        page.wait_for_url("**/my/report/")

    def _show_link(self, page: Page, name: str) -> None:
        """An owner shows their link and the code that was mailed; the first time they ask something and name a day."""
        post, address = self.house.post, self.house.address
        assert post is not None
        codes = len(_codes(post))
        page.goto(address("portal", "/owner/"))
        page.fill("input[name=receipt]", self.house.links[name])
        page.click("#receipt-form button[type=submit]")
        page.wait_for_url("**/owner/code/")
        page.fill("#code", until("the code", lambda: _codes(post)[codes:])[-1])
        page.click("main form button[type=submit]")
        page.wait_for_url("**/owner/case/")
        if not page.locator(".memo, .correspondence .letter").count():
            page.fill("#text", "Is er een testomgeving waarin wij dit kunnen nadoen?")
            page.click("form[action$='/write/'] button[type=submit]")
            page.wait_for_url("**/owner/case/#write")
            page.fill("#on", (clock.now().date() + timedelta(days=60)).isoformat())
            page.fill("#reason", "De volgende uitgave komt dan uit.")
            page.click("form[action$='/date/'] button[type=submit]")
            page.wait_for_url("**/owner/case/#date")

    def confirm(self, page: Page, who: str) -> None:
        """Say once more that it is you, where that is asked."""
        if "/once-more/" in page.url:
            page.fill("main input[name=password]", self.house.people[who.partition(":")[2]]["password"])
            with page.expect_navigation():
                page.locator("main form button[type=submit]").first.click()
            self._keep(who, page.context)  # the session has another name now, in every window
            for (person, _language), window in self._windows.items():
                if person == who:
                    window.context.add_cookies(self.house.cookies[who])


def _codes(post: Sink) -> list[str]:
    """The codes that were mailed to owners so far."""
    texts = (message_from_bytes(letter.raw, policy=default).get_body(("plain",)) for letter in post.all())
    found = (re.search(r"(?m)^\d{4} \d{4}(?=\s*$)", text.get_content()) for text in texts if text is not None)
    return [code[0].replace(" ", "") for code in found if code]


@contextmanager
def visitors(house: House, theme: str = "light") -> Iterator[Visitors]:
    """A browser that is closed afterwards: its event loop must not outlive the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        try:
            yield Visitors(browser, house, theme)
        finally:
            browser.close()
