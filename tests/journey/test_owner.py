"""An owner of a system: invited at the desk, in by the link of a real mail and its code, in a browser with scripts
and in one without; they propose a date and solve it.  Nothing that they can reach says who reported.

Whatever they and the reporter write carries markup: it stays text, on every page that anybody reaches.
"""

import re
from email import message_from_bytes
from email.policy import default

import pytest
from playwright.sync_api import Page, expect
from tests.journey.browser import Chromium, attach, show_receipt, sign_in, text_of
from tests.journey.crawl import looked_at
from tests.journey.letters import File
from tests.journey.program import Program, until
from tests.journey.seen import RECEIPT, REFERENCE, assess, download, only
from tests.journey.sink import Sink
from tests.markup import MARKUP

pytestmark = pytest.mark.real

ADDRESS = "ontwikkelaar@leverancier.example"
MARKS = ("Zebra Vinkenoog", "zebrapad@example.org", "vinkenoog", "koolmees", "waterval", "maanlicht")
PROOF = File("proof.txt", b"GET /files/4711\n", "text/plain")
PATCH = File("fix.patch", b"--- a\n+++ b\n", "text/x-diff")


def test_an_owner_solves_it_and_never_learns_who_reported(
    program: Program, browser_window: Chromium, sink: Sink
) -> None:
    program.found()
    joris = program.add_handler("joris", "Joris")
    program.start()
    code = _report(browser_window.person("en"), program)
    visitor = browser_window.person("en")
    show_receipt(visitor, program, code)
    ref = only(REFERENCE, text_of(visitor))
    visitor.fill("#text", f"It is still there: koolmees. {MARKUP}")
    visitor.locator("form[action='/my/report/'] button[type=submit]").click()

    desk = browser_window.person("en")
    sign_in(desk, program, joris)
    _assess_and_note(desk, ref)
    _invite(desk, ref)

    link = only(re.compile(r"http\S+/owner/#\S+"), _mail(sink, "/owner/#"))
    owner = browser_window.person("nl")
    _propose_by_the_link(owner, link, sink)
    _nothing_of_the_reporter(owner, sink, program)
    _agree(desk, ref)
    visitor.goto(f"{program.portal}/my/report/")
    assert "sterrenbeeld" not in visitor.content() and "Welke versie" not in visitor.content()
    plain = browser_window.person("en", scripts=False)
    _solve_without_scripts(plain, link, sink)
    _nothing_of_the_reporter(plain, sink, program)

    for page, start, least in ((desk, f"{program.desk}/", 25), (visitor, f"{program.portal}/my/report/", 8)):
        found = looked_at(page, start)
        assert {where: wrong for where, wrong in found.items() if wrong} == {} and len(found) >= least, found
    assert looked_at(plain, f"{program.portal}/owner/case/")["/owner/case/"] == []
    desk.goto(f"{program.desk}/")
    assert f"{ref} an owner says that it is solved" in text_of(desk)
    desk.goto(f"{program.desk}/cases/{ref}/")
    desk.get_by_role("link", name="Open their conversation").click()
    desk.get_by_role("button", name="Withdraw access").click()
    expect(desk.locator(".lead")).to_contain_text("access withdrawn")
    for page in (owner, plain):
        page.goto(f"{program.portal}/owner/case/")
        assert ref not in text_of(page)
    assert [said for said in browser_window.trouble if "403" not in said] == []


def _propose_by_the_link(owner: Page, link: str, sink: Sink) -> None:
    """The script takes the secret out of the address and sends it; then the code, a date, a message with a file."""
    owner.goto(link)
    expect(owner).to_have_url(re.compile(r"/owner/code/$"))
    owner.fill("#code", _code(sink))
    owner.locator("main form button").click()
    expect(owner).to_have_url(re.compile(r"/owner/case/$"))
    assert "Lost u dit op?" in text_of(owner) and "opens a stranger's file" in text_of(owner)
    assert download(owner, PROOF.name) == PROOF.content
    owner.fill("#on", "2031-03-03")
    owner.fill("#reason", f"De volgende uitgave is dan: sterrenbeeld. {MARKUP}")
    owner.locator("form[action='/owner/case/date/'] button").click()
    attach(owner, PATCH)
    owner.fill("#text", f"Welke versie draait er? {MARKUP}")
    owner.locator("form[action='/owner/case/write/'] button").click()
    expect(owner.get_by_text("Welke versie draait er?")).to_be_visible()


