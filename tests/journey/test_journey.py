"""The main job, end to end, on the real program: by encrypted mail, in Dutch.

Nothing in here looks inside.  What is known of the program is what a reporter, a handler and
an operator can see: mail, pages, and the command line.
"""

import re
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journey.browser import Chromium, sign_in, text_of
from tests.journey.letters import Read, encrypted, hand_in, new_message_id, read
from tests.journey.program import CONTACT, Program, until
from tests.journey.seen import (
    RECEIPT,
    REFERENCE,
    assess,
    check_due,
    in_words,
    only,
    somebody_else_reports,
    three_working_days,
    written,
)
from tests.journey.sink import Sink
from tests.vault.gnupg import Person

pytestmark = pytest.mark.real

HEAD = re.compile(r"\b[0-9a-f]{8}(?: [0-9a-f]{8}){3}\b")
REPORT = """\
Goedendag,

Op https://mijn.voorbeeldstad.example/aangifte kan ik het nummer in de adresbalk ophogen.
Dan zie ik de aangifte van iemand anders. Ik heb er één bekeken en niets bewaard.

Met vriendelijke groet,
Rui
"""
ADDED = "Wij hebben de pagina intussen dichtgezet."
REPLY = "Dank voor het snelle oordeel. Op de testomgeving werkt het ook nog, zie ik net."


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


@dataclass(frozen=True)
class Story:
    """What a reporter knows once their report is confirmed.  ``sent``: their Message-ID; ``ours``: our key."""

    program: Program
    rui: Reporter
    sent: str
    ours: str
    ref: str
    code: str
    due_on: date


def test_an_encrypted_letter_is_answered_in_time(
    program: Program, sink: Sink, person: Callable[[str, str], Person], browser_window: Chromium
) -> None:
    hanna = program.found()
    program.start()
    rui = Reporter(person("rui@post.reporter.example", "Rui Reporter"), "Rui Reporter", program, sink)
    story = _report(program, rui)
    my_page = _follow_the_link(browser_window, story)
    somebody_else_reports(program, sink)

    desk = browser_window.person("nl")
    sign_in(desk, program, hanna)
    assert story.ref in text_of(desk, ".owed > li")  # the first of the list, though it is not the newest
    desk.locator(".owed__what").first.click()
    assert "mijn.voorbeeldstad.example/aangifte" in text_of(desk)
    solved_on = story.due_on + timedelta(days=14)
    _answer(desk, story, solved_on)
    answer = _read_the_answer(story, solved_on)
    my_page.reload()
    _check_promises(my_page, story, solved_on)

    _reply(story, answer)
    desk.reload()
    my_page.reload()
    assert REPLY in text_of(desk) and REPLY in text_of(my_page)
    assert browser_window.trouble == []
    assert program.stop() == 0


def _report(program: Program, rui: Reporter) -> Story:
    """Write to us, and read our confirmation: everything that it owes the reporter is in it."""
    ours = rui.learns_our_key()
    sent = rui.writes("Aangiftes van anderen te lezen", REPORT)
    confirmed = rui.reads_letter(1)
    assert confirmed.signers == [ours]
    assert confirmed.answers == sent
    assert confirmed.outer_subject == "[...]"
    assert confirmed.text.startswith("Beste Rui Reporter,")
    ref = only(REFERENCE, confirmed.text)
    assert ref in confirmed.subject
    case = program.answer("case", ref)
    due_on = three_working_days(program, case["case"]["received_at"])
    assert f"uiterlijk {in_words(due_on, 'nl')}, einde van de dag, Amsterdamse tijd" in confirmed.text
    code = only(RECEIPT, confirmed.text)
    assert f"{program.portal}/my/#{code}" in confirmed.text
    head = only(HEAD, confirmed.text)
    assert program.run("ledger", "verify", "--case", ref, "--head", head).returncode == 0
    assert program.run("ledger", "verify", "--case", ref, "--head", "0" * 32).returncode == 1
    _check_case_before(case, ref, rui)
    check_due(program, ref, "assessment", due_on)
    return Story(program, rui, sent, ours, ref, code, due_on)


