"""A reporter whose browser runs scripts, in Dutch and with an address: what leaves the browser is encrypted to us."""

import contextlib
import re
import secrets
import sqlite3

import pytest
from playwright.sync_api import Page, expect
from tests.journey.browser import Chromium, look_until_opened, text_of
from tests.journey.letters import File
from tests.journey.program import Program, until
from tests.journey.seen import REFERENCE, only, written
from tests.journey.sink import Sink

pytestmark = pytest.mark.real

WATCH = """
const real = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function (data) {
  for (const [name, value] of data) leaves(name, typeof value === "string" ? value : value.name);
  return real.call(this, data);
};
"""
WORDS = ("kievit", "zebrapad", "grutto", "Nachtuil", "nachtuil@kwie.example", "wulp", "tureluur")
PICTURE = File("overzicht één wulp.png", b"\x89PNG\r\n\x1a\n" + secrets.token_bytes(300_001), "image/png")


def test_what_leaves_the_browser_is_encrypted_and_is_read_by_who_holds_the_key(
    program: Program, sink: Sink, browser_window: Chromium
) -> None:
    program.found()
    program.start()
    page = browser_window.person("nl")
    left: list[tuple[str, str]] = []
    page.expose_function("leaves", lambda name, value: left.append((name, value)))
    page.add_init_script(WATCH)
    _fill_in(page, program)
    _too_much_is_told_before_anything_leaves(page)
    _a_connection_that_breaks_loses_nothing(page)
    page.locator("main form[data-sends] button[type=submit]").click()
    page.locator(".receipt__code").wait_for()
    assert page.evaluate("localStorage.length") == 0
    _only_armour(left)

    page.locator("form[action='/my/'] button").click()
    page.wait_for_url("**/my/**")
    look_until_opened(page)
    ref = only(REFERENCE, text_of(page))
    case = program.answer("case", ref)
    assert case["reporter"]["address"] == "nachtuil@kwie.example" and case["reporter"]["name"] == "Nachtuil"
    [report] = written(program, ref, "report")
    assert report["protection"] == "confidential"
    assert "zebrapad" in report["text"] and "https://kievit.example/" in report["text"] and "grutto" in report["text"]
    assert [file["name"] for file in report["files"]] == [PICTURE.name]
    left.clear()
    _write_back(page, program, ref)
    assert "tureluur" not in str(left) and [name for name, value in left if "PGP MESSAGE" in value] == ["text"]
    assert "zebrapad" not in sink.wait_for("nachtuil@kwie.example").raw.decode("utf-8", "replace")
    _in_a_flood_the_browser_works_and_sends_by_itself(browser_window.person("en"), program)
    assert [one for one in browser_window.trouble if "ERR_FAILED" not in one and "status of 429" not in one] == []


def _fill_in(page: Page, program: Program) -> None:
    """And look away once: the page is loaded again, and the draft that was asked for is still there."""
    page.goto(f"{program.portal}/report/")
    page.fill("#system", "https://kievit.example/")
    page.check("#keep-draft")
    page.fill("#description", "Iedereen leest het zebrapad.")
    page.reload()
    expect(page.locator("#description")).to_have_value("Iedereen leest het zebrapad.")
    expect(page.locator("#draft-back")).to_be_visible()
    page.check("#kind-script")
    page.fill("#script-input", "<svg onload=grutto>")
    assert not page.locator("#access-as").is_visible()
    page.check("#mail")
    page.fill("#address", "nachtuil@kwie.example")
    page.fill("#name", "Nachtuil")
    page.check("#conditions")
    expect(page.locator("[data-lock]")).to_have_text(re.compile("In uw browser versleuteld"))


def _too_much_is_told_before_anything_leaves(page: Page) -> None:
    page.evaluate(
        """() => {
        const all = new DataTransfer();
        all.items.add(new File([new Uint8Array(51 << 20)], "groot.bin"));
        const form = document.querySelector("form[data-sends]");
        form.dispatchEvent(new DragEvent("drop", {dataTransfer: all, bubbles: true, cancelable: true}));
        }"""
    )
    assert "samen hoogstens 50 MiB" in text_of(page, "#mistakes")
    page.locator(".chosen button").click()
    page.set_input_files("#files", [{"name": PICTURE.name, "mimeType": "image/png", "buffer": PICTURE.content}])
    assert PICTURE.name in text_of(page, ".chosen")


def _a_connection_that_breaks_loses_nothing(page: Page) -> None:
    page.route("**/report/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator("main form[data-sends] button[type=submit]").click()
    expect(page.locator("#mistakes")).to_contain_text("De verbinding verbrak.")
    assert page.input_value("#description") == "Iedereen leest het zebrapad."
    assert PICTURE.name in text_of(page, ".chosen")
    page.unroute("**/report/")


def _only_armour(left: list[tuple[str, str]]) -> None:
    """Twice: the time that did not arrive, and the time that did."""
    assert not [word for word in WORDS if word in str(left)]
    sealed = [name for name, value in left if value.startswith("-----BEGIN PGP MESSAGE-----")]
    assert sorted({*sealed}) == ["address", "description", "name", "script-input", "system"]
    assert {value for name, value in left if name == "files"} == {"1.pgp"}


def _in_a_flood_the_browser_works_and_sends_by_itself(page: Page, program: Program) -> None:
    with contextlib.closing(sqlite3.connect(program.data / "meldpunt.sqlite3", timeout=20)) as house, house:
        table = [name for _, name, *_ in house.execute("PRAGMA table_info(intake_item)")]
        same = [f'"{name}"' for name in table if name not in ("id", "once", "token")]
        into, of = ", ".join(["token", *same]), ", ".join(["lower(hex(randomblob(16)))", *same])
        for _ in range(40):
            house.execute(f"INSERT INTO intake_item ({into}) SELECT {of} FROM intake_item WHERE door = 'form' LIMIT 1")
    page.goto(f"{program.portal}/report/")
    page.fill("#system", "x")
    page.fill("#description", "Sent at once, in a flood.")
    page.check("#conditions")
    page.locator("main form[data-sends] button[type=submit]").click()
    page.locator(".receipt__code").wait_for()


def _write_back(page: Page, program: Program, ref: str) -> None:
    page.fill("#text", "Nog iets: de tureluur.")
    with page.expect_event("load"):  # it goes back to itself
        page.locator("form[action='/my/report/'] button[type=submit]").click()
    assert page.url.endswith("/my/report/#letters")

    def stands() -> bool:
        page.goto(f"{program.portal}/my/report/", wait_until="domcontentloaded")  # its words, not its typefaces
        return "Nog iets: de tureluur." in text_of(page, ".correspondence")

    until("the message to stand on the page", stands)
    assert written(program, ref, "from-reporter")[-1]["protection"] == "confidential"
