"""The form and the receipt."""

import os
import re
from html import unescape

import pytest
from tests.cast import DAY, MONDAY_NINE, OPERATOR
from tests.portal.conftest import TEXT, Reporter, receipt_in, words_in

from meldpunt.intake import queries as spool
from meldpunt.intake.models import Item
from meldpunt.policy import commands as policy
from meldpunt.policy.document import default_text
from meldpunt.vault.rules import read_receipt

MIB = 1 << 20
KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEabc\n-----END PGP PUBLIC KEY BLOCK-----"


def files_on_disk(house):
    return [path for path in (house.folder / "files").rglob("*") if path.is_file()]


def only_item(house):
    [(_, token)] = spool.waiting(10)
    return spool.arrived(token, house.keys, house.folder)


def test_two_fields_are_enough_and_the_receipt_is_shown(reporter):
    answer = reporter.send()
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    receipt = read_receipt(receipt_in(answer))
    arrived = only_item(reporter.house)
    assert arrived.receipt == receipt.code
    assert (arrived.submission.description, arrived.submission.language) == (TEXT, "en")
    assert (arrived.submission.address, arrived.submission.policy_version) == ("", 1)


def test_the_receipt_comes_as_code_picture_file_and_link_with_the_day_of_the_answer(reporter):
    answer = reporter.send()
    page = unescape(answer.content.decode())
    assert 'src="data:image/svg+xml' in page
    assert 'download="receipt-' in page
    assert f"/my/#{receipt_in(answer)}" in page
    assert "end of day, Amsterdam time" in words_in(answer)


def test_the_same_form_sent_twice_is_one_report_and_says_so(reporter):
    form = reporter.form()
    first, second = reporter.send(form=form), reporter.send(form=form, files=[("a.txt", b"again")])
    assert (first.status_code, second.status_code) == (201, 409)
    assert Item.objects.count() == 1
    assert "We have this report already" in words_in(second)
    assert receipt_in(first) not in second.content.decode()
    assert TEXT in unescape(second.content.decode())
    assert files_on_disk(reporter.house) == []