def _solve_without_scripts(plain: Page, link: str, sink: Sink) -> None:
    """Another browser: the code of the mail is typed, and a second one goes out."""
    plain.goto(link.partition("#")[0])
    plain.fill("#receipt", link.partition("#")[2].lower().replace("-", " "))
    plain.locator("#receipt-form button").click()
    assert "o…@leverancier.example" in text_of(plain)
    plain.fill("#code", _code(sink, 2))
    plain.locator("main form button").click()
    assert "We agreed on Monday 3 March 2031." in text_of(plain)
    assert download(plain, PATCH.name) == PATCH.content
    plain.locator("form[action='/owner/case/solved/'] button").click()
    assert "You said that it is solved" in text_of(plain)


def _report(page: Page, program: Program) -> str:
    """By the form, with a name and an address, a signature and a file; returns the receipt."""
    page.goto(f"{program.portal}/report/")
    page.fill("#system", "https://mijn.voorbeeldstad.example/files/4711")
    page.fill(
        "#description", f"Any number in place of 4711 opens a stranger's file.\n\n{MARKUP}\n\nRegards,\nZebra Vinkenoog"
    )
    attach(page, PROOF)
    page.check("input[name=contact][value=mail]")
    page.fill("#address", "zebrapad@example.org")
    page.fill("#name", "Zebra Vinkenoog")
    page.check("#conditions")
    page.locator("main form button[type=submit]").last.click()
    page.locator(".receipt__code").wait_for()
    return only(RECEIPT, text_of(page, ".receipt__code").replace(" ", ""))


def _assess_and_note(desk: Page, ref: str) -> None:
    desk.locator(".owed__what").first.click()
    assess(desk, {"verdict": "confirmed", "severity": "high", "expected_on": "2031-02-03"})
    desk.fill("#letter", f"{desk.input_value('#letter')}\nP.S. waterval\n")
    desk.click(".before-sending button[type=submit]")
    expect(desk).to_have_url(re.compile(f"/cases/{ref}/$"))
    desk.fill("#note", "Ask the provider first: maanlicht.")
    desk.locator("#internal button[type=submit]").click()


def _invite(desk: Page, ref: str) -> None:
    desk.get_by_role("link", name="Invite an owner").click()
    assert "Vinkenoog" not in desk.input_value("#owner-text")
    desk.check("#kind-supplier")
    desk.fill("#organisation", "Acme Software")
    desk.fill("#address", ADDRESS)
    desk.select_option("#language", "en")
    desk.get_by_label(re.compile(r"^proof\.txt")).check()
    desk.get_by_role("button", name="Read it as they will").click()
    assert ADDRESS in text_of(desk, ".before-sending") and PROOF.name in text_of(desk, ".memo")
    desk.get_by_role("button", name="Invite Acme Software").click()
    expect(desk).to_have_url(re.compile(rf"/cases/{ref}/owners/\w+/$"))


def _agree(desk: Page, ref: str) -> None:
    """The owner's date goes into the letter to the reporter, and none of their words."""
    desk.goto(f"{desk.url.partition('/cases/')[0]}/cases/{ref}/")
    assert "Acme Software can solve it by" in text_of(desk) and "Welke versie draait er?" in text_of(desk)
    desk.get_by_role("link", name="Agree, and tell the reporter the new date").click()
    assert desk.input_value("#id_expected_on") == "2031-03-03" and desk.input_value("#id_reason") == ""
    desk.fill("#id_reason", "The supplier brings out a new version then.")
    desk.locator(".form-end button").click()
    assert "sterrenbeeld" not in desk.input_value("#letter")
    desk.click(".before-sending button[type=submit]")
    expect(desk).to_have_url(re.compile(f"/cases/{ref}/$"))


def _mails(sink: Sink) -> list[str]:
    found = [message_from_bytes(one.raw, policy=default) for one in sink.to(ADDRESS)]
    return [part.get_content() for mail in found if (part := mail.get_body(("plain",)))]


def _mail(sink: Sink, having: str, number: int = 1) -> str:
    until("a mail to the owner", lambda: sum(having in text for text in _mails(sink)) >= number)
    return [text for text in _mails(sink) if having in text][-1]


def _code(sink: Sink, number: int = 1) -> str:
    return only(re.compile(r"(?m)^\d{4} \d{4}(?=\s*$)"), _mail(sink, "type this code on the page", number))


def _nothing_of_the_reporter(page: Page, sink: Sink, program: Program) -> None:
    """No page, name, address or cookie that they have, and no mail to them."""
    links = [str(one.get_attribute("href")) for one in page.locator("a[href^='/owner']").all()]
    whole = [page.content(), page.url, str(page.context.cookies()), *links, *_mails(sink)]
    whole += [one.raw.decode("utf-8", "replace") for one in sink.to(ADDRESS)]
    for address in ("/owner/", "/my/", "/my/report/", "/my/report.txt"):
        whole.append(page.request.get(f"{program.portal}{address}").text())
    assert [mark for mark in MARKS if mark.casefold() in "\n".join(whole).casefold()] == []
