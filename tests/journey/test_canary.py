"""Not a word of a report, nor a reporter's name or address, stands readable on the disk.

Every text that a reporter or a handler gives the program holds a word that occurs nowhere
else.  Afterwards every byte of every file that the program wrote is searched for all of them,
while it runs (so the database's journal is there) and after it has stopped.
"""

import base64
import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.journey.browser import Chromium, attach, look_until_opened, sign_in, text_of
from tests.journey.canaries import Canaries, Search, disguises
from tests.journey.letters import encrypted, hand_in, plain, read
from tests.journey.program import CONTACT, Program, until
from tests.journey.sink import Sink
from tests.vault.gnupg import Person

pytestmark = pytest.mark.real


@pytest.mark.parametrize("form", sorted(disguises("kwieblond")))
def test_the_search_finds_a_planted_word(tmp_path: Path, form: str) -> None:
    word = "kwiestandbeeld"
    needle = disguises(word)[form]
    assert len(needle) >= 12
    folder = tmp_path / "data"
    folder.mkdir()
    around = secrets.token_bytes(1 << 16)
    search = Search({"planted": word, "other": "kwiegrutto"})
    (folder / "meldpunt.sqlite3-wal").write_bytes(around)
    assert search.below(folder) == []
    (folder / "meldpunt.sqlite3-wal").write_bytes(around + needle.upper() + around)
    [found] = search.below(folder)  # two forms can look alike, so which of them it names does not matter
    assert found.startswith("meldpunt.sqlite3-wal holds planted (")


def test_the_search_finds_what_the_encodings_make_of_a_word(tmp_path: Path) -> None:
    word = "kwiestandbeeld"
    search = Search({"planted": word})
    sentence = f"Het {word.capitalize()} op de markt."
    for count, data in enumerate(
        [base64.b64encode(("x" * n + sentence).encode()) for n in range(3)]
        + [
            sentence.encode("utf-16-le"),
            sentence.encode("utf-16-be"),
            sentence.encode().hex().upper().encode(),
            json.dumps(sentence).encode(),
        ]
    ):
        place = tmp_path / str(count)
        place.mkdir()
        (place / "file").write_bytes(data)
        assert search.below(place), data
    (tmp_path / "names" / word).mkdir(parents=True)
    assert search.below(tmp_path / "names") == [f"{word} is called planted (utf-8)"]


def test_nothing_that_was_reported_stands_readable_on_the_disk(
    program: Program, sink: Sink, person: Callable[[str, str], Person], browser_window: Chromium
) -> None:
    canary = Canaries()
    hanna = program.found()
    temporary, home = _last_changed(program.temporary), _last_changed(program.home)
    program.start()

    rui, by_mail = _encrypted_report(program, sink, person, canary)
    in_the_clear = _plain_report(program, sink, canary)
    by_form = _web_report(browser_window.person("en"), program, canary)
    _mail_that_becomes_no_case(program, sink, person, canary)
    reporter = browser_window.pages()[0]
    _message(reporter, program, canary)
    desk = browser_window.person("nl")
    sign_in(desk, program, hanna)
    _note_and_answers(desk, program, canary, by_mail, by_form, in_the_clear)
    answer = read(rui, sink.wait_for(rui.address, 2).raw)
    assert canary("answer") in answer.text
    _reply_by_mail(program, rui, canary, answer.message_id)
    _refused(browser_window.person("nl"), program, canary)
    reporter.reload()
    assert canary("answer to the form") in text_of(reporter)

    _all_of_it_was_really_kept(program, canary, [by_mail, in_the_clear, by_form])
    search = Search(canary.words)
    assert (program.data / "meldpunt.sqlite3-wal").stat().st_size > 0
    assert search.below(program.folder) == []
    assert program.stop() == 0
    assert search.below(program.folder) == []
    assert _last_changed(program.temporary) == temporary, "something was in the folder for temporary files"
    assert _last_changed(program.home) == home, "something was in the home folder"
    _the_search_would_have_found_it(program, search, canary)


