"""The main job, end to end, on the real program: by encrypted mail in Dutch, and by the form in English.

Nothing in here looks inside.  What is known of the program is what a reporter, a handler and
an operator can see: mail, pages, and the command line.
"""

import os
import re
import shutil
import sqlite3
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from meldpunt.ground import clock
from tests.journey.browser import Chromium, show_receipt, sign_in, text_of
from tests.journey.letters import File, Read, encrypted, hand_in, new_message_id, plain, read
from tests.journey.program import CONTACT, Account, Program, until
from tests.journey.sink import Sink
from tests.vault.gnupg import Person

pytestmark = pytest.mark.real

WEEKDAYS = {
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag".split(),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
}
MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december".split(),
    "en": "January February March April May June July August September October November December".split(),
}
REFERENCE = re.compile(r"\b[A-Z]{2,}-20\d\d-\d{4}\b")
RECEIPT = re.compile(r"\b(?:[0-9A-Z]{5}-){4}[0-9A-Z]{6}[0-9A-Z*~$=U](?![0-9A-Z])")
HEAD = re.compile(r"\b[0-9a-f]{8}(?: [0-9a-f]{8}){3}\b")
REPORT = """\
Goedendag,

Op https://mijn.voorbeeldstad.example/aangifte kan ik het nummer in de adresbalk ophogen.
Dan zie ik de aangifte van iemand anders. Ik heb er één bekeken en niets bewaard.

Met vriendelijke groet,
Rui
"""
REPLY = "Dank voor het snelle oordeel. Op de testomgeving werkt het ook nog, zie ik net."


def in_words(day: date, language: str) -> str:
    return f"{WEEKDAYS[language][day.weekday()]} {day.day} {MONTHS[language][day.month - 1]} {day.year}"


def three_working_days(program: Program, received_at: str) -> date:
    """When three working days from that moment end, by the command that the known answers are checked with."""
    return date.fromisoformat(program.answer("deadline", "3 working days", "--from", received_at)["due_on"])


def only(pattern: "re.Pattern[str]", text: str) -> str:
    found = set(pattern.findall(text))
    assert len(found) == 1, (pattern.pattern, found, text)
    return str(found.pop())


@dataclass
class Reporter:
    """Somebody who writes encrypted letters from a mail client."""

    person: Person
    name: str
    program: Program
    sink: Sink

    def learns_our_key(self) -> str:
        """From the portal, as its policy page says.  Returns the fingerprint."""
        with urllib.request.urlopen(f"{self.program.portal}/openpgp-key.asc", timeout=10) as answer:
            self.person.knows(answer.read())
        listed = self.person.gpg("--list-keys", "--with-colons", CONTACT).decode().splitlines()
        return next(line.split(":")[9] for line in listed if line.startswith("fpr"))

    def writes(self, subject: str, text: str, answers: str = "") -> str:
        """Returns the Message-ID."""
        message_id = new_message_id()
        raw = encrypted(self.person, self.name, subject, text, message_id=message_id, answers=answers)
        assert text.encode()[:40] not in raw
        hand_in(self.program.lmtp, raw, self.person.address)
        return message_id

    def reads_letter(self, number: int) -> Read:
        return read(self.person, self.sink.wait_for(self.person.address, number).raw)