def test_who_never_saw_the_receipt_may_send_it_again_from_that_page(reporter):
    form = reporter.form()
    reporter.send(form=form)
    page = reporter.send(form=form).content.decode()
    assert form["once"] not in page
    assert reporter.send().status_code == 201


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"description": "  "}, "Please describe what you found."),
        ({"system": ""}, "Please tell us where it is."),
        ({"conditions": None}, "Please confirm that you have kept to the conditions."),
        ({"contact": "mail"}, "Please give the address that we may write to"),
        ({"contact": "mail", "address": "nobody"}, "This is not an e-mail address"),
        ({"key": "my key"}, "This is not a public OpenPGP key."),
        ({"key": KEY.replace("PUBLIC", "PRIVATE")}, "That is your private key."),
        ({"description": "x" * (MIB // 4 + 1)}, "This text is too long."),
    ],
)
def test_a_mistake_is_told_on_top_and_at_its_field_and_no_word_is_lost(reporter, fields, sentence):
    answer = reporter.send(**{"name": "nachtuil <b>", "impact": "Read & write"} | fields)
    page = answer.content.decode()
    assert answer.status_code == 400
    field = next(iter(fields)) if fields != {"contact": "mail"} else "address"
    field = "address" if "address" in fields else field
    assert page.count(sentence) == 2
    assert f'href="#{field}"' in page and f'id="{field}-error"' in page
    assert 'value="nachtuil &lt;b&gt;"' in page and "Read &amp; write" in page
    assert not Item.objects.exists()


def test_a_kind_is_chosen_and_what_it_needs_is_asked_and_kept(reporter):
    page = reporter.client.get("/report/").content.decode()
    assert 'name="kind" id="kind-script" value="script"' in page and 'name="script-input"' in page
    refused = reporter.send(description="", kind="script", **{"script-input": "<svg onload>"})
    assert "&lt;svg onload&gt;" in refused.content.decode()
    assert re.search(r'value="script" checked', refused.content.decode())
    reporter.send(kind="script", **{"script-input": "<svg onload>", "access-as": " "})
    submission = only_item(reporter.house).submission
    assert (submission.kind, submission.answers) == ("script", (("script-input", "<svg onload>"),))


def test_a_kind_that_is_none_of_ours_is_left_out(reporter):
    for kind in ("on", "x" * 60, "\0"):
        assert reporter.send(kind=kind).status_code == 201
    came = [spool.arrived(token, reporter.house.keys, reporter.house.folder) for _, token in spool.waiting(9)]
    assert {item.submission.kind for item in came} == {""}


def test_what_a_browser_encrypted_is_taken_in_any_field(reporter):
    armour = "-----BEGIN PGP MESSAGE-----\n\n" + "x" * 3000 + "\n-----END PGP MESSAGE-----"
    fields = {name: armour for name in ("system", "description", "impact", "name", "address", "key", "setup-record")}
    assert reporter.send(contact="mail", **fields).status_code == 201
    submission = only_item(reporter.house).submission
    assert {*submission.texts, submission.description, submission.key} == {armour}


def test_mistakes_are_told_in_dutch_too(portal):
    answer = Reporter(portal, "nl").send(description="")
    assert "Beschrijf wat u hebt gevonden." in words_in(answer) or not _dutch_is_compiled()


def _dutch_is_compiled():
    from meldpunt.site.settings import LOCALE_PATHS

    return (LOCALE_PATHS[0] / "nl" / "LC_MESSAGES" / "django.mo").exists()


def test_files_arrive_sealed_and_go_with_the_report(reporter):
    secret = b"canary-in-a-file" * 9000
    assert reporter.send(files=[("../../log.txt", secret), ("leeg", b"")]).status_code == 201
    uploads = only_item(reporter.house).submission.files
    assert [(upload.name, upload.sealed["size"]) for upload in uploads] == [("log.txt", len(secret)), ("leeg", 0)]
    on_disk = files_on_disk(reporter.house)
    assert len(on_disk) == 2
    assert all(b"canary" not in path.read_bytes() for path in on_disk)


def test_files_of_a_form_with_a_mistake_are_thrown_away_and_the_page_says_so(reporter):
    answer = reporter.send(description="", files=[("a.txt", b"hello")])
    assert "Only the files are not: please choose them again." in words_in(answer)
    assert files_on_disk(reporter.house) == []


def test_over_fifty_mebibyte_is_refused_with_the_words_kept_and_nothing_left(reporter):
    piece = os.urandom(MIB) * 26
    answer = reporter.send(files=[("a", piece), ("b", piece)], impact="after the files")
    assert answer.status_code == 413
    assert "The files together may have at most 50 MiB." in words_in(answer)
    assert TEXT in unescape(answer.content.decode()) and "after the files" in answer.content.decode()
    assert files_on_disk(reporter.house) == []


def test_an_eleventh_file_is_refused(reporter):
    answer = reporter.send(files=[(f"{n}.txt", b"x") for n in range(11)])
    assert answer.status_code == 413
    assert files_on_disk(reporter.house) == []
    assert not Item.objects.exists()


def test_a_body_far_over_the_limit_is_not_read_at_all(reporter):
    answer = reporter.client.post("/report/", {"x": "y"}, headers={"content-length": str(300 * MIB)})
    assert answer.status_code == 413


def test_the_form_needs_no_cookie_and_no_address_of_ours(reporter):
    form = reporter.form()
    page = reporter.client.get("/report/")
    assert not page.cookies and not reporter.client.cookies
    assert 'action="/report/"' in page.content.decode()
    assert reporter.send(form=form, files=[("a.txt", b"hello")]).status_code == 201


def test_who_stays_anonymous_leaves_no_address_even_when_one_was_typed(reporter):
    reporter.send(contact="anonymous", address="nachtuil@example.org", name="nachtuil")
    submission = only_item(reporter.house).submission
    assert (submission.address, submission.name) == ("", "nachtuil")


def test_with_an_address_and_a_key(reporter):
    reporter.send(contact="mail", address="nachtuil@example.org", key=KEY)
    submission = only_item(reporter.house).submission
    assert (submission.address, submission.key) == ("nachtuil@example.org", KEY)


def test_a_policy_that_changed_meanwhile_is_to_be_confirmed_again(reporter):
    form = reporter.form()
    policy.publish(default_text(name="Zee", contact="zee@example.org"), by=OPERATOR, now=MONDAY_NINE + DAY)
    answer = reporter.send(form=form)
    assert answer.status_code == 400
    assert "The policy has changed while you were writing." in words_in(answer)
    assert 'name="policy_version" value="2"' in answer.content.decode()


def test_markup_in_a_report_stays_text(reporter):
    page = reporter.send(description="", impact='"><script>alert(1)</script>').content.decode()
    assert "<script>alert" not in page


def test_what_is_not_protected_is_said_at_the_form(reporter):
    assert "Tor Browser" in words_in(reporter.client.get("/report/"))
