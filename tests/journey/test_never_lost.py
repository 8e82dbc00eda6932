"""Whatever is killed, and whenever: a letter that was answered with 250 is exactly one case.

Three senders hand letters in at once while processes die by SIGKILL at chosen moments of
the conversation: when half of a letter is on the wire, when all of it is and the answer is
not there yet, when the answer has just come.  A sender without an answer sends the same
letter again, as mail servers do.
"""

import hashlib
import itertools
import json
import os
import re
import smtplib
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.journey.letters import File, encrypted, plain, read_open
from tests.journey.program import CONTACT, Program, until
from tests.journey.sink import Sink
from tests.vault.gnupg import Person

pytestmark = pytest.mark.real

SENDERS = 3
LETTERS = 3  # from each sender for every moment
PATIENCE = 40.0  # seconds
HALF, SENT, TAKEN = "half of it sent", "sent, not answered", "answered with 250"
EVERYTHING, SUPERVISOR = "everything", "the supervisor"


@dataclass(frozen=True)
class Moment:
    """Kill ``whom`` when the letter number ``nth`` from now is ``at`` that point, some ``later`` (ms)."""

    whom: str
    at: str
    nth: int = 1
    later: int = 0


MOMENTS = (
    Moment("mailgate", SENT),
    Moment("opener", TAKEN),
    Moment(EVERYTHING, SENT, 4, 2),
    Moment("mailgate", HALF, 2),
    Moment("opener", TAKEN, 3, 25),
    Moment(EVERYTHING, TAKEN, 5),
    Moment("mailgate", SENT, 5, 4),
    Moment("opener", SENT, 6, 60),
    Moment(SUPERVISOR, SENT, 3),
    Moment("mailgate", TAKEN, 4),
    Moment("opener", TAKEN, 6, 110),
    Moment(EVERYTHING, HALF, 5, 15),
    Moment("post", TAKEN, 2, 30),
    Moment("opener", TAKEN, 7, 5),
    Moment(EVERYTHING, TAKEN, 8, 40),
)


@dataclass(frozen=True)
class Posted:
    """A letter on its way: who sends it, and what must be found in its case."""

    message_id: str
    address: str
    raw: bytes
    text: str
    file: str  # SHA-256 of what is attached; empty when nothing is