def test_an_encrypted_letter_is_answered_in_time(
    program: Program,
    sink: Sink,
    person: Callable[[str, str], Person],
    browser_window: Chromium,
) -> None:
    hanna = program.found()
    program.start()
    rui = Reporter(person("rui@post.reporter.example", "Rui Reporter"), "Rui Reporter", program, sink)
    ours = rui.learns_our_key()

    sent = rui.writes("Aangiftes van anderen te lezen", REPORT)
    confirmed = rui.reads_letter(1)
    assert confirmed.signers == [ours]
    assert confirmed.answers == sent
    assert confirmed.outer_subject == "[...]"
    ref = only(REFERENCE, confirmed.text)
    assert ref in confirmed.subject
    case = program.answer("case", ref)
    due_on = three_working_days(program, case["case"]["received_at"])
    assert f"uiterlijk {in_words(due_on, 'nl')}, einde van de dag, Amsterdamse tijd" in confirmed.text
    assert confirmed.text.startswith("Beste Rui Reporter,")
    code = only(RECEIPT, confirmed.text)
    assert f"{program.portal}/my/#{code}" in confirmed.text
    head = only(HEAD, confirmed.text)
    assert program.run("ledger", "verify", "--case", ref, "--head", head).returncode == 0
    assert program.run("ledger", "verify", "--case", ref, "--head", "0" * 32).returncode == 1
    _check_case_before(case, ref, rui)
    _check_due(program, ref, "assessment", due_on)

    my_page = _follow_the_link(browser_window, program, code)
    assert ref in text_of(my_page) and in_words(due_on, "nl") in text_of(my_page)
    assert "Goedendag," in text_of(my_page)

    _somebody_else_reports(program, sink)
    desk = browser_window.person("nl")
    sign_in(desk, program, hanna)
    assert ref in text_of(desk, ".owed > li")  # the first of the list, though it is not the newest
    desk.locator(".owed__what").first.click()
    assert "mijn.voorbeeldstad.example/aangifte" in text_of(desk)
    solved_on = due_on + timedelta(days=14)
    added = "Wij hebben de pagina intussen dichtgezet."
    _assess(desk, {"verdict": "confirmed", "severity": "high", "expected_on": solved_on.isoformat()})
    draft = desk.input_value("#letter")
    assert draft.startswith("Beste Rui Reporter,") and in_words(solved_on, "nl") in draft
    assert rui.person.address in text_of(desk, ".before-sending")
    assert rui.person.fingerprint[:4] in text_of(desk, ".before-sending")
    desk.fill("#letter", draft.replace("Dank u wel", added + "\n\nDank u wel"))
    assert len(sink.to(rui.person.address)) == 1  # nothing goes before somebody says so
    desk.click(".before-sending button[type=submit]")
    expect(desk).to_have_url(re.compile(f"/cases/{ref}/$"))

    answer = rui.reads_letter(2)
    assert answer.signers == [ours]
    assert answer.answers == sent
    assert ref in answer.subject and answer.outer_subject == "[...]"
    assert added in answer.text and in_words(solved_on, "nl") in answer.text
    my_page.reload()
    assert added in text_of(my_page)
    assert my_page.locator(".ledger > li").count() == 2
    assert my_page.locator(".ledger > li", has_text=in_words(due_on, "nl")).locator(".state--kept").count() == 1
    assert in_words(solved_on, "nl") in text_of(my_page, ".ledger__next")
    _check_due(program, ref, "fix", solved_on)

    rui.writes(f"Re: {answer.subject}", REPLY, answers=answer.message_id)
    items = until("the reply to join its case", lambda: _written(program, ref, "from-reporter"))
    assert [item["text"].strip() for item in items] == [REPLY]
    assert items[0]["protection"] == "confidential+verified" and items[0]["signer"] == rui.person.fingerprint
    assert {row["case"] for row in program.answer("due")} == {ref, _next(ref)}  # no third case
    desk.reload()
    my_page.reload()
    assert REPLY in text_of(desk) and REPLY in text_of(my_page)
    assert len(sink.to(rui.person.address)) == 2  # a reply is not confirmed once more

    assert browser_window.trouble == []
    assert program.stop() == 0


def _check_case_before(case: dict[str, Any], ref: str, rui: Reporter) -> None:
    """What ``meldpunt case`` says of a report that nobody has judged yet."""
    assert case["case"]["ref"] == ref
    assert case["case"]["language"] == "nl"
    assert case["case"]["door"] == "lmtp"
    assert case["case"]["reach"] == "mail"
    assert not case["case"]["verdict"]
    assert case["reporter"]["address"] == rui.person.address
    assert case["reporter"]["fingerprint"] == rui.person.fingerprint
    [report] = [item for item in case["items"] if item.get("kind") == "report"]
    assert report["text"].split() == REPORT.split()
    assert report["protection"] == "confidential+verified"
    [promise] = case["promises"]
    assert (promise["kind"], promise["kept_at"]) == ("assessment", None)


