import email
import email.policy
from datetime import timedelta

import pytest
from tests.build import HEAD, organisation_key, reporters_key
from tests.cast import HANNA, HOUR, MONDAY_NINE, OPENER

from meldpunt.cases import commands as cases
from meldpunt.cases import visits
from meldpunt.cases.errors import NoSuchCase, NotYours
from meldpunt.cases.rules import Reporter
from meldpunt.conversation import commands, outgoing, queries
from meldpunt.conversation.errors import NotWaiting
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import TRIES, Handing, Mode, handing_for, next_try
from meldpunt.ground.values import REPORTER, Actor, Role
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.vault import keyring, openpgp

pytestmark = pytest.mark.django_db
LATER = MONDAY_NINE + HOUR
POST = Actor(Role.MACHINE, "post")


def keyed():
    public = openpgp.public_copy(reporters_key(), expires=None)
    return Reporter("Nachtuil", "nachtuil@example.org", public, openpgp.read_keys(public)[0].fingerprint, "")


def page(house, ref):
    calendar = policy.current().policy.calendar
    return queries.case_page(HANNA, ref, keys=house.keys, calendar=calendar, now=LATER)


def reporters_page(house, receipt):
    visit = visits.visiting(visits.open_visit(receipt, by=REPORTER, now=LATER), LATER)
    return queries.reporter_page(visit, calendar=policy.current().policy.calendar, now=LATER)


@pytest.mark.parametrize(
    ("door", "protection", "reporter", "by_mail", "handing"),
    [
        ("lmtp", "confidential", Reporter("", "a@b.example", b"key"), True, Handing.INSIDE),
        ("lmtp", "unprotected", Reporter("", "a@b.example", b"key"), False, Handing.INSIDE),
        ("lmtp", "unprotected", Reporter("", "a@b.example"), True, Handing.LINK),
        ("lmtp", "verified", Reporter("", "a@b.example"), True, Handing.LINK),
        ("lmtp", "unprotected", Reporter("", "a@b.example"), False, Handing.WITHHELD),
        ("lmtp", "confidential", Reporter("", "a@b.example"), True, Handing.WITHHELD),
        ("lmtp", "confidential+verified", Reporter("", "a@b.example"), True, Handing.WITHHELD),
        ("lmtp", "unprotected", Reporter(), True, Handing.WITHHELD),
        ("form", "unprotected", Reporter(), True, Handing.SHOWN),
    ],
)
def test_who_gets_the_receipt_how(door, protection, reporter, by_mail, handing):
    assert handing_for(door, protection, reporter, by_mail) is handing


def test_tries_go_on_for_days_and_then_end():
    waits = [next_try(n) for n in range(1, len(TRIES) + 1)]
    assert waits[0] == timedelta(minutes=1)
    assert timedelta(days=3) < sum(waits, timedelta()) < timedelta(days=7)
    assert next_try(len(TRIES) + 1) is None


def test_a_letter_without_a_key_is_a_notice_without_a_word_of_it(house):
    ref = house.a_case()
    commands.write(ref, "We found it in the Zilvermeeuw module.", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER)

    key = keyring.outbox(house.folder, "post")
    newest = OutboxLetter.objects.order_by("-created_at").first()
    mail = outgoing.sending(newest.id, outbox_key=key, by=POST, now=LATER)
    assert b"Zilvermeeuw" not in mail.raw
    assert b"/my/" in mail.raw
    assert mail.recipient == "nachtuil@example.org"
    # the letter itself waits on the reporter's page
    assert "Zilvermeeuw" in reporters_page(house, house.receipts[-1]).items[-1].text


def test_a_letter_to_somebody_without_address_stays_on_the_page(house):
    ref = house.a_case(reporter=Reporter())
    commands.write(ref, "Thank you.", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER)

    assert OutboxLetter.objects.count() == 0
    assert page(house, ref).items[-1].delivery == "page"
    assert page(house, ref).sending.mode is Mode.PAGE


def test_an_encrypted_letter_shows_the_world_nothing(house):
    ref = house.a_case(reporter=keyed(), protection="confidential")
    commands.write(ref, "Zilvermeeuw is fixed.", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER)
    newest = OutboxLetter.objects.order_by("-created_at").first()
    raw = outgoing.sending(newest.id, outbox_key=keyring.outbox(house.folder, "post"), by=POST, now=LATER).raw

    outer = email.message_from_bytes(raw, policy=email.policy.default)
    assert ref.encode() not in raw
    assert b"Nachtuil" not in raw
    sealed = outer.get_payload(1).get_payload(decode=True)
    ours = [openpgp.public_copy(organisation_key(), expires=None)]
    assert b"Zilvermeeuw" in openpgp.decrypt(sealed, [reporters_key()], ours).plain


def test_only_a_person_writes(house):
    ref = house.a_case()
    for nobody in (OPENER, REPORTER):
        with pytest.raises((NotYours, NoSuchCase)):
            commands.write(ref, "hi", "reply", HEAD, keys=house.keys, by=nobody, now=LATER)


def test_sending_marks_before_and_a_sent_letter_leaves_the_outbox(house):
    ref = house.a_case()
    key = keyring.outbox(house.folder, "post")
    [letter] = queries.due_letters(LATER, 10)

    mail = outgoing.sending(letter, outbox_key=key, by=POST, now=LATER)
    assert queries.due_letters(LATER, 10) == []
    again = outgoing.sending(letter, outbox_key=key, by=POST, now=LATER + HOUR)  # we died in between
    assert again.raw == mail.raw
    outgoing.sent(letter, by=POST, now=LATER)
    with pytest.raises(NotWaiting):
        outgoing.sent(letter, by=POST, now=LATER)

    assert bytes(OutboxLetter.objects.get().sealed) == b""
    assert log.read(ref)[-1].kind == "letter.sent"


def test_a_refused_letter_is_undelivered_and_the_case_says_so(house):
    ref = house.a_case()
    [letter] = queries.due_letters(LATER, 10)
    key = keyring.outbox(house.folder, "post")
    outgoing.sending(letter, outbox_key=key, by=POST, now=LATER)
    outgoing.failed(letter, False, "451", by=POST, now=LATER)
    assert OutboxLetter.objects.get().state == "waiting"
    outgoing.failed(letter, True, "550", by=POST, now=LATER)

    assert log.read(ref)[-1].facts["why"] == "550"
    assert "letter.undelivered" in [getattr(item, "kind", "") for item in page(house, ref).items]


def test_the_reporters_page_has_no_note_and_no_handlers_business(house):
    ref = house.a_case()
    cases.note(ref, "The supplier lies.", keys=house.keys, by=HANNA, now=LATER)
    cases.take(ref, by=HANNA, now=LATER)

    shown = reporters_page(house, house.receipts[-1])

    assert "supplier" not in repr([getattr(item, "text", "") for item in shown.items])
    assert "case.taken" not in [getattr(item, "kind", "") for item in shown.items]
    assert any(isinstance(item, queries.Note) for item in page(house, ref).items)
    assert shown.head == log.head(ref)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_letter_is_there_in_both_languages(language):
    from meldpunt.conversation.letters import draft

    for name in ("acknowledgement", "notice", "receipt", "assessment", "reply", "held"):
        filled = draft(name, language, {"reference": "VB-2026-0001", "why": "smime", "handing": "link"})
        assert filled.subject
        assert "{" not in filled.subject + filled.body
