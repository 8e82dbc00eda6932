"""The protocol, spoken over real sockets to a house that only remembers."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from meldpunt.works import lmtp

LIMIT = 1 << 20


class Memory:
    """Remembers what it was given.  ``answer`` is what it says to the next letters."""

    def __init__(self) -> None:
        self.letters: list[tuple[bytes, str, tuple[str, ...]]] = []
        self.answer = "250 2.0.0 stored"
        self.gate = threading.Event()
        self.entered = threading.Event()
        self.gate.set()

    def check(self, recipient: str) -> str:
        return "550 5.1.1 nobody" if recipient.startswith("nobody") else "250 2.1.5 OK"

    def take(self, letter: bytes, sender: str, recipients: tuple[str, ...]) -> str:
        self.entered.set()
        self.gate.wait(10)
        if self.answer == "bug":
            raise ZeroDivisionError("with words of the letter in it")
        self.letters.append((letter, sender, recipients))
        return self.answer


class Service:
    """A listener in a thread of its own."""

    def __init__(self) -> None:
        self.memory, self.said, self.port = Memory(), [], 0
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self._leave = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        self._thread.start()
        assert self._ready.wait(10)

    async def _serve(self) -> None:
        self.reception = lmtp.Reception(self.memory, LIMIT, self.said.append)
        server = await self.reception.listen("127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._leave.wait()
        await self.reception.leave(server)

    def leave(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._leave.set)

    def gone(self) -> None:
        self._thread.join(15)
        assert not self._thread.is_alive()
        self._loop.close()


class Client:
    """Says exactly what a test wants said."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._lines = self._socket.makefile("rb")
        assert self.line().startswith("220 ")

    def line(self) -> str:
        return self._lines.readline().decode().rstrip("\r\n")

    def lines(self, count: int) -> list[str]:
        return [self.line() for _ in range(count)]

    def raw(self, words: bytes) -> None:
        self._socket.sendall(words)

    def says(self, words: str) -> str:
        """Send a command and return the last line of the reply."""
        self.raw(words.encode() + b"\r\n")
        while (reply := self.line())[3:4] == "-":
            pass
        return reply

    def begins(self, *recipients: str, sender: str = "<rui@reporter.example>") -> None:
        assert self.says("LHLO test.example").startswith("250")
        assert self.says(f"MAIL FROM:{sender}").startswith("250")
        for recipient in recipients or ("<a@b.example>",):
            assert self.says(f"RCPT TO:{recipient}").startswith("250")
        assert self.says("DATA").startswith("354")

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


@pytest.fixture
def service() -> Iterator[Service]:
    one = Service()
    yield one
    one.memory.gate.set()
    one.leave()
    one.gone()


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    one = Client(service.port)
    yield one
    one.close()


def test_a_letter_arrives_byte_for_byte(service, client):
    letter = b"Subject: x\r\n\r\n..two dots\r\n\xff\xfe caf\xc3\xa9\r\n" + b"long" * 50_000 + b"\r\n\r\nend\r\n"
    client.begins()
    client.raw(letter.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    assert client.line() == "250 2.0.0 stored"
    assert service.memory.letters == [(letter, "rui@reporter.example", ("a@b.example",))]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b".\r\n", b""),
        (b"..\r\n.\r\n", b".\r\n"),
        (b".x\r\n.\r\n", b"x\r\n"),
        (b"\r\n.\r\n", b"\r\n"),
        (b"\r\r\n.\r\n", b"\r\r\n"),
        (b"a\r\n..\r\n...\r\n.\r\n", b"a\r\n.\r\n..\r\n"),
    ],
)
def test_dots_and_ends_at_the_edge(service, client, sent, kept):
    client.begins()
    client.raw(sent)
    assert client.line().startswith("250")
    assert service.memory.letters[0][0] == kept


