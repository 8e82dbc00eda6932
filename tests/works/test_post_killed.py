"""The post dies by SIGKILL at every point of a batch: each letter arrives, and a second copy is the same letter.

At most one letter per death comes twice: the one that the mail server had just taken.
"""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.works.engines import Engine, environ_for, until
from tests.works.sink import Sink

pytestmark = pytest.mark.real
LETTERS = 15
FILL = """
import os, sys
from meldpunt.works import process
os.environ["MELDPUNT_ROLE"] = "operator"
process.open_house()
from django.conf import settings
from meldpunt.conversation import posting
from meldpunt.conversation.rules import Mail
from meldpunt.ground import clock
from meldpunt.vault import keyring
keys = keyring.vault(settings.MELDPUNT_DATA, "operator")
for number in range(int(sys.argv[1])):
    raw = f"From: us@v.example\\r\\nMessage-ID: <{number}@v.example>\\r\\n\\r\\nLetter {number}\\r\\n"
    posting.queue("", Mail("us@v.example", f"r{number}@r.example", raw.encode()), False, keys, clock.now())
"""
GREETED, NAMED, RECEIVED, ANSWERED = "greeted", "recipient named", "letter received", "letter answered"
MOMENTS = (
    (GREETED, 1),
    (NAMED, 2),
    (RECEIVED, 1),
    (ANSWERED, 2),
    (RECEIVED, 3),
    (ANSWERED, 1),
)


class Killer(Sink):
    """A mail server that kills who talks to it.  ``aim``: at which moment, and how many letters later."""

    def __init__(self) -> None:
        self.aim: tuple[str, int] | None = None
        self.victim: Callable[[], int] = lambda: 0
        super().__init__()

    def reached(self, moment: str) -> None:
        if self.aim is None or self.aim[0] != moment:
            return
        self.aim = (moment, self.aim[1] - 1)
        if self.aim[1] == 0:
            self.aim = None
            os.kill(self.victim(), signal.SIGKILL)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if session.answered:  # the next letter begins, so the answer to the last one has been heard, or nearly
            session.answered = False
            self.reached(ANSWERED)
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, lines: list[str]) -> list[str]:
        session.answered = False
        self.reached(GREETED)
        return await super().handle_EHLO(server, session, envelope, hostname, lines)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.reached(NAMED)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        session.answered = True
        self.reached(RECEIVED)
        return answer


def rows(data: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(data / "meldpunt.sqlite3", timeout=20)) as database:
        return database.execute("SELECT state, attempts FROM conversation_outboxletter").fetchall()


def a_while_later(data: Path) -> None:
    """As if the time had passed for which nobody else may send what was under way."""
    with closing(sqlite3.connect(data / "meldpunt.sqlite3", timeout=20)) as database:
        database.execute("UPDATE conversation_outboxletter SET next_at = created_at WHERE state = 'waiting'")
        database.commit()


def test_whenever_it_dies_every_letter_arrives(folder: Path, start: Callable[..., Engine]) -> None:
    sink = Killer()
    environ = environ_for(folder, role="post", smtp=sink.address)
    try:
        fill = [sys.executable, "-c", FILL, str(LETTERS)]
        subprocess.run(fill, env=environ, check=True, timeout=60)
        for moment in MOMENTS:
            sink.aim = moment
            engine = start(environ, "meldpunt.works.post")
            sink.victim = lambda engine=engine: engine.process.pid
            assert engine.ends() == -signal.SIGKILL, engine.said
            a_while_later(folder)
        engine = start(environ, "meldpunt.works.post")
        until(lambda: {state for state, _ in rows(folder)} == {"sent"})
        engine.hears(signal.SIGTERM)
        assert engine.ends() == 0, engine.said
    finally:
        sink.stop()
    copies = Counter(raw for _, _, raw in sink.letters)
    named = Counter(re.search(rb"Message-ID: (\S+)", raw)[1] for raw in copies)
    assert len(copies) == LETTERS and set(named.values()) == {1}  # a second copy is the same, byte for byte
    assert 1 <= sum(copies.values()) - LETTERS <= len(MOMENTS)
    assert max(copies.values()) <= 2
    # who died while a letter was under way has left it marked: nobody else takes it at once
    assert sum(attempts for _, attempts in rows(folder)) <= LETTERS + len(MOMENTS)
