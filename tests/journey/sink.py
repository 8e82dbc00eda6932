"""A mail server that keeps what it is given: where the program's letters go."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass(frozen=True)
class Delivered:
    """One letter as it came over the wire."""

    sender: str
    recipient: str
    raw: bytes


class Sink:
    """Listens on a loopback port of its own, in a thread.  Use it in a ``with``."""

    def __init__(self, port: int) -> None:
        self.address = f"127.0.0.1:{port}"
        self._letters: list[Delivered] = []
        self._news = threading.Condition()
        self._controller = _Controller(self, hostname="127.0.0.1", port=port)

    def __enter__(self) -> "Sink":
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """A mailbox whose name begins with ``nobody`` does not exist; the answer repeats it, as servers do."""
        if address.startswith("nobody"):
            return f"550 5.1.1 <{address}>: user unknown"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Called by the server for every letter."""
        with self._news:
            self._letters += [
                Delivered(envelope.mail_from, recipient, envelope.original_content) for recipient in envelope.rcpt_tos
            ]
            self._news.notify_all()
        return "250 2.0.0 kept"

    def to(self, address: str) -> list[Delivered]:
        """What has come for this address so far, oldest first."""
        return [letter for letter in self.all() if letter.recipient == address]

    def all(self) -> list[Delivered]:
        with self._news:
            return list(self._letters)

    def wait_for(self, address: str, count: int = 1, seconds: float = 25.0) -> Delivered:
        """The letter number ``count`` to this address, as soon as it is there."""
        self.wait(f"letter {count} to {address}", lambda: len(self.to(address)) >= count, seconds)
        return self.to(address)[count - 1]

    def wait(self, what: str, true: Callable[[], bool], seconds: float) -> None:
        """Until ``true``, asked again whenever a letter comes."""
        end = time.monotonic() + seconds
        with self._news:
            while not true():
                left = end - time.monotonic()
                assert left > 0, f"waited {seconds:.0f} s in vain for {what}; there are {len(self._letters)} letters"
                self._news.wait(left)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=True, ident="sink")
