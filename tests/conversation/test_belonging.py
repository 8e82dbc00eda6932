"""Answers to an address that names their case, through the real reader; and what machines make of ours."""

import email
import email.policy

import pytest
from tests.build import BASE, HEAD
from tests.cast import CONTACT, HANNA, HOUR, MONDAY_NINE, OPENER

from meldpunt.cases.models import Thread
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.posting import unqueue
from meldpunt.intake import commands as intake
from meldpunt.intake.rules import Door, Envelope, Outcome
from meldpunt.vault import keyring
from meldpunt.works.opener import House, open_one

pytestmark = pytest.mark.django_db
LATER = MONDAY_NINE + HOUR
LOCAL, _, DOMAIN = CONTACT.partition("@")


def take(house, raw, recipients=(), sender="nachtuil@example.org", tagged=True, now=LATER):
    token = intake.receive(
        raw,
        door=Door.LMTP,
        envelope=Envelope(sender, recipients),
        keys=house.keys.public,
        folder=house.folder,
        by=OPENER,
        now=now,
    )
    return open_one(token, House(house.keys, house.folder, BASE, tagged=tagged), now=now)


def newest(house):
    row = OutboxLetter.objects.order_by("created_at").last()
    raw = unqueue(row, keyring.outbox(house.folder, "post")).raw
    return email.message_from_bytes(raw, policy=email.policy.default)


def a_letter(to=CONTACT, subject="A hole", sender="nachtuil@example.org", name="<a@example.org>", body="It is open."):
    return f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: {name}\r\n\r\n{body}\r\n".encode()


@pytest.fixture
def tagged(house):
    """(case, the address to which its answers go)"""
    done = take(house, a_letter())
    assert done.outcome is Outcome.OPENED
    return done.case, newest(house)["Reply-To"].addresses[0].addr_spec


def test_the_address_for_answers_is_ours_and_nobody_can_guess_it(house, tagged):
    ref, address = tagged
    local, _, domain = address.partition("@")
    plain, _, tag = local.partition("+")
    assert (plain, domain, len(tag)) == (LOCAL, DOMAIN, 24) and int(tag, 16)
    assert newest(house)["From"].addresses[0].addr_spec == CONTACT
    assert not Thread.objects.filter(token__contains=tag).exists()
    second = take(house, a_letter(name="<b@example.org>", body="Another."), now=LATER + HOUR)
    assert second.case != ref and newest(house)["Reply-To"].addresses[0].addr_spec != address


@pytest.mark.parametrize("how", ["envelope", "header", "shouting"])
def test_an_answer_without_any_thread_joins_the_case(house, tagged, how):
    ref, address = tagged
    to = {"envelope": CONTACT, "header": f"You <{address}>", "shouting": address.upper()}[how]
    recipients = (address,) if how == "envelope" else (CONTACT,)
    done = take(house, a_letter(to, "no thread, no reference", name="<b@example.org>"), recipients)
    assert (done.outcome, done.case) == (Outcome.JOINED, ref)


def test_the_tag_goes_before_a_thread_of_another_case(house, tagged):
    ref, address = tagged
    other = take(house, a_letter(name="<b@example.org>", body="Another."))
    raw = b"In-Reply-To: <b@example.org>\r\n" + a_letter(address, name="<c@example.org>", body="Which?")
    assert other.case != ref
    assert take(house, raw, (address,)).case == ref


@pytest.mark.parametrize("tag", ["VB-2026-0001", "0" * 24, "", "a+b", "x" * 60])
def test_who_guesses_a_tag_or_a_reference_gets_a_new_case(house, tagged, tag):
    ref, _ = tagged
    address = f"{LOCAL}+{tag}@{DOMAIN}"
    raw = a_letter(address, f"Re: [{ref}]", "stranger@elsewhere.example", "<s@elsewhere.example>", "Let me in.")
    done = take(house, raw, (address,), "stranger@elsewhere.example")
    assert done.outcome is Outcome.OPENED and done.case != ref


def test_every_letter_of_a_case_has_the_same_address(house, tagged):
    ref, address = tagged
    head = type(HEAD)(HEAD.organisation, HEAD.address, HEAD.base_url, tagged=True)
    conversation.write(ref, "We look.", "reply", head, keys=house.keys, by=HANNA, now=LATER)
    assert newest(house)["Reply-To"].addresses[0].addr_spec == address


def test_without_the_setting_nothing_of_it_is_there(house):
    take(house, a_letter(), tagged=False)
    assert newest(house)["Reply-To"] is None
    assert Thread.objects.count() == 2  # their letter and our answer


def test_a_letter_without_an_envelope_sender_gets_a_case_and_no_answer(house):
    done = take(house, a_letter(), (CONTACT,), sender="")
    assert done.outcome is Outcome.OPENED
    assert OutboxLetter.objects.count() == 0


def test_a_robot_that_answers_everything_is_answered_a_few_times_and_then_no_more(house):
    """It says nothing of what it is, names no thread, and has a new Message-ID each time."""
    now, heard, said = MONDAY_NINE, 0, 0
    for day in range(1, 4):
        queue = [a_letter(sender="robot@elsewhere.example", name=f"<{said}@elsewhere.example>", body=f"Hello {said}")]
        while queue:
            said += 1
            before = OutboxLetter.objects.count()
            take(house, queue.pop(), (CONTACT,), "robot@elsewhere.example", now=now)
            now += HOUR / 60
            if OutboxLetter.objects.count() > before:
                heard += 1
                assert newest(house)["Auto-Submitted"] == "auto-replied"
                assert newest(house)["X-Auto-Response-Suppress"] == "OOF, AutoReply"
                queue.append(
                    a_letter(
                        sender="robot@elsewhere.example",
                        name=f"<{said}@elsewhere.example>",
                        subject="Thank you",
                        body=f"Thank you for your mail, number {said}",
                    )
                )
        assert heard == 10 * day  # then it has nothing to answer
        now += 2 * HOUR
    assert take(house, a_letter(sender="robot@elsewhere.example", name="<last@x>"), now=now).outcome is Outcome.OPENED
    assert OutboxLetter.objects.count() == 30  # the day's limit: the hour's alone would allow ten more
    assert take(house, a_letter(sender="rui@else.example", name="<rui@x>"), now=now).outcome is Outcome.OPENED
    assert OutboxLetter.objects.count() == 31  # nobody else is kept waiting by that
