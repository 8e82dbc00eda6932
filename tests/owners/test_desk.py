"""The desk and owners: invited in two steps, a thread of its own, what waits above the inbox, and its acts."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.build import HEAD
from tests.cast import DAY, HANNA
from tests.desk.conftest import desk, desk_house, hanna, hidden  # noqa: F401  # fixtures
from tests.owners.conftest import ADDRESS, FINGERPRINT, MARKS, code_in, invite, mails_to, words_of

from meldpunt.cases import people
from meldpunt.cases.models import Case
from meldpunt.ground import clock
from meldpunt.ground.values import OWNER, Role
from meldpunt.ledger import log
from meldpunt.owners import acting, passes, queries
from meldpunt.owners.rules import Asks, EntryKind, State
from meldpunt.privacy import queries as privacy
from meldpunt.vault import commands as vault

BAD = "<script>alert(1)</script>"


@pytest.fixture
def case(desk, ref):  # noqa: F811
    return f"/cases/{ref}/"


@pytest.fixture
def guest(desk, ref):  # noqa: F811
    return invite(desk.house, ref, now=clock.now())


def words_in(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def form(**changes):
    plain = {"kind": "supplier", "organisation": "Acme Software", "address": ADDRESS, "language": "en"}
    return {**plain, "text": "Adding ?open=1 opens it.", **changes}


def come_in(guest):
    now = clock.now()
    opened = passes.knock(guest.link, "", HEAD, public=guest.house.keys.public, by=OWNER, now=now)
    return passes.looking(passes.show_code(opened.door, code_in(guest.house), by=OWNER, now=now).visit, now)


def owner_of(guest):
    return queries.thread(HANNA, guest.ref, guest.id, guest.house.keys).owner


# Inviting


def test_the_form_begins_with_the_report_and_without_its_reporter(desk, case):  # noqa: F811
    page = desk.text(f"{case}owners/invite/")
    begun = re.search(r'<textarea[^>]*name="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)[1]
    assert "anyone who adds ?open=1" in begun
    assert [mark for mark in MARKS if mark.casefold() in begun.casefold()] == []
    assert "<del>Nachtuil" in page or "<del>Regards" in page  # the handler sees what was taken out


def test_they_are_invited_after_the_handler_has_read_what_they_get(desk, ref, case):  # noqa: F811
    before = log.head(ref)
    page = desk.post(f"{case}owners/invite/", **form())
    text = words_in(page)
    assert "This is what Acme Software gets" in text and ADDRESS in text and "Signed" in text
    assert log.head(ref) == before and mails_to(desk.house) == []  # nothing has left yet
    once = hidden(page.content.decode(), "once")
    for _ in range(2):  # a double click
        answer = desk.post(f"{case}owners/invite/", **form(), once=once, send="1")
    [owner] = queries.owners_of(HANNA, ref, desk.house.keys)
    assert answer.status_code == 302 and owner.who.organisation == "Acme Software"
    [mail] = mails_to(desk.house)
    assert "/owner/#" in words_of(mail)
    assert [one.recipient.name for one in privacy.register_of(HANNA, ref, desk.house.keys)] == ["Acme Software"]
    text = words_in(desk.get(case))
    assert "Acme Software : invited, has not come yet" in text and "Owner of the system invited" in text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"text": "Nachtuil found it."}, "still says who reported"),
        ({"text": " "}, "There is nothing in the message."),
        ({"organisation": ""}, "Please say who is invited"),
        ({"kind": "authority"}, "Please say who is invited"),
        ({"language": "xx"}, "Please say who is invited"),
        ({"address": "nobody"}, "Write one mail address"),
        ({"files": ["x-0"]}, "There is no such file."),
    ],
)
def test_what_does_not_do_is_told_and_loses_nothing(desk, ref, case, wrong, sentence):  # noqa: F811
    before = log.head(ref)
    answer = desk.post(f"{case}owners/invite/", **form(**wrong), send="1", once="1")
    assert answer.status_code in (400, 404) and sentence in words_in(answer) and log.head(ref) == before
    if answer.status_code == 400:
        assert form(**wrong)["text"].strip() in answer.content.decode()
    at_the_field = 'id="address-error">Write one mail address' in answer.content.decode()
    assert at_the_field == ("address" in wrong)


def test_to_a_key_that_the_operator_imported_the_mail_goes_encrypted(desk, ref, case):  # noqa: F811
    from meldpunt.vault import openpgp

    key = openpgp.make_key("Acme", ADDRESS)
    public = openpgp.public_copy(key, expires=None)
    vault.import_keys(public, "", False, keys=desk.house.keys, by=HANNA, now=clock.now())
    page = desk.post(f"{case}owners/invite/", **form())
    assert "Encrypted and signed" in words_in(page)
    desk.post(f"{case}owners/invite/", **form(), once="1", send="1")
    [mail] = mails_to(desk.house)
    assert mail.get_content_type() == "multipart/encrypted" and "/owner/" not in mail.as_string()


# The thread


def test_the_composer_names_its_recipient_and_leads_nowhere_else(desk, ref, case, guest):  # noqa: F811
    page = desk.text(f"{case}owners/{guest.id}/")
    inside = re.search(r'<form class="memo memo--form".*?</form>', page, re.DOTALL)[0]
    assert ADDRESS in inside and "Send to Acme Software" in inside and "Not to the reporter" in inside
    assert "nachtuil@example.org" not in page and FINGERPRINT not in page
    desk.post(f"{case}owners/{guest.id}/write/", text="Version 4.", once="1")
    desk.post(f"{case}owners/{guest.id}/write/", text="Version 4.", once="1")
    entries = queries.thread(HANNA, ref, guest.id, desk.house.keys).entries
    assert [entry.text for entry in entries if entry.kind is EntryKind.TO_OWNER] == ["Version 4."]
    assert not [one for one in log.read(ref)[-3:] if one.kind == "letter.written"]


def test_files_of_the_report_and_of_the_desk_go_along(desk, ref, case, guest):  # noqa: F811
    page = desk.text(f"{case}owners/{guest.id}/")
    report_file = re.search(r'name="files" id="[^"]*" value="([^"]*)"[^>]*><label[^>]*>proof.txt', page)[1]
    own = SimpleUploadedFile("how.txt", b"Do this.", "text/plain")
    desk.post(f"{case}owners/{guest.id}/write/", text="See.", files=[report_file], own=[own], once="1")
    looking = come_in(guest)
    entry = queries.page_for(looking).entries[-1]
    assert [file.name for file in entry.files] == ["proof.txt", "how.txt"]
    content = queries.file_for_owner(looking, f"{entry.id}-1", desk.house.folder)
    assert b"".join(content.chunks) == b"Do this."
    got = desk.get(f"{case}owners/{guest.id}/files/{entry.id}-1/")
    assert b"".join(got.streaming_content) == b"Do this." and got["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("name", ["Nachtuil.txt", "plain.txt"])
def test_a_message_that_names_the_reporter_is_kept_in_the_form(desk, ref, case, guest, name):  # noqa: F811
    own = SimpleUploadedFile(name, b"from nachtuil@example.org", "text/plain")
    answer = desk.post(f"{case}owners/{guest.id}/write/", text="See the file.", own=[own], once="1")
    assert answer.status_code == 400 and "See the file." in answer.content.decode()
    assert "says who reported" in words_in(answer) or "still says who" in words_in(answer)
    answer = desk.post(f"{case}owners/{guest.id}/write/", text="Nachtuil says so.", once="2")
    assert answer.status_code == 400 and "<mark>Nachtuil</mark>" in answer.content.decode()


def test_the_same_message_to_them_is_asked_about(desk, ref, case, guest):  # noqa: F811
    def write(**more):
        page = desk.text(f"{case}owners/{guest.id}/")
        fields = {"once": hidden(page, "once"), "seen": hidden(page, "seen"), "text": "Which version?", **more}
        return desk.post(f"{case}owners/{guest.id}/write/", **fields)

    assert write().status_code == 302
    asked = write()
    assert asked.status_code == 409 and "was sent this same text already:" in words_in(asked)
    assert "Which version?</textarea>" in asked.content.decode()
    assert write(again="1").status_code == 302


def test_too_large_is_told(desk, case, guest, settings):  # noqa: F811
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
    own = SimpleUploadedFile("big.bin", b"x" * (2 << 20), "application/octet-stream")
    answer = desk.post(f"{case}owners/{guest.id}/write/", text="Kept.", own=[own], once="1")
    assert answer.status_code == 400 and "at most 1 MiB" in words_in(answer) and "Kept." in answer.content.decode()


def test_the_technical_part_is_changed_and_the_old_one_stays_readable(desk, ref, case, guest):  # noqa: F811
    where = f"{case}owners/{guest.id}/technical/"
    assert "Adding ?open=1 opens the lock" in desk.text(where)
    assert "Give it to Acme Software" in words_in(desk.post(where, text="It is ?open=2."))
    desk.post(where, text="It is ?open=2.", once="1", send="1")
    page = queries.page_for(come_in(guest))
    assert page.technical.text == "It is ?open=2." and page.entries[0].text.startswith("Adding")


# What waits


def test_an_owner_who_wrote_waits_above_the_inbox_and_first_in_the_case(desk, ref, case, guest):  # noqa: F811
    acting.write(come_in(guest), f"Which version? {BAD}", (), "1", by=OWNER, now=clock.now())
    assert f"{ref} an owner wrote" in words_in(desk.get("/"))
    page = desk.text(case)
    assert page.index("Acme Software wrote to you") < page.index("What happened") and BAD not in page
    assert page.count("Which version?") == 2  # above, and in the timeline
    answer = desk.post(f"{case}owners/{guest.id}/noticed/", once=hidden(page, "once"))
    assert answer.status_code == 302 and "an owner wrote" not in words_in(desk.get("/"))


def test_a_proposed_date_leads_into_the_letter_and_brings_no_word_of_theirs(desk, ref, case, guest):  # noqa: F811
    day = (clock.now() + 60 * DAY).date()
    acting.propose(come_in(guest), day, "Our release: sterrenbeeld.", "1", by=OWNER, now=clock.now())
    page = desk.text(case)
    link = unescape(re.search(r'href="(/cases/[^"]*/date/\?[^"]*)"', page)[1])
    moving = desk.text(link)
    assert f'value="{day.isoformat()}"' in moving
    assert "sterrenbeeld" not in moving
    fields = {"expected_on": day.isoformat(), "reason": "There is a release."}
    letter = desk.post(f"{case}date/", **fields)
    text = re.search(r'<textarea[^>]*name="letter"[^>]*>(.*?)</textarea>', letter.content.decode(), re.DOTALL)[1]
    assert "sterrenbeeld" not in text
    more = {name: hidden(letter.content.decode(), name) for name in ("once", "seen")}
    answer = desk.post(f"{case}date/", **fields, letter=unescape(text), **more)
    assert answer.status_code == 302
    assert owner_of(guest).proposed_on is None and owner_of(guest).due_on == day
    assert "an owner proposes" not in words_in(desk.get("/"))


def test_a_date_that_does_not_do_goes_back_with_a_reason(desk, case, guest):  # noqa: F811
    acting.propose(come_in(guest), (clock.now() + 300 * DAY).date(), "Busy.", "1", by=OWNER, now=clock.now())
    answer = desk.post(f"{case}owners/{guest.id}/decline/", reason="", once="1")
    assert answer.status_code == 400 and "Please say why" in words_in(answer)
    assert desk.post(f"{case}owners/{guest.id}/agree/", once="2").status_code == 409
    assert desk.post(f"{case}owners/{guest.id}/decline/", reason="Too late.", once="3").status_code == 302
    assert owner_of(guest).asks is Asks.NOTHING


def test_solved_leads_into_the_letter_with_its_day_and_is_no_fix_by_itself(desk, ref, case, guest):  # noqa: F811
    acting.say_solved(come_in(guest), clock.now().date(), "In 4.2.", (), "1", by=OWNER, now=clock.now())
    page = desk.text(case)
    assert "Acme Software says that it is solved, since" in page
    link = unescape(re.search(r'href="(/cases/[^"]*/solved/\?[^"]*)"', page)[1])
    assert f'value="{clock.now().date().isoformat()}"' in desk.text(link)
    assert not [one for one in log.read(ref) if one.kind == "fix.landed"]
    desk.post(f"{case}owners/{guest.id}/again/", reason="It still opens.", once="1")
    assert owner_of(guest).state is State.WORKING


# Access


def test_a_new_link_and_the_end(desk, ref, case, guest):  # noqa: F811
    desk.post(f"{case}owners/{guest.id}/link/", once="1")
    assert "A new link for you" in mails_to(desk.house)[-1]["Subject"]
    assert desk.post(f"{case}owners/{guest.id}/withdraw/", once="2").status_code == 302
    text = words_in(desk.get(f"{case}owners/{guest.id}/"))
    assert "access withdrawn" in text and "Send to Acme Software" not in text
    assert desk.post(f"{case}owners/{guest.id}/write/", text="x", once="3").status_code == 409


def test_what_does_not_exist_and_what_is_elsewhere_look_the_same(desk, ref, case, guest):  # noqa: F811
    other = desk.house.a_case("Another one.")
    pages = [
        desk.get(path)
        for path in (
            f"/cases/{other}/owners/{guest.id}/",
            f"{case}owners/{'0' * 32}/",
            f"/cases/{other}/owners/{guest.id}/technical/",
        )
    ]
    assert {page.status_code for page in pages} == {404} and len({words_in(page) for page in pages}) == 1
    assert desk.get(f"/cases/{other}/owners/{guest.id}/files/x-0/").status_code == 404


def test_nobody_is_let_to_the_thread_without_signing_in(case, guest):
    assert Client().get(f"{case}owners/{guest.id}/").status_code == 302
    assert Client().post(f"{case}owners/{guest.id}/withdraw/").status_code == 302
    assert owner_of(guest).state is State.INVITED


def test_a_page_asks_the_same_of_the_database_however_much_was_written(desk, case, guest):  # noqa: F811
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            desk.text(case)
        return len(asked)

    desk.text(case)
    before, looking = count(), come_in(guest)
    for number in range(6):
        acting.write(looking, f"Question {number}", (), str(number), by=OWNER, now=clock.now())
    invite(desk.house, guest.ref, now=clock.now())
    assert count() <= before + 3  # the line above the case looks at where the solution stands


# Who may


def as_role(role):
    people.set_roles("hanna", frozenset({role}), by=HANNA, now=clock.now())


def test_who_may_not_read_sees_no_thread_and_no_word_of_it(desk, ref, case, guest):  # noqa: F811
    acting.write(come_in(guest), "Which version?", (), "1", by=OWNER, now=clock.now())
    as_role(Role.PRIVACY_OFFICER)
    assert "Which version?" not in desk.text(case) and "Acme" not in desk.text(case).partition("Shared")[0]
    for role in (Role.PRIVACY_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR):
        as_role(role)
        assert desk.get(f"{case}owners/{guest.id}/").status_code == 404
    as_role(Role.COUNSEL)  # reads, and invites nobody
    assert "Which version?" in desk.text(f"{case}owners/{guest.id}/")
    assert "/owners/invite/" not in desk.text(case)
    assert desk.get(f"{case}owners/invite/").status_code == 404
    assert desk.post(f"{case}owners/{guest.id}/withdraw/", once="1").status_code == 404


def test_a_case_for_others_does_not_wait_above_ones_inbox(desk, ref, guest):  # noqa: F811
    acting.write(come_in(guest), "Which version?", (), "1", by=OWNER, now=clock.now())
    as_role(Role.HANDLER)
    assert ref in desk.text("/")
    Case.objects.filter(ref=ref).update(named_only=True)
    assert ref not in desk.text("/")
