"""A letter that did not arrive goes again: the same one, or a new one to another address."""

import email
import email.policy
from dataclasses import replace

import pytest
from tests.build import HEAD, reporters_key
from tests.cast import HANNA, HOUR, MONDAY_NINE, OPENER, OPERATOR

from meldpunt.cases import commands as case_commands
from meldpunt.cases import queries as cases
from meldpunt.cases import visits
from meldpunt.cases.errors import BadAddress, NoSuchCase, NotYours
from meldpunt.cases.rules import FileRef, Reporter
from meldpunt.conversation import commands, outgoing, posting, queries, returns
from meldpunt.conversation.errors import NotUndelivered
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import Enclosed, Why, why_not
from meldpunt.ground.values import REPORTER
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.vault import files, keyring, openpgp
from meldpunt.vault.rules import read_receipt

pytestmark = pytest.mark.django_db
LATER = MONDAY_NINE + HOUR
LATEST = LATER + HOUR
OTHER = "nachtuil@elders.example"
WORDS = "550 5.1.1 nobody of that name"


def keyed():
    public = openpgp.public_copy(reporters_key(), expires=None)
    return Reporter("Nachtuil", "nachtuil@example.org", public, openpgp.read_keys(public)[0].fingerprint, "")


def waiting(house):
    """(id, mail) of what waits, oldest first."""
    key = keyring.outbox(house.folder, "post")
    rows = OutboxLetter.objects.filter(state="waiting").order_by("created_at")
    return [(row.id, posting.unqueue(row, key)) for row in rows]


def all_go(house, permanent=False):
    for letter, _ in waiting(house):
        if permanent:
            said = posting.sealed_words(letter, WORDS, house.keys.public)
            outgoing.failed(letter, True, "5.1.1", by=OPERATOR, now=LATER, said=said)
        else:
            outgoing.sent(letter, by=OPERATOR, now=LATER)


def again(house, ref, letter, address="", by=HANNA):
    house.receipts.append(house.receipt())
    returns.send_again(
        ref, letter, address, house.receipts[-1], HEAD, folder=house.folder, keys=house.keys, by=by, now=LATEST
    )


def message_id(mail):
    return email.message_from_bytes(mail.raw, policy=email.policy.default)["Message-ID"]


def text_of(mail):
    letter = email.message_from_bytes(mail.raw, policy=email.policy.default)
    return letter.get_body(("plain",)).get_content()


def written_to(house):
    """(case, letter): a reply that could not be delivered, with its acknowledgement that could."""
    ref = house.a_case(reporter=keyed(), protection="confidential")
    all_go(house)
    commands.write(ref, "We are on it.", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER)
    [(letter, mail)] = waiting(house)
    all_go(house, permanent=True)
    return ref, letter, mail


def test_the_desk_hears_why_in_the_servers_own_words(house):
    ref, letter, _ = written_to(house)
    [lost] = returns.lost_in(HANNA, ref, house.keys)
    assert (lost.letter, lost.about, lost.automatic) == (letter, "reply", False)
    assert (lost.why, lost.code, lost.words) == (Why.ADDRESS, "5.1.1", WORDS)
    assert "nobody of that name" not in str([entry.facts for entry in log.read(ref)])


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("5.1.1", Why.ADDRESS),
        ("550", Why.ADDRESS),
        ("5.1.3", Why.SPELLING),
        ("5.6.7", Why.SPELLING),
        ("5.2.2", Why.FULL),
        ("552", Why.FULL),
        ("5.3.4", Why.TOO_LARGE),
        ("5.7.26", Why.REFUSED),
        ("554", Why.REFUSED),
        ("4.2.0", Why.UNANSWERED),
        ("451", Why.UNANSWERED),
        ("late", Why.UNANSWERED),
        ("5.6.0", Why.DAMAGED),
        ("bounced", Why.BOUNCED),
        ("5.4.6", Why.OTHER),
        ("", Why.OTHER),
    ],
)
def test_codes_become_reasons(code, why):
    assert why_not(code) is why


def test_to_the_same_address_the_same_letter_goes(house):
    ref, letter, mail = written_to(house)
    again(house, ref, letter, "nachtuil@example.org")
    assert waiting(house) == [(letter, mail)]
    assert returns.undelivered(HANNA).letters == 0
    assert [e.facts["about"] for e in log.read(ref) if e.kind == "letter.again"] == ["reply"]
    outgoing.sending(letter, outbox_key=keyring.outbox(house.folder, "post"), by=OPERATOR, now=LATEST)
    with pytest.raises(NotUndelivered):
        again(house, ref, letter)


def test_to_another_address_it_is_written_anew_and_that_is_the_reporters_now(house):
    ref, letter, mail = written_to(house)
    again(house, ref, letter, f" {OTHER} ")
    [(fresh, moved)] = waiting(house)
    assert moved.recipient == OTHER and fresh != letter
    assert message_id(moved) != message_id(mail)
    sealed = email.message_from_bytes(moved.raw).get_payload(1).get_payload(decode=True)
    assert b"We are on it." in openpgp.decrypt(sealed, [reporters_key()]).plain
    assert cases.reporter_of(HANNA, ref, house.keys).address == OTHER
    assert cases.known_sender(ref, OTHER, house.keys) == ref
    assert cases.belongs_to([message_id(moved)], house.keys) == ref
    shown = queries.case_page(HANNA, ref, keys=house.keys, calendar=policy.current().policy.calendar, now=LATEST)
    [reply] = [item for item in shown.items if isinstance(item, queries.Letter) and item.kind == "to-reporter"]
    assert reply.delivery == "waiting"
    assert OTHER not in str([entry.facts for entry in log.read(ref)])
    assert [e.kind for e in log.read(ref)].count("letter.written") == 2  # the acknowledgement, and the reply once