def _encrypted_report(
    program: Program, sink: Sink, person: Callable[[str, str], Person], canary: Canaries
) -> tuple[Person, str]:
    name = canary("encrypted: name").capitalize()
    rui = person(canary.address("encrypted: address"), name)
    rui.knows(program.run("keys", "export").stdout.encode())
    text = f"Goedendag,\n\nDe pagina {canary('encrypted: text')} laat iedereen binnen.\n"
    raw = encrypted(rui, name, f"Over {canary('encrypted: subject')}", text, [canary.file("encrypted: file")])
    hand_in(program.lmtp, raw, rui.address)
    return rui, _reference(read(rui, sink.wait_for(rui.address).raw).text)


def _plain_report(program: Program, sink: Sink, canary: Canaries) -> str:
    sender = (canary("plain: name"), canary.address("plain: address"))
    text = f"Hello, the page {canary('plain: text')} lets everybody in.\n" + "More of it. " * 20_000
    raw = plain(sender, f"About {canary('plain: subject')}", text, [canary.file("plain: file")])
    hand_in(program.lmtp, raw, sender[1])
    return _reference(sink.wait_for(sender[1]).raw.decode("utf-8", "replace"))


def _reference(text: str) -> str:
    found = re.search(r"\b[A-Z]{2,}-20\d\d-\d{4}\b", text)
    assert found, text
    return found[0]


def _web_report(page: Page, program: Program, canary: Canaries) -> str:
    file = canary.file("form: file")
    page.context.set_extra_http_headers(
        {
            "User-Agent": canary("in a browser's name"),
            "X-Forwarded-For": f"203.0.113.77, {canary('in a forwarded address')}",
            "Forwarded": f'for="{canary("in another forwarded address")}"',
            "X-Real-IP": canary("in a real address"),
        }
    )
    page.goto(f"{program.portal}/report/")
    page.fill("#system", f"https://{canary('form: system')}.example/")
    page.fill("#description", f"Somebody can read {canary('form: description')}.")
    page.fill("#impact", f"They would learn {canary('form: impact')}.")
    attach(page, file)
    page.check("#mail")
    page.fill("#address", canary.address("form: address"))
    page.fill("#name", canary("form: alias"))
    page.locator("main form button[type=submit]").click()  # without the conditions: everything is still there
    page.locator("#mistakes").wait_for()
    assert page.input_value("#description").count(canary("form: description")) == 1
    attach(page, file)
    page.check("#conditions")
    page.locator("main form button[type=submit]").click()
    page.locator(".receipt__code").wait_for()
    page.locator("form[action='/my/'] button[type=submit]").click()
    page.wait_for_url("**/my/**")
    look_until_opened(page)
    return _reference(text_of(page))


def _mail_that_becomes_no_case(
    program: Program, sink: Sink, person: Callable[[str, str], Person], canary: Canaries
) -> None:
    """Held, ignored, refused, and one whose sender does not exist: their words are nobody's business either."""
    stranger = person("stranger@elsewhere.example", "Stranger")
    other = person(CONTACT, "A key that is not ours")
    stranger.knows(other.public)
    sender = canary.address("held: address")
    raw = encrypted(stranger, canary("held: name"), "x", canary("held: text"), address=sender)
    hand_in(program.lmtp, raw.replace(b"Subject: ...", b"Subject: " + canary("held: subject").encode()), sender)
    sink.wait_for(sender)
    away = (canary("ignored: name"), canary.address("ignored: address"))
    raw = plain(away, f"Out of office {canary('ignored: subject')}", canary("ignored: text"))
    hand_in(program.lmtp, b"Auto-Submitted: auto-replied\r\n" + raw, away[1])
    with pytest.raises(Exception, match="550"):
        hand_in(program.lmtp, raw, canary.address("refused: sender"), canary.address("refused: recipient"))
    with pytest.raises(Exception, match="554"):
        hand_in(program.lmtp, b"\r\n\r\n", canary.address("empty: sender"))
    nobody = f"nobody.{canary.address('undelivered: address')}"
    hand_in(program.lmtp, plain((canary("undelivered: name"), nobody), "x", canary("undelivered: text")), nobody)
    _all_read(program)


def _all_read(program: Program) -> None:
    waiting = "SELECT count(*) FROM intake_item WHERE outcome = 'waiting'"
    until("the opener to have read everything", lambda: program.rows(waiting) == [(0,)])