def _check_due(program: Program, ref: str, kind: str, due_on: date) -> None:
    [row] = [row for row in program.answer("due") if row["case"] == ref]
    assert (row["kind"], row["due_on"]) == (kind, due_on.isoformat())
    assert row["state"] in ("open", "due-today")


def _written(program: Program, ref: str, kind: str) -> list[dict[str, Any]]:
    return [item for item in program.answer("case", ref)["items"] if item.get("kind") == kind]


def _next(ref: str) -> str:
    start, _, number = ref.rpartition("-")
    return f"{start}-{int(number) + 1:04d}"


def _follow_the_link(browser: Chromium, program: Program, code: str) -> Page:
    """The link of the letter: what stands behind its # lets the reporter in, and leaves the address."""
    page = browser.person("nl")
    page.goto(f"{program.portal}/my/#{code}")
    expect(page).to_have_url(f"{program.portal}/my/report/")
    assert page.locator("html").get_attribute("lang") == "nl"
    return page


def _somebody_else_reports(program: Program, sink: Sink) -> None:
    """A plain letter: it is confirmed with a link, and none of it is repeated."""
    address = "sam@elsewhere.example"
    raw = plain(("Sam", address), "Open redirect on the login page", "The parameter next takes any address.\n")
    hand_in(program.lmtp, raw, address)
    confirmed = sink.wait_for(address).raw
    assert f"{program.portal}/my/#".encode() in confirmed.replace(b"=\r\n", b"")
    assert b"redirect" not in confirmed


def _assess(desk: Page, filled_in: dict[str, str]) -> None:
    """From the page of a case to its letter."""
    desk.locator("a[href$='/assess/']").first.click()
    desk.check(f"#verdict-{filled_in['verdict']}")
    if "severity" in filled_in:
        desk.select_option("#id_severity", filled_in["severity"])
    desk.fill("#id_expected_on", filled_in.get("expected_on", ""))
    desk.fill("#id_why_no_date", filled_in.get("why_no_date", ""))
    desk.locator("form.narrow button[type=submit]").click()
    desk.locator("#letter").wait_for()


def test_an_anonymous_web_report_is_answered_and_read_back(program: Program, browser_window: Chromium) -> None:
    program.found()
    joris = program.add_handler("joris", "Joris")
    program.start()
    picture = File("overzicht één.png", b"\x89PNG\r\n\x1a\n" + os.urandom(300_001), "image/png")
    reporter = browser_window.person("en", scripts=False)

    code = _report_by_form(reporter, program, picture)
    typed = code.replace("-", " ").replace("0", "o").lower()
    visitor = browser_window.person("en", scripts=False)  # another day, with nothing but the receipt
    show_receipt(visitor, program, typed)
    ref = only(REFERENCE, text_of(visitor))
    case = program.answer("case", ref)
    due_on = three_working_days(program, case["case"]["received_at"])
    assert f"Due {in_words(due_on, 'en')}, end of day, Amsterdam time" in text_of(visitor, ".ledger__next")
    assert case["case"]["reach"] == "page" and case["case"]["door"] == "form"
    assert case["reporter"]["address"] == case["reporter"]["name"] == ""
    _check_due(program, ref, "assessment", due_on)

    desk = browser_window.person("en")
    sign_in(desk, program, joris)
    assert ref in text_of(desk, ".owed > li") and "anonymous" in text_of(desk, ".owed > li")
    desk.locator(".owed__what").first.click()
    assert "Any number in place of 4711 opens a stranger's file." in text_of(desk)
    assert _download(desk, picture.name) == picture.content
    _assess(desk, {"verdict": "known", "why_no_date": "It is repaired tonight, after another report."})
    draft = desk.input_value("#letter")
    assert "It is repaired tonight, after another report." in draft
    desk.fill("#letter", draft + "\nP.S. Your picture helped.\n")
    desk.click(".before-sending button[type=submit]")
    expect(desk).to_have_url(re.compile(f"/cases/{ref}/$"))
    desk.fill("#note", "Ask the supplier about older versions.")
    desk.locator("#internal button[type=submit]").click()
    assert "Ask the supplier about older versions." in text_of(desk, ".slip")

    visitor.reload()
    assert "P.S. Your picture helped." in text_of(visitor)
    assert visitor.locator(".ledger > li .state--kept").count() == 1
    assert "supplier" not in visitor.content()
    assert _download(visitor, picture.name) == picture.content
    assert program.answer("due") == []
    _write_back(visitor, "Thank you. It is gone indeed.")
    assert [item["text"] for item in _written(program, ref, "from-reporter")] == ["Thank you. It is gone indeed."]

    visitor.locator("form[action='/my/close/'] button").click()
    visitor.goto(f"{program.portal}/my/report/")
    assert ref not in text_of(visitor)
    assert browser_window.trouble == ["error: Failed to load resource: the server responded with a status of 403 (Forbidden)"]


