"""A mail server that keeps what it is given, and says no when a test wants it to."""

from collections.abc import Callable
from typing import Any

from aiosmtpd.controller import Controller
from tests.ports import free_address


class Sink:
    """``letters`` are (sender, recipients, bytes).  ``answers`` maps a recipient to a refusal."""

    def __init__(self, **options: Any) -> None:
        self.letters: list[tuple[str, list[str], bytes]] = []
        self.encrypted: list[bool] = []  # for each letter, whether it came through TLS
        self.answers: dict[str, str] = {}
        self.after_data = "250 2.0.0 OK"
        self.keeps: Callable[[bytes], object] = lambda raw: None  # called with every letter, before it is answered
        self.connections = 0
        self.address = free_address()
        self._port = self.address.rpartition(":")[2]
        self._controller = Controller(self, hostname="127.0.0.1", port=int(self._port), **options)
        self._controller.start()

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, lines: list[str]) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return lines

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.keeps(envelope.original_content)
        self.encrypted.append(session.ssl is not None)
        if self.after_data.startswith("2"):
            sender = "" if envelope.mail_from == "<>" else envelope.mail_from
            self.letters.append((sender, envelope.rcpt_tos, envelope.original_content))
        return self.after_data

    def stop(self) -> None:
        self._controller.stop()
