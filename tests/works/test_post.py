"""What waits in the outbox goes out, once, and what is refused is told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from tests.build import House
from tests.works.engines import free_address
from tests.works.sink import Sink

from meldpunt.conversation import posting, queries
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import Mail
from meldpunt.ground import clock
from meldpunt.ground.values import CaseRef
from meldpunt.vault import keyring
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

    @property
    def key(self) -> bytes:
        return keyring.outbox(self.house.folder, "post")


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
    assert post.send_due(server(sink), outbox.key) == 2
    assert post.send_due(server(sink), outbox.key) == 0
    assert [(sender, to, raw) for sender, to, raw in sink.letters] == [
        ("meldpunt@v.example", ["one@r.example"], RAW),
        ("meldpunt@v.example", ["two@r.example"], RAW),
    ]
    assert states() == ["sent", "sent"]
    assert sink.connections == 1


def test_an_empty_outbox_asks_no_server(outbox):
    host, _, port = free_address().rpartition(":")
    assert post.send_due(Server(host, int(port)), outbox.key) == 0


def test_a_server_that_is_away_counts_against_no_letter(outbox, sink):
    outbox.put()
    host, _, port = free_address().rpartition(":")
    with pytest.raises(Unreachable):
        post.send_due(Server(host, int(port)), outbox.key)
    assert OutboxLetter.objects.get().attempts == 0
    assert post.send_due(server(sink), outbox.key) == 1
    assert states() == ["sent"]


def test_no_for_now_waits_and_no_for_ever_is_told(outbox, sink):
    sink.answers = {"later@r.example": "451 4.2.1 full", "never@r.example": "550 5.1.1 unknown"}
    for name in ("later", "never", "fine"):
        outbox.put(f"{name}@r.example")
    assert post.send_due(server(sink), outbox.key) == 3
    assert states() == ["waiting", "undelivered", "sent"]
    assert list(OutboxLetter.objects.order_by("created_at").values_list("code", flat=True)) == ["4.2.1", "5.1.1", ""]
    assert queries.due_letters(clock.now(), 10) == []
    assert len(queries.due_letters(clock.now() + timedelta(hours=1), 10)) == 1


def test_a_letter_that_cannot_be_opened_is_told_and_stops_no_other(outbox, sink):
    broken = outbox.put()
    OutboxLetter.objects.filter(pk=broken).update(sealed=b"\0" * 2000)
    outbox.put("fine@r.example")
    assert post.send_due(server(sink), outbox.key) == 2
    assert states() == ["undelivered", "sent"]


def test_a_connection_that_breaks_leaves_the_rest_as_it_was(outbox, sink):
    sink.answers = {"one@r.example": "421 4.3.2 going down"}
    outbox.put("one@r.example")
    outbox.put("two@r.example")
    with pytest.raises(Unreachable):
        post.send_due(server(sink), outbox.key)
    assert list(OutboxLetter.objects.order_by("created_at").values_list("attempts", flat=True)) == [1, 0]
    assert states() == ["waiting", "waiting"]
