"""What no browser of a friend would send: a clear sentence, nothing lost, nothing executed, nothing left behind."""

import io
import re
from html import unescape

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from tests.cast import HOUR
from tests.markup import Sweep
from tests.portal.conftest import TEXT, Reporter, receipt_in, words_in
from tests.portal.test_report import files_on_disk, only_item
from tests.portal.test_visit import open_all

from meldpunt.cases.models import Visit
from meldpunt.ground import clock
from meldpunt.intake.models import Item

EDGE = "----edge"
MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7919*7907 }}{% load i18n %}"
FIELDS = ("system", "description", "impact", "address", "name", "key")


def part(name: str, value: str, more: str = "") -> bytes:
    return f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'.encode()


def post(path: str, body: bytes, kind: str = f"multipart/form-data; boundary={EDGE}", **headers: str):
    return Client(headers={"accept-language": "en", **headers}).generic("POST", path, body, content_type=kind)


WHOLE = part("system", "https://www.example.org") + part("description", TEXT) + part("conditions", "yes")
END = f"--{EDGE}--\r\n".encode()


class Broken(io.BytesIO):
    """A connection that breaks off when what has come is read."""

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        if not piece:
            raise OSError("the connection is gone")
        return piece


def answer_of(body: io.BytesIO, length: int, path: str = "/report/") -> tuple[str, bytes]:
    """Through the whole of the portal, as its server would ask it."""
    said = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "CONTENT_TYPE": f"multipart/form-data; boundary={EDGE}",
        "CONTENT_LENGTH": str(length),
        "wsgi.input": body,
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }
    response = WSGIHandler()(environ, lambda status, headers: said.append(status))
    return said[0], b"".join(response)


def test_an_upload_that_breaks_off_leaves_nothing_and_is_no_bug_of_ours(portal):
    begun = WHOLE + part("files", "x" * 200_000, '; filename="a.bin"')[:-2]
    status, page = answer_of(Broken(begun), len(begun) + 50_000)
    assert status.startswith("400")
    assert b"broke off" in page
    assert files_on_disk(portal) == []
    assert not Item.objects.exists()


def test_a_form_that_is_cut_short_is_told_or_taken_whole(portal):
    """Less came than was announced, and the end of it is not there: the file is not half a file."""
    answer = post("/report/", WHOLE + part("files", "half", '; filename="a.bin"')[:-30])
    assert answer.status_code in (400, 201)
    assert Item.objects.count() == (answer.status_code == 201)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe nonsense", f"multipart/form-data; boundary={EDGE}"),
        (WHOLE + END, "multipart/form-data"),
        (WHOLE + END, "multipart/form-data; boundary=" + "x" * 300),
        (WHOLE + END, f"multipart/form-data; boundary={EDGE}; charset=no-such"),
        (b"{}", "application/json"),
        (b"description=%ff%fe&system=%00", "application/x-www-form-urlencoded"),
        (b"description=x", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"", "text/plain"),
    ],
)
def test_what_is_no_form_is_told_so(portal, body, kind):
    answer = post("/report/", body, kind)
    assert answer.status_code in (400, 201)
    assert b"<h1>" in answer.content
    if b"description" not in body:
        assert not Item.objects.exists()


def test_ten_thousand_fields_are_refused_with_a_sentence(portal):
    answer = post("/report/", b"".join(part(f"f{n}", "x") for n in range(10_000)) + END)
    assert answer.status_code == 400
    assert "Nothing was stored." in words_in(answer)


def test_a_thousand_files_are_refused_with_a_sentence(portal):
    body = WHOLE + b"".join(part("files", "x", f'; filename="{n}"') for n in range(1000)) + END
    answer = post("/report/", body)
    assert answer.status_code == 413
    assert "too many files" in words_in(answer)
    assert files_on_disk(portal) == []


def test_a_nul_is_kept_as_the_sign_for_one(reporter):
    assert reporter.send(description="before\0after", name="a\0b").status_code == 201
    submission = only_item(reporter.house).submission
    assert (submission.description, submission.name) == ("before␀after", "a␀b")


def test_other_charsets_and_half_characters_are_read_as_well_as_can_be(portal):
    body = f"system=x&conditions=yes&policy_version=1&description={TEXT}%F0%9F&name=%E9".encode()
    answer = post("/report/", body, "application/x-www-form-urlencoded")
    assert answer.status_code == 201
    assert only_item(portal).submission.description.startswith(TEXT)


def test_markup_in_every_field_is_text_on_the_form_and_on_the_page_of_the_case(reporter):
    typed = {name: MARKUP for name in FIELDS}
    page = reporter.send(**typed, contact="mail", files=[(MARKUP.replace("/", ""), b"<script>")])
    assert page.status_code == 400
    assert_harmless(page)
    sent = reporter.send(**typed | {"key": "", "address": ""}, files=[("<b>x</b>.html", b"<script>alert(1)</script>")])
    assert sent.status_code == 201
    open_all(reporter.house)
    reporter.show(receipt_in(sent))
    case = reporter.client.get("/my/report/")
    assert_harmless(case)
    assert "alert(1)" in unescape(case.content.decode())


def test_markup_in_every_field_of_every_form_stays_text(reporter):
    """Of the form, and of the page of a report that has come: consents, credit, a message, a leak, a dispute."""
    sweep = Sweep(reporter.client)
    sweep.through(["/report/", "/my/", "/owner/", "/owner/code/"])
    sent = reporter.send(**dict.fromkeys(("system", "description", "impact", "name"), MARKUP))
    open_all(reporter.house)
    for path in ("/my/name/", "/my/report/", "/my/report/"):  # among their forms is the one that closes the visit
        reporter.show(receipt_in(sent))
        sweep.through([path])
        open_all(reporter.house)
    assert sweep.wrong == []
    assert {"/my/report/", "/my/name/"} <= sweep.seen and len(sweep.sent) > 10, sweep.sent