def test_its_files_go_along_again(house):
    ref = house.a_case(reporter=keyed(), protection="confidential")
    all_go(house)
    file = FileRef("plan é.txt", "text/plain", files.store(house.folder, b"step by step: wulp").plain())
    head = replace(HEAD, enclosed=Enclosed(ref, (file,), house.folder))
    commands.write(ref, "See the file.", "reply", head, keys=house.keys, by=HANNA, now=LATER)
    [(letter, _)] = waiting(house)
    all_go(house, permanent=True)
    again(house, ref, letter, OTHER)
    [(_, moved)] = waiting(house)
    sealed = email.message_from_bytes(moved.raw).get_payload(1).get_payload(decode=True)
    inside = email.message_from_bytes(openpgp.decrypt(sealed, [reporters_key()]).plain, policy=email.policy.default)
    got = {part.get_filename(): part.get_payload(decode=True) for part in inside.iter_attachments()}
    assert got["plan é.txt"] == b"step by step: wulp"
    assert b"wulp" not in moved.raw


def test_what_came_back_is_written_anew(house):
    ref = house.a_case(reporter=keyed(), protection="confidential")
    commands.write(ref, "We are on it.", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER)
    named = [message_id(mail) for _, mail in waiting(house)]
    all_go(house)
    for name in named:
        returns.bounced(house.receive(), "bounce", [name], keys=house.keys, by=OPENER, now=LATER, said="so\r\nsorry")
    lost = returns.lost_in(HANNA, ref, house.keys)
    assert [(one.about, one.why, one.words) for one in lost] == [
        ("acknowledgement", Why.BOUNCED, "so sorry"),
        ("reply", Why.BOUNCED, "so sorry"),
    ]
    again(house, ref, lost[1].letter)
    assert len(waiting(house)) == 1 and len(returns.lost_in(HANNA, ref, house.keys)) == 1


def test_an_acknowledgement_goes_again_with_a_fresh_receipt_and_the_old_one_dies(house):
    ref = house.a_case()  # in the clear: the receipt went as a link
    all_go(house, permanent=True)
    [lost] = returns.lost_in(HANNA, ref, house.keys)
    again(house, ref, lost.letter, OTHER)
    [(_, mail)] = waiting(house)
    told = text_of(mail)
    assert f"/my/#{house.receipts[-1].code}" in told
    assert read_receipt(house.receipts[-1].code) == house.receipts[-1]
    assert log.read(ref)[0].hash[:8] in told and "entry 1 " in told
    visits.open_visit(house.receipts[-1], by=REPORTER, now=LATEST)
    with pytest.raises(NoSuchCase):
        visits.open_visit(house.receipts[0], by=REPORTER, now=LATEST)


def test_what_was_withheld_stays_withheld(house):
    ref = house.a_case(protection="confidential")  # encrypted, and no key came along
    all_go(house, permanent=True)
    [lost] = returns.lost_in(HANNA, ref, house.keys)
    again(house, ref, lost.letter, OTHER)
    [(_, mail)] = waiting(house)
    assert house.receipts[-1].code not in text_of(mail) and "/my/#" not in text_of(mail)


@pytest.mark.parametrize(
    "bad", ["x", "a b@c.example", "a@b", "a@b.example, c@d.example", "<a@b.example>", "a@b.example\nx"]
)
def test_what_is_no_address_is_refused_and_nothing_happens(house, bad):
    ref, letter, _ = written_to(house)
    with pytest.raises(BadAddress):
        again(house, ref, letter, bad)
    assert waiting(house) == []


def test_only_handlers(house):
    ref, letter, _ = written_to(house)
    for nobody, no in ((REPORTER, NoSuchCase), (OPENER, NotYours)):
        with pytest.raises(no):
            again(house, ref, letter, by=nobody)


def test_who_takes_note_empties_the_outbox(house):
    ref, letter, _ = written_to(house)
    returns.notice(ref, by=HANNA, now=LATEST)
    row = OutboxLetter.objects.get(pk=letter)
    assert bytes(row.sealed) == bytes(row.said) == b""
    with pytest.raises(NotUndelivered):
        again(house, ref, letter)
    # the letter itself is still with the case
    assert "We are on it." in [one.text for one in cases.written(HANNA, ref, house.keys)]


def test_two_lost_letters_both_go_to_the_corrected_address(house):
    ref = house.a_case(reporter=keyed(), protection="confidential")
    commands.write(ref, "We are on it.", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER)
    all_go(house, permanent=True)
    first, second = returns.lost_in(HANNA, ref, house.keys)
    again(house, ref, second.letter, OTHER)
    again(house, ref, first.letter, OTHER)  # no change any more, and yet not the old letter
    assert [mail.recipient for _, mail in waiting(house)] == [OTHER, OTHER]
    assert returns.lost_in(HANNA, ref, house.keys) == ()


def test_a_letter_encrypted_to_a_key_that_was_replaced_is_written_anew(house):
    ref, letter, mail = written_to(house)
    new = openpgp.public_copy(openpgp.make_key("Nachtuil", "nachtuil@example.org"), expires=None)
    reporter = Reporter("Nachtuil", "nachtuil@example.org", new, openpgp.read_keys(new)[0].fingerprint, "")
    case_commands.pin_key(ref, reporter, keys=house.keys, by=OPENER, now=LATER + HOUR / 2)
    again(house, ref, letter)
    [(fresh, moved)] = waiting(house)
    assert fresh != letter and message_id(moved) != message_id(mail)