def _message(page: Page, program: Program, canary: Canaries) -> None:
    """The reporter writes on their page, with a file."""
    file = canary.file("message: file")
    page.fill("#text", f"One more thing: {canary('message')}.")
    attach(page, file)
    with page.expect_event("load"):  # it goes back to itself
        page.locator("form[action='/my/report/'] button[type=submit]").click()
    assert page.url.endswith("/my/report/#letters")
    _all_read(program)


def _note_and_answers(
    desk: Page, program: Program, canary: Canaries, by_mail: str, by_form: str, plain_one: str
) -> None:
    case = f"{program.desk}/cases"
    desk.goto(f"{case}/{by_mail}/")
    desk.fill("#note", f"Tell {canary('note')} about it.")
    desk.locator("#internal button[type=submit]").click()
    desk.locator(".slip__text").wait_for()
    _assess(desk, f"{case}/{by_mail}/assess/", f"Het zit in {canary('answer')}.", canary("why no date"))
    _assess(desk, f"{case}/{by_form}/assess/", f"It is in {canary('answer to the form')}.", canary("why no date, form"))
    desk.goto(f"{case}/{plain_one}/reply/")
    desk.fill("#letter", f"Is it {canary('reply')}?")
    desk.locator(".before-sending button[type=submit]").click()
    desk.locator("#timeline").wait_for()


def _assess(desk: Page, address: str, letter: str, why_no_date: str) -> None:
    desk.goto(address)
    desk.check("#verdict-known")
    desk.fill("#id_why_no_date", f"Because of {why_no_date}.")
    desk.locator("form.narrow button[type=submit]").click()
    desk.fill("#letter", f"{desk.input_value('#letter')}\n{letter}\n")
    desk.locator(".before-sending button[type=submit]").click()
    desk.locator("#timeline").wait_for()


def _reply_by_mail(program: Program, rui: Person, canary: Canaries, answers: str) -> None:
    text = f"Ook {canary('reply by mail')} doet het."
    raw = encrypted(rui, canary("encrypted: name"), f"Re: {canary('reply by mail: subject')}", text, answers=answers)
    hand_in(program.lmtp, raw, rui.address)
    _all_read(program)


def _refused(page: Page, program: Program, canary: Canaries) -> None:
    """What is typed where it does not belong: a receipt, an address of a page, a name at the desk."""
    page.goto(f"{program.portal}/my/")
    page.fill("input[name=receipt]", canary("typed as a receipt"))
    page.locator("#receipt-form button[type=submit]").click()
    page.goto(f"{program.portal}/my/files/{canary('in an address')}/?q={canary('in a query')}")
    page.goto(program.desk)
    page.fill("input[name=login]", canary("typed as a user"))
    page.fill("input[name=password]", canary("typed as a password"))
    page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=password]").wait_for()


NOT_IN_A_CASE = ("held", "ignored", "refused", "empty", "undelivered", "typed", "in a")


def _all_of_it_was_really_kept(program: Program, canary: Canaries, refs: list[str]) -> None:
    """Whoever may read them finds the words; else it would be no wonder that the disk does not hold them."""
    shown: dict[str, Any] = {ref: program.answer("case", ref) for ref in refs}
    told = json.dumps(shown).lower()
    for place, word in canary.words.items():
        if not place.startswith(NOT_IN_A_CASE) and not place.endswith((", content", "mail: subject")):
            assert word in told, place


def _last_changed(folder: Path) -> int:
    """A folder's time changes with every file that is made or removed in it, however short it lived."""
    return folder.stat().st_mtime_ns


def _the_search_would_have_found_it(program: Program, search: Search, canary: Canaries) -> None:
    """In this very folder, beside everything else: in a file, in the log."""
    planted = program.data / "files" / "planted.tmp"
    planted.parent.mkdir(exist_ok=True)
    planted.write_bytes(b"\0" * 1000 + canary("form: alias").upper().encode("utf-16-le") + b"\0" * 1000)
    with program.printed.open("a") as log:
        log.write(f"opener | {canary.address('plain: address')}\n")
    found = search.below(program.folder)
    assert "data/files/planted.tmp holds form: alias (utf-16)" in found
    assert "printed.log holds plain: address, box (utf-8)" in found
    assert len(found) == 3
