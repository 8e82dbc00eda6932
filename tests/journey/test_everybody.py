"""One report and everybody who has to do with it: a known reporter, a handler, counsel, an auditor.

The reporter reads Dutch and runs no scripts; the handler and counsel read English, the auditor Dutch, and all three
run them.  The policy of this house asks that somebody else than the handler reviews the conduct.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journey.browser import Chromium, attach, look_until_opened, sign_in, text_of
from tests.journey.letters import File
from tests.journey.program import Program
from tests.journey.seen import RECEIPT, REFERENCE, assess, download, only
from tests.journey.sink import Sink

pytestmark = pytest.mark.real

ADDRESS = "nachtuil@kwie.example"
TITLE, NAME = "Iedereen leest het zebrapad.", "Vinkenoog"
WORDS = ("zebrapad", "vinkenoog", "nachtuil", "kievit", "tureluur", "maanlicht")  # of the report, or of who reported
BEGINNING = File("begin.txt", b"GET /kievit/1\n", "text/plain")
FURTHER = File("verder.txt", b"GET /kievit/2\n", "text/plain")
ABSENT = "VB-2020-0001"
NEW_EACH_TIME = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|data-(idle|rest)="\d+"|href="[^"]*lang=\w+"')


def test_each_does_their_part_of_one_report_and_reads_no_more_than_it_needs(
    program: Program, sink: Sink, browser_window: Chromium
) -> None:
    program.found()
    joris = program.add_handler("joris", "Joris")
    carla = program.add_handler("carla", "Carla", "counsel")
    adam = program.add_handler("adam", "Adam", "auditor")
    _ask_for_a_second_person(program)
    program.start()

    reporter = browser_window.person("nl", scripts=False)
    ref = _report(reporter, program)
    _write_and_decide(reporter, program)
    letter = sink.wait_for(ADDRESS).raw.decode("utf-8", "replace").lower()
    assert [word for word in WORDS if word in letter.replace(ADDRESS, "")] == []

    handler = browser_window.person("en")
    sign_in(handler, program, joris)
    _take_and_answer(handler, program, ref)
    counsel = browser_window.person("en")
    sign_in(counsel, program, carla)
    _review_and_give_the_statement(counsel, program, ref)

    seal = _read_the_statement(reporter, program)
    auditor = browser_window.person("nl")
    sign_in(auditor, program, adam, "#log")
    _prove_and_read_nothing(auditor, program, ref, seal)
    assert [said for said in browser_window.trouble if "the server responded with a status of 40" not in said] == []
    assert program.stop() == 0


def _ask_for_a_second_person(program: Program) -> None:
    written = program.data / "policy.toml"
    text = written.read_text("utf-8")
    changed = text.replace("second_person_for_conduct = false", "second_person_for_conduct = true")
    assert changed != text
    written.write_text(changed, "utf-8")
    program.answer("policy", "publish")


# The reporter


def _report(page: Page, program: Program) -> str:
    """By the form, with a name and an address, up to the page of the report.  Returns its reference."""
    page.goto(program.portal)
    page.locator("a.button[href='/report/']").click()
    page.fill("#system", "https://kievit.example/")
    page.fill("#description", TITLE)
    attach(page, BEGINNING)
    page.check("#mail")
    page.fill("#address", ADDRESS)
    page.fill("#name", NAME)
    page.locator("main form button[type=submit]").click()  # without the conditions: what was typed is still there
    assert "Bevestig" in text_of(page, "#mistakes") and page.input_value("#description") == TITLE
    attach(page, BEGINNING)
    page.check("#conditions")
    page.locator("main form button[type=submit]").click()
    assert "Uw melding is aangekomen." in text_of(page)
    assert RECEIPT.search(text_of(page, ".receipt__code").replace(" ", ""))
    page.locator("form[action='/my/'] button").click()
    look_until_opened(page)
    return only(REFERENCE, text_of(page))


def _write_and_decide(page: Page, program: Program) -> None:
    """A message with a file; who may know their name; how they wish to be named; and the statement, please."""
    page.fill("#text", "Nog iets: de tureluur.")
    attach(page, FURTHER)
    page.locator("form[action='/my/report/'] button[type=submit]").click()
    _look_again(page, "Nog iets: de tureluur.")
    assert download(page, FURTHER.name) == FURTHER.content
    page.get_by_text("Iemand laten weten wie u bent").click()
    page.check("#to-owner")
    page.get_by_role("button", name="Deze toestemming geven").click()
    expect(page.locator("#consent ~ div")).to_contain_text("Wij mogen de eigenaar van het systeem uw naam geven")
    page.locator("a[href='/my/name/']").click()
    page.check("#wish-alias")
    page.fill("#shown", "Maanlicht")
    page.locator("main form button").click()
    assert "Maanlicht" in text_of(page, ".letter")
    page.locator("button[name=keep]").click()
    assert "U wilt met een andere naam genoemd worden." in text_of(page)
    page.get_by_role("button", name="Bevestig het alstublieft op schrift").click()
    assert "U hebt ons gevraagd dit op schrift te bevestigen." in text_of(page)


def _look_again(page: Page, text: str) -> None:
    """Without scripts one presses a link until it is opened."""
    for _ in range(200):
        if text in text_of(page, ".correspondence"):
            return
        page.locator(".event[role=status] a").click()
    raise AssertionError("the message was never opened")


def _read_the_statement(page: Page, program: Program) -> str:
    """It was given, and stands there to be kept.  Returns the newest seal of their log."""
    page.goto(f"{program.portal}/my/report/")
    assert "Geen juridische gevolgen" in text_of(page, "main")
    with page.expect_download() as arriving:
        page.get_by_role("link", name="Verklaring, als ondertekende tekst").click()
    signed = Path(arriving.value.path()).read_text("utf-8")
    assert signed.startswith("-----BEGIN PGP SIGNED MESSAGE-----") and "Nachtuil" not in signed
    assert "We repaired the page." in text_of(page) and "Ask the supplier" not in page.content()
    return text_of(page, ".fingerprint--small").replace(" ", "")


# The handler


def _take_and_answer(page: Page, program: Program, ref: str) -> None:
    """By keys where there are some.  The review is somebody else's."""
    page.keyboard.press("j")
    expect(page.locator(".owed__what").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_be_visible()
    page.keyboard.press("t")
    expect(page.locator(".facts")).to_contain_text("you")
    for shown in (TITLE, NAME, "tureluur", "owner of the system: name"):
        assert shown in text_of(page), shown
    assert page.locator("a[href$='/conduct/']").count() == 0
    assert "the policy asks that somebody else reviews it" in text_of(page)
    assess(page, {"verdict": "confirmed", "severity": "high", "expected_on": "2031-02-03"})
    page.fill("#letter", f"{page.input_value('#letter')}\nWe repaired the page.\n")
    page.click(".before-sending button[type=submit]")
    expect(page).to_have_url(re.compile(f"/cases/{ref}/$"))
    page.keyboard.press("n")
    page.keyboard.type("Ask the supplier: maanlicht.")
    page.locator("#internal button[type=submit]").click()
    expect(page.locator(".slip__text")).to_contain_text("maanlicht")


# Counsel


def _review_and_give_the_statement(page: Page, program: Program, ref: str) -> None:
    assert ref in text_of(page, ".owed > li")
    page.locator(".owed__what").first.click()
    for shown in (TITLE, NAME, "tureluur", "Ask the supplier", "asks to have it in writing"):
        assert shown in text_of(page), shown
    for act in ("assess", "reply", "take", "owners/invite", "date", "publication"):
        assert page.locator(f"[href='/cases/{ref}/{act}/'], [action='/cases/{ref}/{act}/']").count() == 0, act
        _is_nothing(page, f"{program.desk}/cases/{ref}/{act}/", f"{program.desk}/cases/{ABSENT}/{act}/", ref)
    for place in ("held", "people", "invitations", "audit"):
        assert page.locator(f"nav a[href='/{place}/']").count() == 0, place
        _is_nothing(page, f"{program.desk}/{place}/", f"{program.desk}/nothing/", ref)
    page.locator("a[href$='/conduct/']").click()
    for kept in page.locator("[type=radio][value=kept]").all():
        kept.check()
    page.get_by_role("button", name="Keep the review").click()
    page.get_by_role("link", name="Write the safe-harbour statement").click()
    assert "It cannot be taken back" in text_of(page)
    page.locator(".before-sending button[type=submit]").click()
    expect(page.locator("[aria-labelledby=conduct]").first).to_contain_text("has been given")


def _is_nothing(page: Page, address: str, absent: str, ref: str) -> None:
    """What is not theirs looks like what is not there."""
    found = []
    for one in (address, absent):
        answer = page.request.get(one)
        assert answer.status == 404, one
        found.append(NEW_EACH_TIME.sub("", answer.text()).replace(ref, "…").replace(ABSENT, "…"))
    assert found[0] == found[1]


# The auditor


def _prove_and_read_nothing(page: Page, program: Program, ref: str, seal: str) -> None:
    assert ref in text_of(page)
    read = [page.content()]
    page.get_by_role("button", name="Het hele logboek controleren").click()
    assert "Het logboek is heel." in text_of(page)
    for head, answer in ((seal, "Die vingerafdruk staat in het logboek"), ("0" * 32, "Die vingerafdruk staat niet")):
        page.fill("#case", ref.lower())
        page.fill("#head", head)
        page.get_by_role("button", name="Klopt die?").click()
        assert answer in text_of(page)
    read.append(page.content())
    for link in ("/audit/log.jsonl", "/audit/promises.csv"):
        with page.expect_download() as arriving:
            page.locator(f"a[href='{link}']").click()
        read.append(Path(arriving.value.path()).read_text("utf-8"))
        assert ref in read[-1], link
    for place in ("figures", "score", "policy"):
        page.locator(f"nav a[href='/{place}/']").click()
        page.locator("h1").wait_for()
        read.append(page.content())
    assert [word for word in WORDS if word in "".join(read).lower()] == []
    _can_do_nothing(page, program, ref)


def _can_do_nothing(page: Page, program: Program, ref: str) -> None:
    """No form but those that prove something, and nothing behind the addresses of cases."""
    page.goto(f"{program.desk}/audit/")
    forms = {form.get_attribute("action") for form in page.locator("form[method=post]").all()}
    assert forms == {"/audit/check/", "/sign-out/"}
    for act in ("", "assess/", "conduct/", "share/"):
        _is_nothing(page, f"{program.desk}/cases/{ref}/{act}", f"{program.desk}/cases/{ABSENT}/{act}", ref)
    for place in ("search", "held", "colleagues", "people", "policy/change"):
        _is_nothing(page, f"{program.desk}/{place}/", f"{program.desk}/nothing/", ref)
    page.goto(f"{program.desk}/audit/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    headers = {"Origin": program.desk}
    tried = page.request.post(
        f"{program.desk}/cases/{ref}/note/", form={"csrfmiddlewaretoken": token, "note": "x"}, headers=headers
    )
    assert tried.status == 404
    assert "desk.refused" in page.request.get(f"{program.desk}/audit/log.jsonl").text()
