"""Letters of ours that come back, through the real reader."""

import email
import email.policy

import pytest
from tests.build import BASE, HEAD
from tests.cast import HANNA, HOUR, MONDAY_NINE, OPERATOR

from meldpunt.cases.errors import NoSuchCase
from meldpunt.conversation import commands as conversation
from meldpunt.conversation import outgoing, queries, returns
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.posting import unqueue
from meldpunt.ground.values import REPORTER
from meldpunt.intake.rules import Outcome
from meldpunt.ledger import log, proof
from meldpunt.vault import keyring
from meldpunt.works.opener import House, open_one

LATER = MONDAY_NINE + HOUR
DAEMON = b"From: MAILER-DAEMON@mx.example.org\r\nTo: cvd@voorbeeldstad.example\r\nSubject: Undelivered Mail\r\n"
REPORT = (
    DAEMON + b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n%s\r\n"
    b"--b\r\nContent-Type: %s\r\n\r\n%s\r\n--b--\r\n"
)
FAILED = b"Final-Recipient: rfc822; nachtuil@example.org\r\nAction: failed\r\nStatus: 5.1.1"


@pytest.fixture
def written(house):
    """(reference, the letter of ours as its receiver has it, its row): taken by a mail server."""
    ref = house.a_case()
    conversation.write(ref, "We are on it.", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER)
    key = keyring.outbox(house.folder, "post")
    for row in OutboxLetter.objects.order_by("created_at"):
        raw = unqueue(row, key).raw
        outgoing.sent(row.id, by=OPERATOR, now=LATER)
    return ref, raw, row.id


def comes_back(house, raw):
    return open_one(house.receive(raw, LATER), House(house.keys, house.folder, BASE), now=LATER)


def state_of(letter):
    return OutboxLetter.objects.get(pk=letter).state


def message_id(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)["Message-ID"].encode()


def told(ref):
    return [(e.facts["letter"], e.facts["why"], e.by) for e in log.read(ref) if e.kind == "letter.undelivered"]


@pytest.mark.parametrize("how", ["whole", "headers", "text", "report", "thread"])
def test_a_bounce_marks_that_letter_however_it_names_it(house, written, how):
    ref, raw, letter = written
    name = message_id(raw)
    bounce = {
        "whole": REPORT % (FAILED, b"message/rfc822", raw),
        "headers": REPORT % (FAILED, b"text/rfc822-headers", raw.split(b"\r\n\r\n")[0]),
        "report": REPORT % (FAILED + b"\r\nX-Original-Message-ID: " + name, b"text/plain", b""),
        "text": DAEMON + b"\r\n550 5.1.1 user unknown\r\n\r\n--- Below this line is a copy.\r\nMessage-ID: " + name,
        "thread": DAEMON + b"In-Reply-To: " + name + b"\r\n\r\n550 5.1.1 user unknown\r\n",
    }[how]
    done = comes_back(house, bounce)
    assert (done.outcome, done.why) == (Outcome.IGNORED, "bounce")
    assert state_of(letter) == "undelivered"
    assert told(ref) == [(letter, "bounced", "machine:opener")]
    assert [row.state for row in OutboxLetter.objects.exclude(pk=letter)] == ["sent"]  # the acknowledgement
    assert returns.undelivered(HANNA) == returns.Undelivered(1, False, (ref,))
    assert proof.verify().whole


def test_many_lost_letters_of_no_case_hide_none_of_a_case(house, written):
    ref, raw, _letter = written
    comes_back(house, DAEMON + b"In-Reply-To: " + message_id(raw) + b"\r\n\r\n550 5.1.1 user unknown\r\n")
    row = OutboxLetter.objects.get(state="undelivered")
    for number in range(returns.LOOKED_AT + 1):  # to strangers who were asked to send theirs again
        row.pk, row.case, row.created_at = f"stranger{number}", "", row.created_at + HOUR
        row.save(force_insert=True)
    assert returns.undelivered(HANNA) == returns.Undelivered(1, False, (ref,))


def test_a_second_bounce_says_nothing_new(house, written):
    ref, raw, _ = written
    for _ in range(2):
        comes_back(house, REPORT % (FAILED, b"message/rfc822", raw))
    assert len(told(ref)) == 1


@pytest.mark.parametrize(
    "status",
    [b"Action: delayed\r\nStatus: 4.4.1", b"Action: delivered\r\nStatus: 2.0.0", b"Status: 4.4.1", b"Action: relayed"],
)
def test_a_delay_changes_nothing(house, written, status):
    ref, raw, letter = written
    done = comes_back(house, REPORT % (status, b"message/rfc822", raw))
    assert (done.outcome, done.why) == (Outcome.IGNORED, "auto-reply")
    assert state_of(letter) == "sent" and told(ref) == []


def test_a_bounce_of_what_we_never_sent_changes_nothing(house, written):
    ref, _, letter = written
    forged = b"Message-ID: <never@voorbeeldstad.example>\r\nSubject: x\r\n\r\nwords\r\n"
    assert comes_back(house, REPORT % (FAILED, b"message/rfc822", forged)).outcome is Outcome.IGNORED
    assert state_of(letter) == "sent" and returns.undelivered(HANNA).letters == 0
    assert told(ref) == []


def test_of_several_named_letters_the_one_that_came_back_counts(house, written):
    ref, raw, letter = written
    first = OutboxLetter.objects.exclude(pk=letter).get()
    conversation.write(ref, "And more.", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER + HOUR)
    newest = OutboxLetter.objects.order_by("-created_at").first()
    later = unqueue(newest, keyring.outbox(house.folder, "post")).raw
    thread = b"References: " + message_id(raw) + b"\r\n"
    comes_back(house, thread + REPORT % (FAILED, b"message/rfc822", later))
    assert state_of(newest.id) == "undelivered"
    assert state_of(letter) == "sent" and state_of(first.id) == "sent"


def test_a_handler_takes_note_and_nobody_else_does(house, written):
    ref, raw, _ = written
    comes_back(house, REPORT % (FAILED, b"message/rfc822", raw))
    with pytest.raises(NoSuchCase):
        returns.notice(ref, by=REPORTER, now=LATER)
    for _ in range(2):
        returns.notice(ref, by=HANNA, now=LATER)
    assert returns.undelivered(HANNA).letters == returns.undelivered_in(ref) == 0
    assert [e.facts for e in log.read(ref) if e.kind == "undelivered.noticed"] == [{"letters": 1}]
    assert queries.outbox_age()[2] == 1  # the operator still sees it