@dataclass
class Traffic:
    """What the senders do, as the test hears of it."""

    port: int
    permits: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    over: threading.Event = field(default_factory=threading.Event)
    posted: dict[str, Posted] = field(default_factory=dict)
    acknowledged: Counter[str] = field(default_factory=Counter)
    tries: int = 0
    troubles: list[str] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _reached: Counter[str] = field(default_factory=Counter)

    def reached(self, point: str, letter: Posted) -> None:
        with self._news:
            self.posted[letter.message_id] = letter
            self._reached[point] += 1
            if point == TAKEN:
                self.acknowledged[letter.message_id] += 1
            if point == HALF:
                self.tries += 1
            self._news.notify_all()

    def next(self, point: str, nth: int, letters: int) -> None:
        """Let so many more letters go, and return when one is the ``nth`` from now at that point."""
        with self._news:
            goal = self._reached[point] + nth
            self.permits.release(letters)
            self.wait(f"a letter to be {point}", lambda: self._reached[point] >= goal)

    def wait(self, what: str, true: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(lambda: true() or bool(self.troubles), PATIENCE), f"no end of waiting for {what}"
        assert not self.troubles, self.troubles


class Sender(threading.Thread):
    """Hands in one letter after another, each until it is answered with 250."""

    def __init__(self, traffic: Traffic, letters: Iterator[Posted]) -> None:
        super().__init__(daemon=True)
        self._traffic, self._letters = traffic, letters

    def run(self) -> None:
        try:
            while self._traffic.permits.acquire() and not self._traffic.over.is_set():
                self._insist(next(self._letters))
        except Exception as trouble:  # noqa: BLE001  the test must hear of it, whatever it is
            self._traffic.troubles.append(repr(trouble))

    def _insist(self, letter: Posted) -> None:
        end = time.monotonic() + PATIENCE
        while not self._hand_in(letter):
            assert time.monotonic() < end, f"{letter.message_id} was never taken"
            time.sleep(0.02)

    def _hand_in(self, letter: Posted) -> bool:
        """One attempt; whether it was answered with 250."""
        try:
            with smtplib.LMTP("127.0.0.1", self._traffic.port, timeout=10) as line:
                line.ehlo_or_helo_if_needed()
                if line.mail(letter.address)[0] != 250 or line.rcpt(CONTACT)[0] != 250 or line.docmd("DATA")[0] != 354:
                    return False
                wire = _dotted(letter.raw)
                line.send(wire[: len(wire) // 2])
                self._traffic.reached(HALF, letter)
                line.send(wire[len(wire) // 2 :])
                self._traffic.reached(SENT, letter)
                code, words = line.getreply()
                assert code in (250, 421, 451), (code, words)
                if code == 250:
                    self._traffic.reached(TAKEN, letter)
                return bool(code == 250)
        except (smtplib.SMTPException, OSError):
            return False


def _dotted(raw: bytes) -> bytes:
    """As it goes over the wire, with its end."""
    body = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", body) + b".\r\n"


def _letters(sender: int, person: Person) -> Iterator[Posted]:
    """Without end: plain ones, encrypted ones, and some with a file too large for a row."""
    for number in itertools.count():
        message_id = f"<letter.{number}.of.{sender}@senders.example>"
        address = f"sender{sender}.letter{number}@senders.example"
        text = f"Letter {number} of sender {sender}: the door of room {sender}-{number} does not lock."
        files = (File("trace.bin", os.urandom(180_000)),) if number % 4 == 1 else ()
        if number % 3 == 2:
            raw = encrypted(
                person, "", f"Room {number}", text, files, message_id=message_id, address=address, key=False
            )
        else:
            raw = plain(("", address), f"Room {number}", text, files, message_id=message_id)
        yield Posted(message_id, address, raw, text, hashlib.sha256(files[0].content).hexdigest() if files else "")


def test_every_acknowledged_letter_is_exactly_one_case(
    program: Program, sink: Sink, person: Callable[[str, str], Person]
) -> None:
    program.found()
    program.start()
    mallory = person("senders@senders.example", "Senders")
    mallory.knows(program.run("keys", "export").stdout.encode())
    traffic = Traffic(program.lmtp)
    senders = [Sender(traffic, _letters(number, mallory)) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    try:
        for moment in MOMENTS:
            traffic.next(moment.at, moment.nth, SENDERS * LETTERS)
            _kill(program, moment)
        total = SENDERS * LETTERS * len(MOMENTS)
        traffic.wait("all letters to be taken", lambda: len(traffic.acknowledged) == total)
    finally:
        traffic.over.set()
        traffic.permits.release(SENDERS)
        for sender in senders:
            sender.join(PATIENCE)
    assert traffic.tries > total, "no letter was ever interrupted: the moments were badly chosen"

    until("the opener to have read everything", lambda: not _count(program, "waiting"), PATIENCE)
    addresses = {letter.address for letter in traffic.posted.values()}
    _check_cases(program, traffic)
    _check_confirmations(program, sink, addresses)
    assert program.stop() == 0
    verdict = program.answer("ledger", "verify")
    assert verdict["whole"] is True and verdict["entries"] > total


def _kill(program: Program, moment: Moment) -> None:
    """Now; and bring it back, as the supervisor or an operator does."""
    time.sleep(moment.later / 1000)  # this is the moment itself: nothing is waited for
    if moment.whom == EVERYTHING:
        program.kill_everything()
        program.start()
    elif moment.whom == SUPERVISOR:
        program.kill_supervisor()
        program.start()
    else:
        killed = program.kill_engine(moment.whom)
        until(f"a new {moment.whom}", lambda: program.engine(moment.whom) not in (None, killed))


def _check_cases(program: Program, traffic: Traffic) -> None:
    """Every letter is one case, whole; and there are no other cases."""
    cases = _every_case(program)
    by_text = Counter(text.strip() for case in cases.values() for text in case["texts"])
    assert by_text == Counter(letter.text for letter in traffic.posted.values())
    found = {case["texts"][0].strip(): case for case in cases.values()}
    for letter in traffic.posted.values():
        case = found[letter.text]
        assert case["address"] == letter.address
        assert case["files"] == ([letter.file] if letter.file else []), letter.message_id
    assert len(cases) == len(traffic.acknowledged)
    assert _count(program, "opened") == len(cases)
    assert _count(program, "held") == _count(program, "ignored") == 0


def _check_confirmations(program: Program, sink: Sink, addresses: set[str]) -> None:
    """One letter to each, about their own case; sent again only as what it is: the same letter.

    A letter that was on its way when the post was killed goes again after a quarter of an hour: not awaited here.
    """
    rows = program.rows("SELECT state, attempts FROM conversation_outboxletter")
    assert len(rows) == len(addresses)
    until("the post to have tried every letter", lambda: not _untried(program), PATIENCE)
    interrupted = len(program.rows("SELECT id FROM conversation_outboxletter WHERE state = 'waiting'"))
    assert interrupted <= 2 * len(MOMENTS)
    about: dict[str, set[tuple[str, str]]] = {}
    for letter in sink.all():
        subject, _text = read_open(letter.raw)
        message_id = re.search(rb"(?mi)^Message-ID:\s*(\S+)", letter.raw)
        assert message_id
        about.setdefault(letter.recipient, set()).add((subject.rpartition("[")[2], message_id[1].decode()))
    assert set(about) <= addresses and len(about) >= len(addresses) - interrupted
    assert all(len(one) == 1 for one in about.values()), about
    assert len({next(iter(one)) for one in about.values()}) == len(about)


def _untried(program: Program) -> list[Any]:
    return program.rows("SELECT id FROM conversation_outboxletter WHERE state = 'waiting' AND attempts = 0")


def _count(program: Program, outcome: str) -> int:
    return int(program.rows("SELECT count(*) FROM intake_item WHERE outcome = ?", outcome)[0][0])


def _every_case(program: Program) -> dict[str, Any]:
    refs = [row[0] for row in program.rows("SELECT ref FROM cases_case ORDER BY ref")]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("every_case.py")), *refs],
        env=program.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