def _report_by_form(page: Page, program: Program, picture: File) -> str:
    """Fill the form in without scripts; returns the receipt."""
    page.goto(program.portal)
    page.locator("a.button[href='/report/']").click()
    page.fill("#system", "https://mijn.voorbeeldstad.example/files/4711")
    page.fill("#description", "Any number in place of 4711 opens a stranger's file.")
    page.fill("#impact", "Read all files of all citizens.")
    page.set_input_files("#files", [{"name": picture.name, "mimeType": picture.content_type, "buffer": picture.content}])
    page.check("#conditions")
    page.locator("main form button[type=submit]").click()
    assert "Your report has arrived." in text_of(page)
    return only(RECEIPT, text_of(page, ".receipt__code").replace(" ", ""))  # each group is a box of its own


def _download(page: Page, name: str) -> bytes:
    with page.expect_download() as arriving:
        page.get_by_role("link", name=name, exact=True).click()
    download = arriving.value
    assert download.suggested_filename == name
    return Path(download.path()).read_bytes()


def _write_back(page: Page, text: str) -> None:
    """Write on the page of the report, and look again until it stands there."""
    page.fill("#text", text)
    page.locator("form[action='/my/report/'] button[type=submit]").click()

    def stands() -> bool:
        page.goto(page.url.partition("#")[0])
        return text in text_of(page, ".correspondence")

    until("the message to stand on the page", stands)


def test_the_ledger_holds_and_one_changed_byte_is_found(program: Program, sink: Sink, tmp_path: Path) -> None:
    program.found()
    program.start()
    _somebody_else_reports(program, sink)
    assert program.stop() == 0
    assert program.answer("ledger", "verify")["whole"] is True
    database = program.data / "meldpunt.sqlite3"
    with sqlite3.connect(database) as connection:
        [(number, facts)] = connection.execute(
            "SELECT number, facts FROM ledger_entry WHERE kind = 'case.opened'"
        ).fetchall()
        changed = facts.replace('"lmtp"', '"lmtq"')
        assert changed != facts
        forge = ("UPDATE ledger_entry SET facts = ? WHERE number = ?", (changed, number))
        for statement, words in (forge, ("DELETE FROM ledger_entry WHERE number = ?", (number,))):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement, words)
    connection.close()
    assert program.run("ledger", "verify").returncode == 0

    untouched = Path(shutil.copyfile(database, tmp_path / "untouched.sqlite3"))
    columns = [("facts", changed), ("by", "machine:mailgatf"), ("at", "2026-01-01 00:00:00"), ("kind", "case.openee")]
    for column, value in columns:
        with sqlite3.connect(database) as connection:
            triggers = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entry'"
            ).fetchall()
            for (name,) in triggers:
                connection.execute(f'DROP TRIGGER "{name}"')
            connection.execute(f'UPDATE ledger_entry SET "{column}" = ? WHERE number = ?', (value, number))
        connection.close()
        done = program.run("ledger", "verify")
        assert done.returncode == 1, column
        assert f"Entry {number} " in done.stdout, done.stdout
        shutil.copyfile(untouched, database)
    assert program.run("ledger", "verify").returncode == 0
