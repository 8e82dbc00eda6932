"""An owner with a browser: in by link and code, what they see and do, and what the hostile ones get."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.build import HEAD
from tests.cast import BASE, DAY, HANNA
from tests.owners.conftest import MARKS, REPORT, code_in, invite, mails_to, words_of
from tests.portal.conftest import portal, words_in  # noqa: F401  # fixture

from meldpunt.ground import clock
from meldpunt.owners import commands, queries
from meldpunt.owners.outgoing import Going
from meldpunt.owners.rules import Asks, State
from meldpunt.portal import owner as owner_pages
from meldpunt.portal.throttle import WrongTries

BAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Browser:
    """``client`` checks the secret of every form."""

    def __init__(self, language="en"):
        self.client = Client(enforce_csrf_checks=True, headers={"accept-language": language})

    def get(self, path="/owner/case/"):
        return self.client.get(path)

    def post(self, path, page="/owner/case/", **fields):
        shown = self.client.get(page).content.decode()
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown))
        return self.client.post(path, {**hidden, **fields})

    def come_in(self, owner):
        assert self.post("/owner/", "/owner/", receipt=owner.link.code)["Location"] == "/owner/code/"
        answer = self.post("/owner/code/", "/owner/code/", code=code_in(owner.house))
        assert answer["Location"] == "/owner/case/"
        return self


@pytest.fixture
def guest(portal, ref, monkeypatch):  # noqa: F811
    monkeypatch.setattr(owner_pages, "wrong_tries", WrongTries(wait=lambda _seconds: None))
    return invite(portal, ref, now=clock.now())


@pytest.fixture
def browser(guest):
    return Browser().come_in(guest)


def the_owner(guest):
    return queries.thread(HANNA, guest.ref, guest.id, guest.house.keys).owner


def test_the_page_shows_the_technical_part_and_no_word_of_the_reporter(guest, browser):
    answer = browser.get()
    text = words_in(answer)
    assert "Adding ?open=1 opens the lock of the tax page." in text and guest.ref in text
    assert "Acme Software" in text and "High" in text and "27 March 2026" in text
    whole = answer.content.decode() + str(answer.headers) + str(answer.cookies)
    assert [mark for mark in MARKS if mark.casefold() in whole.casefold()] == []
    assert answer["Cache-Control"] == "no-store" and answer["X-Robots-Tag"] == "noindex"


def test_the_page_asks_few_things_of_the_database(guest, browser, django_assert_max_num_queries):
    for number in range(5):
        browser.post("/owner/case/write/", text=f"Question {number}")
    with django_assert_max_num_queries(9):
        browser.get()


def test_in_dutch(guest):
    text = words_in(Browser("nl").come_in(guest).get())
    assert "Lost u dit op?" in text and "vrijdag 27 maart 2026" in text


def test_a_forwarded_link_alone_opens_nothing(guest):
    stranger = Browser()
    stranger.post("/owner/", "/owner/", receipt=guest.link.code)
    assert stranger.get().status_code == 403
    text = words_in(stranger.get("/owner/code/"))
    assert "o…@leverancier.example" in text and "ontwikkelaar" not in text and "tax page" not in text
    for _ in range(5):
        answer = stranger.post("/owner/code/", "/owner/code/", code="12345678")
    assert answer.status_code == 403 and stranger.get().status_code == 403
    answer = stranger.client.get("/owner/code/")
    assert answer.status_code == 403 and "Please open your link again." in words_in(answer)


def test_a_double_click_on_the_code_is_no_accident(guest):
    browser = Browser()
    browser.post("/owner/", "/owner/", receipt=guest.link.code)
    page = browser.client.get("/owner/code/").content.decode()
    form = {**dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)), "code": code_in(guest.house)}
    assert browser.client.post("/owner/code/", form)["Location"] == "/owner/case/"
    assert browser.client.post("/owner/code/", form)["Location"] == "/owner/case/"


def test_a_known_browser_needs_the_link_and_no_code_until_it_forgets(guest, browser):
    del browser.client.cookies[owner_pages.VISIT]
    assert browser.get().status_code == 403
    before = len(mails_to(guest.house))
    assert browser.post("/owner/", "/owner/", receipt=guest.link.code)["Location"] == "/owner/case/"
    assert len(mails_to(guest.house)) == before
    assert browser.post("/owner/close/")["Location"] == "/owner/?closed"
    assert browser.get().status_code == 403
    assert browser.post("/owner/", "/owner/", receipt=guest.link.code)["Location"] == "/owner/code/"


def test_unknown_withdrawn_and_a_reporters_receipt_get_the_same_page(guest, browser):
    def page(code):
        answer = Browser().post("/owner/", "/owner/", receipt=code)
        return answer.status_code, re.sub(r'value="[^"]*"', "", answer.content.decode())

    unknown = page(guest.house.receipt().code)
    assert unknown[0] == 404 and page(guest.house.receipts[0].code) == unknown
    commands.withdraw(guest.ref, guest.id, by=HANNA, now=clock.now())
    assert page(guest.link.code) == unknown
    answer = browser.post("/owner/case/write/", "/owner/", text="Is anybody there?")
    assert answer.status_code == 403 and "Is anybody there?" in words_in(answer)


def test_a_link_is_nothing_at_the_reporters_door(guest):
    answer = Browser().post("/my/", "/my/", receipt=guest.link.code)
    assert answer.status_code == 404


@pytest.mark.parametrize("typed", ["", "hello", "0" * 27, "é" * 500])
def test_what_is_no_code_is_told_and_counts_for_nothing(guest, typed):
    answer = Browser().post("/owner/", "/owner/", receipt=typed)
    assert answer.status_code in (400, 404) and mails_to(guest.house)[1:] == []


def test_they_write_with_a_file_and_read_the_answer(guest, browser):
    file = SimpleUploadedFile("fix <1>.patch", b"--- a\n+++ b\n", "text/x-diff")
    answer = browser.post("/owner/case/write/", text="Is this it?", files=[file])
    assert answer["Location"] == "/owner/case/#write"
    page = browser.get().content.decode()
    assert "Is this it?" in page and "fix &lt;1&gt;.patch" in page
    path = re.search(r'href="(/owner/files/[^"]+)"', page)[1]
    got = browser.get(path)
    assert b"".join(got.streaming_content) == b"--- a\n+++ b\n" and got["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got["Content-Security-Policy"]
    to = {"folder": guest.house.folder, "keys": guest.house.keys, "by": HANNA, "now": clock.now()}
    commands.write(guest.ref, guest.id, Going("Yes."), HEAD, **to)
    text = words_in(browser.get())
    assert "From Municipality of Voorbeeldstad" in text or "From Gemeente Voorbeeldstad" in text
    assert "hanna" not in text.casefold()  # a person at the desk is nobody's to know


def test_sent_twice_counts_once_and_a_second_message_does_too(guest, browser):
    page = browser.get().content.decode()
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    for _ in range(2):
        assert browser.client.post("/owner/case/write/", {**form, "text": "Once."}).status_code == 302
    form["text"] = "Once."
    browser.client.post("/owner/case/solved/", {**form, "on": clock.now().date().isoformat()})
    text = words_in(browser.get())
    assert text.count("Once.") == 1 and the_owner(guest).state is State.SOLVED  # another form of the same page


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "You have sent us this same text already:"), ("nl", "U hebt ons deze zelfde tekst al gestuurd:")],
)
def test_the_same_words_in_a_fresh_form_are_asked_about(guest, language, sentence):
    browser = Browser(language).come_in(guest)
    assert browser.post("/owner/case/write/", text="Is this it?").status_code == 302
    asked = browser.post("/owner/case/write/", text="Is this it?")
    assert asked.status_code == 409 and sentence in words_in(asked)
    assert "Is this it?</textarea>" in asked.content.decode() and 'name="again" value="1"' in asked.content.decode()
    assert words_in(browser.get()).count("Is this it?") == 1
    assert browser.post("/owner/case/write/", text="Is this it?", again="1").status_code == 302
    assert words_in(browser.get()).count("Is this it?") == 2


def test_a_date_a_fix_and_giving_back(guest, browser):
    day = clock.now().date().replace(year=clock.now().year + 1).isoformat()
    assert browser.post("/owner/case/date/", on=day, reason="The release.")["Location"] == "/owner/case/#date"
    assert the_owner(guest).asks is Asks.PROPOSED and the_owner(guest).proposed_on.isoformat() == day
    assert "It counts as soon as we agree" in words_in(browser.get())
    assert browser.post("/owner/case/back/", why="Not our product.").status_code == 302
    assert "You gave this back" in words_in(browser.get()) and "Not yours?" not in words_in(browser.get())
    today = clock.now().date().isoformat()
    assert browser.post("/owner/case/solved/", on=today, done="4.2").status_code == 302
    text = words_in(browser.get())
    assert "You said that it is solved" in text and "By when" not in text


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("date", {"on": "soon", "reason": "kept"}, "Write the date as year-month-day"),
        ("date", {"on": "2001-01-01", "reason": "kept"}, "That day has passed already."),
        ("date", {"on": "2199-01-01", "reason": "kept"}, "more than ten years away"),
        ("date", {"on": "2199-01-01", "reason": ""}, "more than ten years away"),
        ("solved", {"on": "2199-01-01", "done": "kept"}, "That day is still to come."),
        ("back", {"why": " "}, "Please say why"),
        ("write", {"text": "x" * 50_001}, "That text is too long"),
        ("write", {"text": ""}, "There is nothing in the message."),
    ],
)
def test_bad_input_is_told_and_loses_nothing(guest, browser, path, fields, sentence):
    answer = browser.post(f"/owner/case/{path}/", **fields)
    text = words_in(answer)
    assert answer.status_code == 400 and sentence in text
    assert all(value.strip() in answer.content.decode() for name, value in fields.items() if name != "on")
    assert the_owner(guest).asks is Asks.NOTHING


def test_html_in_every_field_is_text(guest, browser):
    today, later = (day.isoformat() for day in (clock.now().date(), (clock.now() + 7 * DAY).date()))
    browser.post("/owner/case/write/", text=BAD)
    browser.post("/owner/case/date/", on=later, reason=BAD)
    browser.post("/owner/case/back/", why=BAD)
    browser.post("/owner/case/solved/", on=today, done=BAD)
    page = browser.get().content.decode()
    assert page.count("&lt;script&gt;alert(1)") == 4 and "<script>alert" not in page and "<img" not in page


def test_files_of_another_case_do_not_exist(guest, browser):
    house = guest.house
    other = invite(house, house.a_case(REPORT), text="Another one.", now=clock.now())
    theirs = Browser().come_in(other)
    file = SimpleUploadedFile("secret.txt", b"theirs", "text/plain")
    theirs.post("/owner/case/write/", text="x", files=[file])
    path = re.search(r'href="(/owner/files/[^"]+)"', theirs.get().content.decode())[1]
    wrong = ["/owner/files/x/", "/owner/files/-0/", "/owner/files/%2e%2e-0/", path.replace("-0/", "-1/")]
    answers = [(browser.get(one).status_code, browser.get(one).content) for one in (path, *wrong)]
    assert {status for status, _page in answers} == {404} and len({page for _status, page in answers}) == 1
    assert Browser().get(path).status_code == 404


def test_the_reporters_pages_know_nothing_of_an_owners_visit(guest, browser):
    assert browser.get("/my/report/").status_code == 403
    assert browser.get("/my/report.txt").status_code == 404
    browser.client.cookies["meldpunt-visit"] = browser.client.cookies[owner_pages.VISIT].value
    assert browser.get("/my/report/").status_code == 403


def test_a_form_without_its_secret_is_refused(guest, browser):
    assert browser.client.post("/owner/case/write/", {"text": "forged"}).status_code == 403


def test_the_mail_leads_to_the_page(guest):
    assert f"{BASE}/owner/#{guest.link.code}" in words_of(mails_to(guest.house)[0])
