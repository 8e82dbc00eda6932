"""What a person can see of the program from outside: dates in words, the command line, the desk."""

import re
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from tests.journey.letters import hand_in, plain
from tests.journey.program import Program
from tests.journey.sink import Sink

WEEKDAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "nl": "januari/februari/maart/april/mei/juni/juli/augustus/september/oktober/november/december",
    "en": "January/February/March/April/May/June/July/August/September/October/November/December",
}
REFERENCE = re.compile(r"\b[A-Z]{2,}-20\d\d-\d{4}\b")
RECEIPT = re.compile(r"\b(?:[0-9A-Z]{5}-){4}[0-9A-Z]{6}[0-9A-Z*~$=U](?![0-9A-Z])")


def in_words(day: date, language: str) -> str:
    return f"{WEEKDAYS[language][day.weekday()]} {day.day} {MONTHS[language].split('/')[day.month - 1]} {day.year}"


def three_working_days(program: Program, received_at: str) -> date:
    """When three working days from that moment end, by the command that the known answers are checked with."""
    return date.fromisoformat(program.answer("deadline", "3 working days", "--from", received_at)["due_on"])


def only(pattern: "re.Pattern[str]", text: str) -> str:
    found = set(pattern.findall(text))
    assert len(found) == 1, (pattern.pattern, found, text)
    return str(found.pop())


def check_due(program: Program, ref: str, kind: str, due_on: date) -> None:
    [row] = [row for row in program.answer("due") if (row["case"], row["kind"]) == (ref, kind)]
    assert row["due_on"] == due_on.isoformat()
    assert row["state"] in ("open", "due-today")


def written(program: Program, ref: str, kind: str) -> list[dict[str, Any]]:
    return [item for item in program.answer("case", ref)["items"] if item.get("kind") == kind]


def somebody_else_reports(program: Program, sink: Sink) -> None:
    """A plain letter: it is confirmed with a link, and none of it is repeated."""
    address = "sam@elsewhere.example"
    raw = plain(("Sam", address), "Open redirect on the login page", "The parameter next takes any address.\n")
    hand_in(program.lmtp, raw, address)
    confirmed = sink.wait_for(address).raw
    assert f"{program.portal}/my/#".encode() in confirmed.replace(b"=\r\n", b"")
    assert b"redirect" not in confirmed


def assess(desk: Page, filled_in: dict[str, str]) -> None:
    """From the page of a case to its letter."""
    desk.locator("a[href$='/assess/']").first.click()
    desk.check(f"#verdict-{filled_in['verdict']}")
    if "severity" in filled_in:
        desk.select_option("#id_severity", filled_in["severity"])
    desk.fill("#id_expected_on", filled_in.get("expected_on", ""))
    desk.fill("#id_why_no_date", filled_in.get("why_no_date", ""))
    desk.locator("form.narrow button[type=submit]").click()
    desk.locator("#letter").wait_for()


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as arriving:
        page.get_by_role("link", name=name, exact=True).click()
    download = arriving.value
    assert download.suggested_filename == name
    return Path(download.path()).read_bytes()
