"""The page of a case, and the small acts on it."""

import re
from dataclasses import replace

import pytest
import time_machine
from django.test import Client
from tests.build import HEAD
from tests.cast import MONDAY_NINE, OPENER
from tests.desk.conftest import hidden

from meldpunt.cases.rules import Content, FileRef, Reporter
from meldpunt.conversation import commands as conversation
from meldpunt.ledger import log
from meldpunt.vault import files


def test_absent_and_malformed_look_the_same(desk):
    for ref in ("VB-2026-0099", "x", "..%2Fetc"):
        for path in ("", "assess/", "reply/", "files/abc-0/"):
            assert desk.get(f"/cases/{ref}/{path}").status_code == 404, (ref, path)
        assert desk.post(f"/cases/{ref}/take/").status_code == 404
        assert desk.post(f"/cases/{ref}/note/", note="x", once="1").status_code == 404


def test_it_says_what_we_owe_and_what_was_written(desk):
    ref = desk.house.a_case("The lock <b>opens</b>", reporter=Reporter("Nachtuil", "nachtuil@example.org"))
    with time_machine.travel(MONDAY_NINE, tick=False):
        page = desk.text(f"/cases/{ref}/")
    assert "We owe Nachtuil an assessment and an expected date" in page
    assert "Thursday 5 March 2026, end of day, Amsterdam time" in page
    assert "The lock &lt;b&gt;opens&lt;/b&gt;" in page
    assert "Letter from Nachtuil" in page
    assert "Acknowledgement sent" in page
    assert " ".join(re.findall(r".{8}", log.head(ref)[:32])) in " ".join(page.split())


def test_taking_a_case_is_told_and_seen(desk):
    ref = desk.house.a_case()
    assert desk.post(f"/cases/{ref}/take/")["Location"] == f"/cases/{ref}/"
    page = desk.text(f"/cases/{ref}/")
    assert "Take this case" not in page and "Taken" in page
    assert [entry.by for entry in log.read(ref) if entry.kind == "case.taken"] == ["handler:hanna"]


def test_a_note_is_kept_as_a_slip_and_as_nothing_else(desk):
    ref = desk.house.a_case()
    page = desk.text(f"/cases/{ref}/")
    key = hidden(page, "once")
    for _ in range(2):  # twice, by a nervous finger
        assert desk.post(f"/cases/{ref}/note/", note="Supplier says <i>January</i>", once=key).status_code == 302
    page = desk.text(f"/cases/{ref}/")
    assert page.count("Supplier says &lt;i&gt;January&lt;/i&gt;") == 1
    slip = page[page.index('<article class="slip">') :]
    assert "Supplier says" in slip[: slip.index("</article>")]
    assert "Internal note, never sent" in slip
    assert [entry.kind for entry in log.read(ref)].count("note.kept") == 1
    assert not [entry for entry in log.read(ref) if entry.kind == "letter.written" and not entry.facts["automatic"]]


def test_an_empty_note_is_refused_on_the_page(desk):
    ref = desk.house.a_case()
    answer = desk.post(f"/cases/{ref}/note/", note="  ", once="k")
    assert answer.status_code == 400
    assert "There is nothing in the note." in answer.content.decode()
    assert desk.post(f"/cases/{ref}/note/", note="now with words", once="k").status_code == 302  # unspent
    assert "now with words" in desk.text(f"/cases/{ref}/")


def test_the_note_form_and_the_letter_forms_share_nothing(desk):
    ref = desk.house.a_case()
    case = desk.text(f"/cases/{ref}/")
    note_form = re.search(r'<form class="slip.*?</form>', case, re.S)
    assert note_form and 'name="letter"' not in note_form[0] and f"/cases/{ref}/note/" in note_form[0]
    assert 'name="letter"' not in case  # a letter is written on a page of its own
    for path in ("reply", "assess"):
        assert 'name="note"' not in desk.text(f"/cases/{ref}/{path}/")


@pytest.fixture
def with_file(desk):
    content = b"<script>alert(document.cookie)</script>" * 5000
    sealed = files.store(desk.house.folder, content)
    arrival = desk.house.arrival()
    ref_file = FileRef('plan "2" é.html', "text/html", sealed.plain())
    arrival = replace(arrival, content=Content("See the file.", files=(ref_file,)))
    _, ref = conversation.take_in(
        arrival, None, desk.house.receipt(), HEAD, keys=desk.house.keys, by=OPENER, now=MONDAY_NINE
    )
    return ref, content, sealed


def test_a_file_is_saved_and_never_shown(desk, with_file):
    ref, content, _ = with_file
    page = desk.text(f"/cases/{ref}/")
    link = re.search(rf'href="(/cases/{ref}/files/[^"]+)"', page)
    assert link
    answer = desk.get(link[1])
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    other = desk.house.a_case("Another", message_id="<other@example.org>")
    assert desk.get(link[1].replace(ref, other)).status_code == 404


def test_a_file_that_is_gone_is_told_in_a_sentence(desk, with_file):
    ref, _, sealed = with_file
    link = re.search(rf'href="(/cases/{ref}/files/[^"]+)"', desk.text(f"/cases/{ref}/"))
    (desk.house.folder / "files" / sealed.path).unlink()
    answer = desk.get(link[1])
    assert answer.status_code == 400
    assert "not there any more" in answer.content.decode()


def test_every_page_forbids_scripts_frames_and_caches(desk):
    ref = desk.house.a_case()
    for path in ("/", "/held/", f"/cases/{ref}/", f"/cases/{ref}/assess/", "/account/"):
        answer = desk.get(path)
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "no-store"
        page = answer.content.decode()
        assert not re.search(r"<script(?! src=\"/static/[\w/.]+\" defer></script>)", page)  # our own files only
        assert " style=" not in page and " onclick" not in page


def test_a_post_without_the_forms_token_does_nothing(desk):
    ref = desk.house.a_case()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = desk.client.cookies
    assert strict.post(f"/cases/{ref}/take/").status_code == 403
    assert "case.taken" not in [entry.kind for entry in log.read(ref)]


def test_quoted_text_is_folded_and_a_signature_quiet(desk):
    text = "Still <b>open</b>.\n\nOn Mon, 2 Mar 2026 at 09:12, A <a@b.example> wrote:\n> Is <i>it</i>?\n\n-- \nRui\n"
    page = desk.text(f"/cases/{desk.house.a_case(text)}/")
    folded = re.search(r'<details class="quoted">(.*?)</details>', page, re.S)
    assert folded and "Quoted text, 2 lines" in folded[1] and "&gt; Is &lt;i&gt;it&lt;/i&gt;?" in folded[1]
    assert "Rui" in page[page.index("typed__signature") :]
    assert "Still &lt;b&gt;open&lt;/b&gt;." in page


def test_a_second_sender_is_marked_for_the_handler(desk):
    ref = desk.house.a_case("The lock opens", reporter=Reporter("Nachtuil", "nachtuil@example.org"))
    other = desk.house.arrival("Me too.", reporter=Reporter("Rui <b>", "rui@other.example"))
    conversation.take_in(other, ref, desk.house.receipt(), HEAD, keys=desk.house.keys, by=OPENER, now=MONDAY_NINE)
    page = desk.text(f"/cases/{ref}/")
    assert "From another address: Rui &lt;b&gt; &lt;rui@other.example&gt;, not the reporter" in page
    assert "What you write still goes to the reporter only." in page
    assert "nachtuil@example.org" in desk.text(f"/cases/{ref}/reply/")
