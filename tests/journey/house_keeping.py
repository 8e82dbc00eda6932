"""One running house with a handler at the desk, and people who report: everything by pages, mail and gpg."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.journey.browser import totp
from tests.journey.letters import read, read_open
from tests.journey.plain_window import Page, Window
from tests.journey.program import PASSWORD, Account, Program, until
from tests.journey.seen import RECEIPT, REFERENCE, in_words, only
from tests.journey.sink import Sink
from tests.vault.gnupg import Person

from meldpunt.ground import clock

SYSTEM = "https://mijn.voorbeeldstad.example/aangifte"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HANNA, RUI = "hanna@voorbeeldstad.example", "rui@post.reporter.example"  # who handles, and who has a key
FOUND = "The number in the address can be counted up, and shows the file of somebody else."


@dataclass(frozen=True)
class Report:
    """A case, with its reporter's browser at the page of it."""

    ref: str
    house: "House"
    window: Window

    @property
    def mine(self) -> Page:
        """What the reporter sees now."""
        return self.window.open("/my/report/")

    @property
    def case(self) -> Page:
        """What the handler sees now."""
        return self.at("")

    def at(self, page: str) -> Page:
        """One of the handler's pages about this case."""
        return self.house.desk.open(f"/cases/{self.ref}/{page}")

    def known(self) -> dict[str, Any]:
        """What ``meldpunt case`` says."""
        said: dict[str, Any] = self.house.program.answer("case", self.ref)
        return said

    def promises(self) -> dict[str, dict[str, Any]]:
        """The promises by their kind."""
        return by_kind(self.known())

    def assess(self, **said: str) -> None:
        """A verdict and its letter; by default confirmed, of high severity."""
        judged = {"verdict": "confirmed", "severity": "high", **said}
        send(self.at("assess/").submit(**judged))

    def write(self, page: str, change: Callable[[str], str] = str, **typed: Any) -> str:
        """Through the pages of an act that is told in a letter; returns the letter as it went."""
        asked = self.at(page)
        return send(asked if asked.tree.xpath("//textarea[@name='letter']") else asked.submit(**typed), change)


def send(page: Page, change: Callable[[str], str] = str) -> str:
    """Read a letter at the desk, edit it, and send it; returns its text."""
    assert page.tree.xpath("//textarea[@name='letter']"), f"no letter on {page.path}:\n{page.text[:900]}"
    text = change(page.typed("letter"))
    after = page.submit(_letter_goes_to(page), letter=text)
    assert not after.tree.xpath("//textarea[@name='letter']"), f"it was not sent:\n{after.text[:900]}"
    return text


def _letter_goes_to(page: Page) -> str:
    return str(page.tree.xpath("string(//form[.//textarea[@name='letter']]/@action)"))


@dataclass
class House:
    """``desk``: the window of Hanna, who handles.  ``ours``: the fingerprint of the organisation's key."""

    program: Program
    sink: Sink
    desk: Window
    reader: Person
    ours: str

    def stranger(self, language: str = "en") -> Window:
        """Somebody with a browser who has never been here."""
        return Window(self.program.portal, language)

    def report(self, address: str = "", language: str = "en", **typed: str) -> Report:
        """Somebody reports by the form, with an address or without, and opens the page of their report."""
        window = self.stranger(language)
        who = {"contact": "mail", "address": address} if address else {}
        words = {"system": SYSTEM, "description": FOUND, "conditions": "yes", **who, **typed}
        arrived = window.open("/report/").submit("/report/", status=201, **words)
        code = only(RECEIPT, arrived.text_of("//p[contains(@class, 'receipt__code')]").replace(" ", ""))
        return self.show(code, window)

    def show(self, receipt: str, window: Window) -> Report:
        """Show a receipt until the report is opened."""

        page = window.open("/my/").submit("/my/", status=0, receipt=receipt)
        if page.path != "/my/report/":
            page = until("the report to be opened", lambda: _opened(page.submit("/my/", status=0)))
        return Report(only(REFERENCE, page.text_of("//dl")), self, window)

    def verified(self, signed: bytes) -> str:
        """The text that our key signed, by gpg; fails when it is not so."""
        status = self.reader.home / "status"
        done = self.reader.run("--status-file", str(status), "--decrypt", given=signed)
        assert f"VALIDSIG {self.ours}" in status.read_text(errors="replace"), done.stderr.decode(errors="replace")
        return done.stdout.decode()


def at_the_desk(program: Program, account: Account, language: str = "en") -> Window:
    """A window in which a handler has signed in with password and code."""
    desk = Window(program.desk, language)
    asked = desk.open("/").submit("/sign-in/", login=account.username, password=PASSWORD)
    inbox = asked.submit("/sign-in/code/", code=totp(account.secret))
    assert inbox.path == "/", inbox.text[:600]
    return desk


def _opened(page: Page) -> Page | None:
    return page if page.path == "/my/report/" else None


def in_days(count: int) -> str:
    """An ISO day, so many days from now where the organisation is."""
    return (clock.now().astimezone(AMSTERDAM).date() + timedelta(days=count)).isoformat()


def day_in_words(count: int) -> str:
    """The same day as pages say it."""
    return in_words(date.fromisoformat(in_days(count)), "en")


def at_the_hour(moment: datetime) -> str:
    """As one types it, in UTC; to the second, for nobody here has minutes to wait."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def soon(report: Report) -> datetime:
    """A moment to agree on in a few steps, and then to wait for: as near as this machine is quick."""
    begun = clock.now()
    assert report.case.text
    return clock.now() + timedelta(seconds=3) + 25 * (clock.now() - begun)


def plan(report: Report, moment: datetime) -> str:
    """Let the reporter read a draft of a publication at that moment; returns the letter."""
    page = report.at("publication/")
    words = {"title": "Files could be read by others", "text": "A number could be counted up."}
    return send(page.submit("/publication/plan/", **words, at=at_the_hour(moment), zone="UTC"))


def mails(house: House, address: str, *words: str) -> list[str]:
    """The texts of the mails to an address in which all these words stand, in the subject or below."""
    texts = ["\n".join(read_open(one.raw)) for one in house.sink.to(address)]
    return [text for text in texts if all(word in text for word in words)]


def encrypted_letters(house: House, ref: str) -> list[str]:
    """What Rui reads in the encrypted letters about a case."""
    letters = [read(house.reader, one.raw) for one in house.sink.to(RUI)]
    return [letter.text for letter in letters if ref in letter.subject]


def by_kind(known: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The promises of a case; of several of one kind what is still owed, or else the newest."""
    return {one["kind"]: one for one in reversed(known["promises"])}


def letters_to_the_reporter(known: dict[str, Any]) -> list[str]:
    """Their texts, oldest first."""
    return [item["text"] for item in known["items"] if item.get("kind") == "to-reporter"]