def assert_harmless(answer):
    page = answer.content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page
    assert "62615533" not in page and "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", page)
    assert "'unsafe" not in answer["Content-Security-Policy"]


def test_a_message_written_when_the_visit_had_ended_is_kept_until_the_receipt_is_shown(reporter):
    code = receipt_in(reporter.send())
    open_all(reporter.house)
    reporter.show(code)
    form = reporter.form("/my/report/")
    Visit.objects.update(until=clock.now() - HOUR)
    del reporter.client.cookies["meldpunt-visit"]  # a browser forgets it in the same moment
    words = "One more thing: <b>zebrapad</b>."
    refused = reporter.send("/my/report/", form=form, text=words)
    assert refused.status_code == 403
    assert "has not been sent yet" in words_in(refused)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', refused.content.decode()))
    carried = {name: unescape(value) for name, value in hidden.items()}
    assert carried["unsent"] == words
    mistyped = reporter.client.post("/my/", {**carried, "receipt": code[:-1]})
    assert f'name="unsent" value="{hidden["unsent"]}"' in mistyped.content.decode()
    again = reporter.client.post("/my/", {**carried, "receipt": code})
    assert again.status_code == 200
    assert words in unescape(again.content.decode())
    sent = reporter.send("/my/report/", text=words)
    assert sent.status_code == 302
    assert reporter.client.get("/my/report/").status_code == 200


def test_words_for_another_form_are_kept_as_well_when_the_visit_has_ended(reporter):
    """Nothing is done for who is not there any more; their words come along as a message."""
    code = receipt_in(reporter.send())
    open_all(reporter.house)
    reporter.show(code)
    form = reporter.form("/my/report/")
    del reporter.client.cookies["meldpunt-visit"]
    refused = reporter.send("/my/embargo/leak/", form=form, where="It stood on a <b>forum</b>.")
    assert refused.status_code == 403
    assert "has not been sent yet" in words_in(refused)
    assert 'name="unsent" value="It stood on a &lt;b&gt;forum&lt;/b&gt;."' in refused.content.decode()


def test_two_tabs_send_two_messages_and_a_double_click_one(reporter):
    code = receipt_in(reporter.send())
    open_all(reporter.house)
    reporter.show(code)
    one, other = reporter.form("/my/report/"), reporter.form("/my/report/")
    before = Item.objects.count()
    for form, text in ((one, "Hello"), (other, "And more"), (one, "Hello"), (other, "And more")):
        assert reporter.send("/my/report/", form=form, text=text).status_code == 302
    assert Item.objects.count() == before + 2


@pytest.mark.parametrize(
    ("language", "sentence", "button"),
    [
        ("en", "You have sent us this same text already:", "Send it once more"),
        ("nl", "U hebt ons deze zelfde tekst al gestuurd:", "Nog een keer versturen"),
    ],
)
def test_the_same_message_behind_back_is_asked_about_and_goes_when_it_is_meant(portal, language, sentence, button):
    reporter = Reporter(portal, language)
    reporter.show(shown := receipt_in(reporter.send()))
    open_all(portal)
    reporter.show(shown)
    first = reporter.form("/my/report/")
    assert reporter.send("/my/report/", form=first, text="Hello: zebrapad").status_code == 302
    open_all(portal)
    before = Item.objects.count()
    assert reporter.send("/my/report/", form=first, text="Hello: zebrapad").status_code == 302  # the same form
    asked = reporter.send("/my/report/", text=" Hello:  zebrapad ", files=[])
    assert asked.status_code == 409 and Item.objects.count() == before
    assert sentence in words_in(asked) and f'name="again" value="1">{button}' in asked.content.decode()
    assert "zebrapad" in asked.content.decode().split("<textarea")[1]
    assert reporter.send("/my/report/", text="Hello: zebrapad", files=[("log.txt", b"x")]).status_code == 302
    assert reporter.send("/my/report/", text="Hello: zebrapad", again="1").status_code == 302
    assert Item.objects.count() == before + 2


def test_a_file_that_came_along_twice_has_to_be_chosen_again(reporter):
    reporter.show(shown := receipt_in(reporter.send()))
    open_all(reporter.house)
    reporter.show(shown)
    for status in (302, 409):
        answer = reporter.send("/my/report/", text="Here it is.", files=[("log.txt", b"x")])
        assert answer.status_code == status
        open_all(reporter.house)
    assert "Only the files are not: please choose them again." in words_in(answer)


def test_two_people_in_one_browser_do_not_read_each_other(portal):
    """The second receipt replaces the first; nothing of the first is left on the page."""
    reporter = Reporter(portal)
    first = receipt_in(reporter.send(description="The first: kievit."))
    second = receipt_in(reporter.send(description="The second: grutto."))
    open_all(portal)
    reporter.show(first)
    reporter.show(second)
    words = words_in(reporter.client.get("/my/report/"))
    assert "grutto" in words and "kievit" not in words


@pytest.mark.parametrize("once", ["", "x" * 64, "\0", "' OR 1=1", "é"])
def test_a_strange_form_number_harms_nobody(reporter, once):
    assert reporter.send(form={"policy_version": "1", "once": once}).status_code == 201


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "1.5", "\0"])
def test_a_form_of_another_version_is_asked_to_confirm_again(reporter, version):
    answer = reporter.send(form={"policy_version": version})
    assert answer.status_code == 400
    assert TEXT in unescape(answer.content.decode())


@pytest.mark.parametrize("path", ["/report/", "/my/", "/my/report/", "/", "/key.asc"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_other_methods_are_refused(portal, path, method):
    assert Client().generic(method, path).status_code in (403, 405)
