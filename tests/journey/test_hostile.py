"""Whatever is sent: bounded time and memory, and the letter right behind it becomes a case.

Through the real doors and the real opener.  What reads may die as often as it likes: nothing is lost,
and nothing happens twice.
"""

import contextlib
import json
import os
import signal
import smtplib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.journey import zoo
from tests.journey.letters import encrypted, hand_in, plain
from tests.journey.program import CONTACT, Program, _descendants, until
from tests.vault.gnupg import Person

pytestmark = pytest.mark.real

HOSTILE = "beast@evil.example"
READ_WITHIN = 60.0  # seconds for a hostile letter and the ordinary one behind it; one second on an idle machine
OPENER_MIB = 400  # the opener holds a letter of 30 MiB and what is in it, never what a bomb unfolds to
BATCH = 60
KILLS = 8
READER = b"meldpunt.intake.readerchild"


@pytest.fixture
def running(program: Program) -> Program:
    program.found()
    program.start()
    return program


def test_each_beast_is_bounded_and_the_letter_behind_it_is_read(
    running: Program, person: Callable[[str, str], Person]
) -> None:
    rui = person("rui@example.org", "Rui")
    rui.knows(running.run("keys", "export").stdout.encode())
    bombs = (zoo.bomb(rui, "zip"), zoo.bomb(rui, "bzip2", 100 * zoo.MIB))
    posted = []
    for number, beast in enumerate((*zoo.PLAIN_BEASTS, *bombs)):
        name = getattr(beast, "__name__", "bomb")
        took = _in_and_settled(running, beast(HOSTILE), number)
        posted.append(f"An ordinary letter, number {number}.")
        assert took < READ_WITHIN, (name, took)
    texts = Counter(text.strip() for case in _every_case(running).values() for text in case["texts"])
    assert [texts[text] for text in posted] == [1] * len(posted)
    whys = Counter(row[0] for row in running.rows("SELECT why FROM intake_item WHERE outcome = 'held'"))
    assert whys["too-large"] >= 4, whys  # the two bombs, and too many parts and levels
    assert "fault" not in whys
    assert _peak_mib(running.engine("opener")) < OPENER_MIB
    assert "bug" not in running.said


def _in_and_settled(program: Program, hostile: bytes, number: int) -> float:
    """Seconds until the hostile letter and the one behind it have their outcomes."""
    with contextlib.suppress(smtplib.SMTPException):  # refused at the door is an answer too
        hand_in(program.lmtp, hostile, HOSTILE)
    began = time.monotonic()
    address = f"person{number}@example.org"
    hand_in(program.lmtp, plain(("", address), "Ordinary", f"An ordinary letter, number {number}."), address)
    until("all letters to be read", lambda: not _count(program, "waiting"), READ_WITHIN)
    return time.monotonic() - began


def test_fifty_letters_a_second_from_one_sender_do_not_shut_out_another(running: Program) -> None:
    refused = 0
    with smtplib.LMTP("127.0.0.1", running.lmtp, timeout=20) as line:
        for number in range(100):
            try:
                line.sendmail(HOSTILE, [CONTACT], plain(("", HOSTILE), f"Flood {number}", f"Flood {number}."))
            except smtplib.SMTPException:
                refused += 1
    began = time.monotonic()
    hand_in(running.lmtp, plain(("", "rui@example.org"), "Ordinary", "Not of the flood."), "rui@example.org")
    until("all letters to be read", lambda: not _count(running, "waiting"), READ_WITHIN)
    assert time.monotonic() - began < READ_WITHIN
    taken = int(running.rows("SELECT count(*) FROM intake_item")[0][0])
    assert taken == 101 - refused
    texts = [text.strip() for case in _every_case(running).values() for text in case["texts"]]
    assert "Not of the flood." in texts
    assert len(texts) == len(set(texts)) == taken


def test_killed_in_the_middle_of_a_batch_nothing_is_lost_and_nothing_is_twice(
    running: Program, person: Callable[[str, str], Person]
) -> None:
    rui = person("rui@example.org", "Rui")
    rui.knows(running.run("keys", "export").stdout.encode())
    posted = [f"Letter {number} of the batch." for number in range(BATCH)]
    running.kill_engine("opener")  # so that there is a batch when it comes back
    with smtplib.LMTP("127.0.0.1", running.lmtp, timeout=20) as line:
        for number, raw in enumerate(_batch(rui, posted)):
            line.sendmail(f"sender{number}@example.org", [CONTACT], raw)
    for kill in range(KILLS):
        settled = BATCH - _count(running, "waiting")
        goal = min(settled + 4, BATCH)
        until("a few more to be opened", lambda: BATCH - _count(running, "waiting") >= goal)  # noqa: B023
        if kill % 3 == 2:
            running.kill_engine("opener")
        else:
            _kill_reader(running)
    until("all letters to be read", lambda: not _count(running, "waiting"), READ_WITHIN)
    texts = Counter(text.strip() for case in _every_case(running).values() for text in case["texts"])
    assert texts == Counter(posted)
    assert _count(running, "held") == 0
    assert len(running.rows("SELECT id FROM conversation_outboxletter")) == BATCH
    assert running.answer("ledger", "verify")["whole"] is True


def _batch(person: Person, texts: list[str]) -> Iterator[bytes]:
    """Some encrypted, some not; a few from the same sender, whose key the first one brings."""
    for number, text in enumerate(texts):
        address = f"sender{number}@example.org"
        if number % 3 == 0:
            yield encrypted(person, "", f"Report {number}", text, key=number % 2 == 0, address=address)
        else:
            yield plain(("", address), f"Report {number}", text)


def _kill_reader(program: Program) -> None:
    assert program.process
    for number in _descendants(program.process.pid):
        with contextlib.suppress(OSError):
            if READER in Path(f"/proc/{number}/cmdline").read_bytes():
                os.kill(number, signal.SIGKILL)


def _peak_mib(number: int | None) -> int:
    words = Path(f"/proc/{number}/status").read_text().split("VmHWM:")[1].split()
    return int(words[0]) >> 10


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
        timeout=READ_WITHIN,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
