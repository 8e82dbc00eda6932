"""What waits in the outbox goes out, once, and what is refused is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from tests.build import House
from tests.ports import free_address
from tests.works.sink import Sink

from meldpunt.conversation import outgoing, posting, queries
from meldpunt.conversation.errors import NotWaiting
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import LONGEST, UNDER_WAY, Mail
from meldpunt.ground import clock
from meldpunt.ground.values import CaseRef
from meldpunt.ledger import log
from meldpunt.vault import keyring, sealing
from meldpunt.works import post
from meldpunt.works.smtp import Server, Unreachable, server_from

REF = CaseRef("VB-2026-0001")
RAW = b"From: meldpunt@v.example\r\nSubject: x\r\n\r\nhello\r\n"


@dataclass
class Outbox:
    """The outbox of a folder with keys, and what post needs to send it."""

    house: House

    def put(self, recipient: str = "rui@r.example") -> str:
        mail = Mail("meldpunt@v.example", recipient, RAW)
        return posting.queue(REF, mail, False, self.house.keys, clock.now())

    def send(self, to: Server) -> int:
        return post.send_due(to, keyring.outbox(self.house.folder, "post"), self.house.keys.public)


@pytest.fixture
def outbox(house: House) -> Outbox:
    return Outbox(house)


@pytest.fixture
def sink() -> Iterator[Sink]:
    one = Sink()
    yield one
    one.stop()


def server(sink: Sink) -> Server:
    return server_from(sink.address, "none", "", "")


def states() -> list[str]:
    return list(OutboxLetter.objects.order_by("created_at").values_list("state", flat=True))


def test_what_is_due_goes_out_once(outbox, sink):
    outbox.put("one@r.example")
    outbox.put("two@r.example")
    assert outbox.send(server(sink)) == 2
    assert outbox.send(server(sink)) == 0
    assert [(sender, to, raw) for sender, to, raw in sink.letters] == [
        ("meldpunt@v.example", ["one@r.example"], RAW),
        ("meldpunt@v.example", ["two@r.example"], RAW),
    ]
    assert states() == ["sent", "sent"]
    assert sink.connections == 1


def test_an_empty_outbox_asks_no_server(outbox):
    host, _, port = free_address().rpartition(":")
    assert outbox.send(Server(host, int(port))) == 0


def test_a_server_that_is_away_counts_against_no_letter(outbox, sink):
    outbox.put()
    host, _, port = free_address().rpartition(":")
    with pytest.raises(Unreachable):
        outbox.send(Server(host, int(port)))
    assert OutboxLetter.objects.get().attempts == 0
    assert outbox.send(server(sink)) == 1
    assert states() == ["sent"]


def test_no_for_now_waits_and_no_for_ever_is_told(outbox, sink):
    sink.answers = {"later@r.example": "451 4.2.1 full", "never@r.example": "550 5.1.1 unknown"}
    for name in ("later", "never", "fine"):
        outbox.put(f"{name}@r.example")
    assert outbox.send(server(sink)) == 3
    assert states() == ["waiting", "undelivered", "sent"]
    assert list(OutboxLetter.objects.order_by("created_at").values_list("code", flat=True)) == ["4.2.1", "5.1.1", ""]
    assert queries.due_letters(clock.now(), 10) == []
    assert len(queries.due_letters(clock.now() + timedelta(hours=1), 10)) == 1


def test_a_letter_that_cannot_be_opened_is_told_and_stops_no_other(outbox, sink):
    broken = outbox.put()
    OutboxLetter.objects.filter(pk=broken).update(sealed=b"\0" * 2000)
    outbox.put("fine@r.example")
    assert outbox.send(server(sink)) == 2
    assert states() == ["undelivered", "sent"]


def test_a_connection_that_breaks_leaves_the_rest_as_it_was(outbox, sink):
    sink.answers = {"one@r.example": "421 4.3.2 going down"}
    outbox.put("one@r.example")
    outbox.put("two@r.example")
    with pytest.raises(Unreachable):
        outbox.send(server(sink))
    assert list(OutboxLetter.objects.order_by("created_at").values_list("attempts", flat=True)) == [1, 0]
    assert states() == ["waiting", "waiting"]


def test_what_the_server_said_is_kept_for_handlers_and_sealed(outbox, sink):
    words = "550 5.1.1 <rui@r.example>: Recipient address rejected: User unknown"
    sink.answers = {"rui@r.example": words}
    letter = outbox.put()
    outbox.send(server(sink))
    row = OutboxLetter.objects.get()
    assert (row.state, row.code) == ("undelivered", "5.1.1")
    assert b"unknown" not in bytes(row.said)
    keys = outbox.house.keys
    assert sealing.unseal(keys.private, bytes(row.said), f"said|{letter}").decode() == words


def test_greylisted_once_and_taken_later(outbox, sink):
    sink.answers = {"rui@r.example": "451 4.7.1 greylisted, come back in five minutes"}
    letter = outbox.put()
    outbox.send(server(sink))
    row = OutboxLetter.objects.get()
    assert row.next_at - clock.now() <= timedelta(minutes=1)
    sink.answers = {}
    assert outbox.send(server(sink)) == 0  # not yet
    _a_while_later(letter)
    assert outbox.send(server(sink)) == 1
    assert states() == ["sent"] and bytes(OutboxLetter.objects.get().said) == b""


def test_a_server_that_dies_after_the_last_dot_gets_the_same_letter_again(outbox, sink):
    sink.after_data = "421 4.3.2 dying"  # it has the letter, and nobody knows
    kept = []
    sink.keeps = lambda raw: kept.append(raw)
    letter = outbox.put()
    with pytest.raises(Unreachable):
        outbox.send(server(sink))
    assert states() == ["waiting"]
    sink.after_data = "250 2.0.0 OK"
    _a_while_later(letter)
    assert outbox.send(server(sink)) == 1
    assert kept == [RAW, RAW] and states() == ["sent"]


def test_two_posts_do_not_send_the_same_letter(outbox, sink):
    letter = outbox.put()
    key = keyring.outbox(outbox.house.folder, "post")
    outgoing.sending(letter, outbox_key=key, by=post.POST, now=clock.now())  # the other one has begun
    assert outbox.send(server(sink)) == 0
    with pytest.raises(NotWaiting):
        outgoing.sending(letter, outbox_key=key, by=post.POST, now=clock.now())
    assert sink.letters == []
    later = clock.now() + UNDER_WAY + timedelta(seconds=1)  # and has died
    assert outgoing.sending(letter, outbox_key=key, by=post.POST, now=later).raw == RAW


def test_a_letter_that_waits_too_long_is_told_even_when_no_server_answers(outbox):
    letter = outbox.put()
    outbox.put()
    OutboxLetter.objects.filter(pk=letter).update(created_at=clock.now() - LONGEST - timedelta(minutes=1))
    for _ in range(2):
        post.give_up_late()
    assert states() == ["undelivered", "waiting"]
    assert [entry.facts["why"] for entry in log.read(REF)] == ["late"]


def test_an_address_that_no_server_can_read_stops_nobody(outbox, sink):
    for bad in ("rui@r.example\r\nRCPT TO:<all@r.example>", "r\udcffi@r.example"):
        mail = Mail("meldpunt@v.example", bad, RAW)
        posting.queue(REF, mail, False, outbox.house.keys, clock.now())
    outbox.put("fine@r.example")
    assert outbox.send(server(sink)) == 3
    assert states() == ["undelivered", "undelivered", "sent"]
    assert [to for _, to, _ in sink.letters] == [["fine@r.example"]]


def _a_while_later(letter: str) -> None:
    """As if the pause had passed."""
    OutboxLetter.objects.filter(pk=letter).update(next_at=clock.now())