def _answer(desk: Page, story: Story, solved_on: date) -> None:
    """At the desk: judge, edit the letter, look where it goes, send."""
    assess(desk, {"verdict": "confirmed", "severity": "high", "expected_on": solved_on.isoformat()})
    draft = desk.input_value("#letter")
    assert draft.startswith("Beste Rui Reporter,") and in_words(solved_on, "nl") in draft
    beside = text_of(desk, ".before-sending")
    fingerprint = story.rui.person.fingerprint
    assert story.rui.person.address in beside and fingerprint in beside.replace(" ", "")
    assert "Dank u wel" in draft
    desk.fill("#letter", draft.replace("Dank u wel", f"{ADDED}\n\nDank u wel"))
    assert len(story.rui.sink.to(story.rui.person.address)) == 1  # nothing goes before somebody says so
    desk.click(".before-sending button[type=submit]")
    expect(desk).to_have_url(re.compile(f"/cases/{story.ref}/$"))


def _read_the_answer(story: Story, solved_on: date) -> Read:
    answer = story.rui.reads_letter(2)
    assert answer.signers == [story.ours]
    assert answer.answers == story.sent
    assert story.ref in answer.subject and answer.outer_subject == "[...]"
    assert ADDED in answer.text and in_words(solved_on, "nl") in answer.text
    return answer


def _check_promises(my_page: Page, story: Story, solved_on: date) -> None:
    """On the reporter's page: the answer stands there, its promise is kept; the fix and the next news are open."""
    assert ADDED in text_of(my_page)
    shown = [" ".join(promise.split()) for promise in my_page.locator(".ledger > li").all_inner_texts()]
    [kept] = [promise for promise in shown if "Nagekomen" in promise]
    assert kept.startswith("Ons oordeel") and in_words(story.due_on, "nl") in kept
    [fix] = [promise for promise in shown if promise.startswith("De zwakke plek verholpen")]
    assert in_words(solved_on, "nl") in fix and fix.endswith("Open")
    [news] = [promise for promise in shown if promise not in (kept, fix)]
    assert news.startswith("Nieuws") and news.endswith("Open")
    check_due(story.program, story.ref, "fix", solved_on)


def _reply(story: Story, answer: Read) -> None:
    """By mail, encrypted: it joins the case, makes no other, and is not confirmed once more."""
    person = story.rui.person
    # no reference in the subject: only the thread, which none but its reader knows, says where it belongs
    story.rui.writes("Nog iets", REPLY, answers=answer.message_id)
    [item] = until("the reply to join its case", lambda: written(story.program, story.ref, "from-reporter"))
    assert item["text"].strip() == REPLY
    assert (item["protection"], item["signer"]) == ("confidential+verified", person.fingerprint)
    assert {row["case"] for row in story.program.answer("due")} == {story.ref, _next(story.ref)}
    assert len(story.rui.sink.to(person.address)) == 2


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
    assert report["protection"] == "confidential"  # a key that came along does not vouch for its own letter
    kinds = {promise["kind"]: promise["kept_at"] for promise in case["promises"]}
    assert kinds == {"assessment": None, "update": None}  # an answer, and never a long silence


def _next(ref: str) -> str:
    start, _, number = ref.rpartition("-")
    return f"{start}-{int(number) + 1:04d}"


def _follow_the_link(browser: Chromium, story: Story) -> Page:
    """The link of the letter: what stands behind its # lets the reporter in, and leaves the address."""
    page = browser.person("nl")
    page.goto(f"{story.program.portal}/my/#{story.code}")
    expect(page).to_have_url(f"{story.program.portal}/my/report/")
    assert page.locator("html").get_attribute("lang") == "nl"
    shown = text_of(page)
    assert story.ref in shown and in_words(story.due_on, "nl") in shown and "Goedendag," in shown
    assert "What we owe you" not in shown
    return page
