"""A second sender in a case, and keys that change: a question for the handler, and no answer to a stranger."""

import email
import email.policy

import pytest
from tests.build import BASE, CONTACT, HEAD, organisation_key, reporters_key
from tests.cast import HANNA, HOUR, MONDAY_NINE

from meldpunt.cases import queries as cases
from meldpunt.cases import visits
from meldpunt.cases.models import Record
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.posting import unqueue
from meldpunt.ground.values import REPORTER
from meldpunt.intake.rules import Outcome
from meldpunt.ledger import log
from meldpunt.vault import keyring, openpgp
from meldpunt.works.opener import House, open_one

LATER = MONDAY_NINE + HOUR


def letters(house):
    key = keyring.outbox(house.folder, "post")
    return [unqueue(row, key) for row in OutboxLetter.objects.order_by("created_at", "id")]


def first_id(house):
    return email.message_from_bytes(letters(house)[0].raw, policy=email.policy.default)["Message-ID"]


def take(house, raw, now=LATER):
    return open_one(house.receive(raw, now), House(house.keys, house.folder, BASE), now=now)


def an_answer(house, sender, name="<b@example.org>", body=b"Me too."):
    head = f"From: {sender}\r\nTo: {CONTACT}\r\nMessage-ID: {name}\r\nIn-Reply-To: {first_id(house)}\r\n"
    return head.encode() + b"Subject: Re: x\r\n\r\n" + body + b"\r\n"


@pytest.fixture
def joined(house):
    """A case with a letter from a colleague of the reporter in it."""
    ref = house.a_case()
    done = take(house, an_answer(house, "Rui Colleague <rui@other.example>"))
    assert (done.outcome, done.case) == (Outcome.JOINED, ref)
    return ref


def test_it_joins_and_says_from_whom_to_the_desk_only(house, joined):
    report, second = cases.written(HANNA, joined, house.keys)
    assert (report.elsewhere, report.sender) == (False, "")
    assert (second.elsewhere, second.sender) == (True, "Rui Colleague <rui@other.example>")
    secret = visits.open_visit(house.receipts[-1], by=REPORTER, now=LATER)
    second = cases.written_for(visits.visiting(secret, LATER))[-1]
    assert second.elsewhere and second.sender == "" and "Me too." in second.text
    assert cases.reporter_of(HANNA, joined, house.keys).address == "nachtuil@example.org"
    [wrote] = [entry for entry in log.read(joined) if entry.kind == "reporter.wrote"]
    assert wrote.facts["elsewhere"] is True
    assert "other.example" not in str([entry.facts for entry in log.read(joined)])
    assert not any(b"other.example" in bytes(row.sealed) for row in Record.objects.all())


def test_the_answer_goes_to_the_reporter_only_and_does_not_name_the_other_letter(house, joined):
    conversation.write(joined, "Thank you.", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER + HOUR)
    answer = letters(house)[-1]
    assert answer.recipient == "nachtuil@example.org"
    assert b"other.example" not in answer.raw and b"<b@example.org>" not in answer.raw


def test_the_reporters_own_letters_are_theirs_however_they_write_their_address(house):
    ref = house.a_case()
    take(house, an_answer(house, "NACHTUIL@Example.org"))
    assert [one.elsewhere for one in cases.written(HANNA, ref, house.keys)] == [False, False]


def test_a_letter_without_an_address_is_not_the_reporters(house):
    ref = house.a_case()
    take(house, an_answer(house, "somebody"))
    assert cases.written(HANNA, ref, house.keys)[-1].elsewhere


def with_key(house, key, signed_with=None, name="<k@example.org>"):
    """An encrypted answer from the reporter's address that brings a key along."""
    inner = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nMy new key.\r\n--b\r\n"
    inner += b"Content-Type: application/pgp-keys\r\n\r\n"
    inner += openpgp.armor(openpgp.public_copy(key, expires=None)).encode() + b"\r\n--b--\r\n"
    ours = openpgp.public_copy(organisation_key(), expires=None)
    sealed = openpgp.encrypt(inner, [ours], signed_with)
    raw = an_answer(house, "nachtuil@example.org", name, b"")
    head = raw.split(b"\r\n\r\n")[0]
    return (
        head + b'\r\nContent-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="o"\r\n\r\n'
        b"--o\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--o\r\n"
        b"Content-Type: application/octet-stream\r\n\r\n" + sealed + b"\r\n--o--\r\n"
    )


@pytest.fixture
def pinned(house):
    """A case whose reporter has shown their key."""
    ref = house.a_case()
    take(house, with_key(house, reporters_key()))
    [key] = openpgp.read_keys(reporters_key())
    assert cases.reporter_of(HANNA, ref, house.keys).fingerprint == key.fingerprint
    return ref, key.fingerprint


def new_key():
    return openpgp.make_key("Nachtuil", "nachtuil@example.org")


def test_another_key_that_nobody_vouches_for_is_told_and_not_taken(house, pinned):
    ref, fingerprint = pinned
    key = new_key()
    take(house, with_key(house, key, key, "<k2@example.org>"))
    assert cases.reporter_of(HANNA, ref, house.keys).fingerprint == fingerprint
    kinds = [entry.kind for entry in log.read(ref)]
    assert kinds.count("reporter.other-key") == 1 and kinds.count("reporter.key-pinned") == 1


def test_another_key_in_a_letter_signed_with_the_known_one_is_taken_and_shown(house, pinned):
    ref, fingerprint = pinned
    key = new_key()
    take(house, with_key(house, key, reporters_key(), "<k2@example.org>"))
    [new] = openpgp.read_keys(key)
    assert cases.reporter_of(HANNA, ref, house.keys).fingerprint == new.fingerprint != fingerprint
    changed = [entry.facts["changed"] for entry in log.read(ref) if entry.kind == "reporter.key-pinned"]
    assert changed == [False, True]


def test_the_same_key_again_says_nothing(house, pinned):
    ref, _ = pinned
    take(house, with_key(house, reporters_key(), reporters_key(), "<k2@example.org>"))
    kinds = [entry.kind for entry in log.read(ref)]
    assert kinds.count("reporter.key-pinned") == 1 and "reporter.other-key" not in kinds