@pytest.mark.parametrize("end", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r"])
def test_only_a_true_end_ends_a_letter(service, client, end):
    smuggled = b"one" + end + b"MAIL FROM:<evil@evil.example>\r\nRCPT TO:<a@b.example>\r\nDATA\r\ntwo\r\n"
    client.begins()
    client.raw(smuggled + b".\r\n")
    assert client.line().startswith("250")
    assert client.says("NOOP").startswith("250")
    # a dot at the start of a line is undone, nothing else is touched, and it is one letter
    assert [letter for letter, _, _ in service.memory.letters] == [smuggled.replace(b"\r\n.", b"\r\n")]


@pytest.mark.parametrize("split", range(1, 8))
def test_an_end_in_two_packets_is_an_end(service, client, split):
    client.begins()
    whole = b"text\r\n.\r\n"
    client.raw(whole[:split])
    client.raw(whole[split:])
    assert client.line().startswith("250")
    assert service.memory.letters[0][0] == b"text\r\n"


def test_each_recipient_gets_an_answer(service, client):
    client.begins("<a@b.example>", "<b@b.example>")
    client.raw(b"x\r\n.\r\n")
    assert client.lines(2) == ["250 2.0.0 stored"] * 2
    assert service.memory.letters[0][2] == ("a@b.example", "b@b.example")


def test_an_unknown_recipient_is_refused_and_the_others_are_served(service, client):
    client.says("LHLO x")
    client.says("MAIL FROM:<>")
    assert client.says("RCPT TO:<nobody@b.example>") == "550 5.1.1 nobody"
    assert client.says("DATA") == "503 5.5.1 No recipient was accepted."
    assert client.says("RCPT TO:<a@b.example>").startswith("250")
    assert client.says("DATA").startswith("354")
    client.raw(b"x\r\n.\r\n")
    assert client.line().startswith("250")
    assert service.memory.letters[0][1:] == ("", ("a@b.example",))


def test_too_large_is_refused_for_each_recipient_and_the_connection_goes_on(service, client):
    client.begins("<a@b.example>", "<b@b.example>")
    client.raw(b"x" * 78 + b"\r\n")
    client.raw((b"y" * 1000 + b"\r\n") * (LIMIT // 1000) + b".\r\n")
    replies = client.lines(2)
    assert replies[0] == replies[1] and replies[0].startswith("552 5.3.4 This letter is larger than the 1 MiB")
    client.begins()
    client.raw(b"small\r\n.\r\n")
    assert client.line().startswith("250")
    assert [letter for letter, _, _ in service.memory.letters] == [b"small\r\n"]


def test_exactly_the_limit_is_taken(service, client):
    client.begins()
    client.raw(b"z" * (LIMIT - 2) + b"\r\n.\r\n")
    assert client.line().startswith("250")
    assert len(service.memory.letters[0][0]) == LIMIT


def test_an_announced_size_over_the_limit_is_refused_at_once(client):
    client.raw(b"LHLO x\r\n")
    greeting = []
    while not greeting or greeting[-1][3] == "-":
        greeting.append(client.line())
    assert f"250-SIZE {LIMIT}" in greeting and "250-8BITMIME" in greeting and "250-SMTPUTF8" in greeting
    assert client.says(f"MAIL FROM:<r@r.example> SIZE={LIMIT + 1}").startswith("552 5.3.4 This letter")


def test_many_short_lines_cost_no_more_memory_than_their_bytes(service, client):
    letter = b"\r\n" * (LIMIT // 2 - 1)
    client.begins()
    client.raw(letter + b".\r\n")
    assert client.line().startswith("250")
    assert service.memory.letters[0][0] == letter
    assert service.reception.in_memory == 0


def test_commands_sent_ahead_are_answered_after_the_letter(service, client):
    client.begins()
    client.raw(b"one\r\n.\r\nNOOP\r\nRSET\r\n")
    assert [line[:3] for line in client.lines(3)] == ["250", "250", "250"]
    assert service.memory.letters[0][0] == b"one\r\n"


def test_a_letter_that_breaks_off_is_not_taken(service, client):
    client.begins()
    client.raw(b"half a let")
    client.close()
    other = Client(service.port)
    other.begins()
    other.raw(b"whole\r\n.\r\n")
    assert other.line().startswith("250")
    other.close()
    assert [letter for letter, _, _ in service.memory.letters] == [b"whole\r\n"]


def test_a_bug_costs_one_letter_and_tells_none_of_its_words(service, client):
    service.memory.answer = "bug"
    client.begins("<a@b.example>", "<b@b.example>")
    client.raw(b"x\r\n.\r\n")
    assert client.lines(2) == [lmtp.TROUBLE] * 2
    assert len(service.said) == 1
    assert "ZeroDivisionError" in service.said[0] and "words of the letter" not in service.said[0]
    service.memory.answer = "250 2.0.0 stored"
    client.begins()
    client.raw(b"y\r\n.\r\n")
    assert client.line().startswith("250")


def test_an_address_that_is_no_text_is_refused(client):
    client.says("LHLO x")
    client.raw(b"MAIL FROM:<\xff\xfe@r.example>\r\n")
    assert client.line().startswith("553 5.1.3")


def test_a_slow_house_makes_nobody_else_wait(service, client):
    service.memory.gate.clear()
    client.begins()
    client.raw(b"slow\r\n.\r\n")
    assert service.memory.entered.wait(10)
    other = Client(service.port)
    assert other.says("LHLO x").startswith("250")
    assert other.says("NOOP").startswith("250")
    other.close()
    service.memory.gate.set()
    assert client.line().startswith("250")


def test_stopping_finishes_the_letter_in_hand_and_says_goodbye_to_the_rest(service, client):
    idle = Client(service.port)
    service.memory.gate.clear()
    client.begins()
    client.raw(b"in hand\r\n.\r\n")
    assert service.memory.entered.wait(10)
    service.leave()
    assert idle.line() == lmtp.LEAVING
    assert idle.line() == ""
    idle.close()
    service.memory.gate.set()
    assert client.line() == "250 2.0.0 stored"
    assert client.line() == lmtp.LEAVING
    service.gone()
    assert service.memory.letters[0][0] == b"in hand\r\n"


def test_too_many_connections_are_told_so(service, monkeypatch):
    monkeypatch.setattr(lmtp, "MOST_CONNECTIONS", 1)
    first = Client(service.port)
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as second:
        assert second.makefile("rb").readline().decode().startswith(lmtp.CROWDED)
    assert first.says("NOOP").startswith("250")
    first.close()
