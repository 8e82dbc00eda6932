"""SMTP (RFC 5321) in, for sites that have no mail server of their own.

A letter is transferred as in ``lmtp``.  Here strangers talk to us: there are limits for each of
them and for all, TLS when a certificate is set, no signing in, no word about who has an
address, and nothing is ever passed on.  Whatever is over a limit is "try again later", which a
mail server does by itself.
"""

import asyncio
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session, TLSSetupException

from meldpunt.ground.errors import OutsideFailure
from meldpunt.works import lmtp
from meldpunt.works.allowance import Allowance, Limits, network_of

MOST_PER_HOST = 10  # connections from one machine
MOST_RECIPIENTS = 100
WHOLE_LETTER = 1800.0  # seconds that one letter may take: 60 MiB over a slow line
SMALL = 1 << 20  # bytes of a letter that are taken whatever others hold in memory
MOST_COMMANDS = {"MAIL": 500, "RCPT": 1000, "DATA": 500, "RSET": 500, "NOOP": 50, "*": 20}  # in one connection

TOO_MANY = {
    "sender": "450 4.7.1 Too many letters from this sender within a minute; please try again later.",
    "host": "450 4.7.1 Too many letters from your mail server within a minute; please try again later.",
    "overall": "450 4.7.1 More letters arrive than we take within a minute; please try again later.",
}
TOO_MANY_CALLS = "421 4.7.0 Too many connections from your address; please try again later."
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients for one letter."
TOO_SLOW = "421 4.4.2 This letter took too long; please try again."
WILL_NOT_SAY = "252 2.5.2 We do not say who has an address here; please just write."
NOT_HERE = "502 5.5.1 We do not do that."
NO_TLS = "454 4.7.0 TLS could not be set up; please try again later."


class BadCertificate(OutsideFailure):
    """The certificate for STARTTLS cannot be used."""


class Certificate:
    """Certificate and key; files that were renewed are taken up by the next caller."""

    def __init__(self, certificate: str, key: str) -> None:
        self._files = Path(certificate), Path(key)
        self._seen, self._context = self._look(), self._load()

    def context(self) -> ssl.SSLContext:
        """For one caller.  While new files cannot be read (yet), the old ones serve."""
        try:
            if (seen := self._look()) != self._seen:
                self._context = self._load()
                self._seen = seen
        except BadCertificate:
            pass
        return self._context

    def _look(self) -> tuple[int, ...]:
        try:
            return tuple(path.stat().st_mtime_ns for path in self._files)
        except OSError as trouble:
            raise BadCertificate(f"smtp_in_cert or smtp_in_key: {(trouble.strerror or '?').lower()}.") from None

    def _load(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.options |= ssl.OP_NO_RENEGOTIATION
        try:
            context.load_cert_chain(*self._files, password="")
        except (OSError, ValueError):
            raise BadCertificate("smtp_in_cert and smtp_in_key do not hold a certificate and its key.") from None
        return context


class Reception(lmtp.Reception):
    """All connections of the SMTP listener."""

    def __init__(
        self,
        house: lmtp.House,
        limit: int,
        say: Callable[[str], None],
        limits: Limits,
        certificate: Certificate | None = None,
    ) -> None:
        super().__init__(house, limit, say)
        self._allowance = Allowance(limits)
        self._certificate = certificate

    def meet(self) -> "Connection":
        return Connection(
            self,
            command_call_limit=MOST_COMMANDS,
            tls_context=self._certificate.context() if self._certificate else None,
        )

    def turned_away(self, caller: lmtp.Connection) -> str:
        network = network_of(caller.host)
        if sum(network_of(other.host) == network for other in self.connections) >= MOST_PER_HOST:
            return TOO_MANY_CALLS
        return super().turned_away(caller)

    async def handle_EHLO(
        self, server: Any, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        """What we can: not AUTH, which the library offers under TLS."""
        session.host_name = hostname
        offered = [line for line in lines if not line[4:].startswith(("AUTH", "HELP"))]
        return [*offered, "250 PIPELINING"]

    async def handle_MAIL(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        exceeded = self._allowance.exceeded(address, server.host, time.monotonic())
        if exceeded:
            return TOO_MANY[exceeded]
        return await super().handle_MAIL(server, session, envelope, address, options)

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY_RECIPIENTS
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_exception(self, error: Exception) -> str:
        """A caller whose TLS fails is no bug of ours."""
        return NO_TLS if isinstance(error, TLSSetupException) else await super().handle_exception(error)


class Connection(lmtp.Connection):
    """A mail server, or whoever says that it is one."""

    greeting = "HELO"
    smtp_HELO = SMTP.smtp_HELO
    smtp_EHLO = SMTP.smtp_EHLO

    async def smtp_LHLO(self, arg: str) -> None:
        await self.push(NOT_HERE)

    async def smtp_AUTH(self, arg: str) -> None:
        await self.push(NOT_HERE)

    async def smtp_EXPN(self, arg: str) -> None:
        await self.push(NOT_HERE)

    async def smtp_HELP(self, arg: str) -> None:
        await self.push(NOT_HERE)

    async def smtp_VRFY(self, arg: str) -> None:
        await self.push(WILL_NOT_SAY)

    def _answers(self, envelope: Envelope) -> int:
        return 1

    async def _letter(self) -> tuple[bytes, str]:
        try:
            async with asyncio.timeout(WHOLE_LETTER):
                return await super()._letter()
        except TimeoutError:
            await self.push(TOO_SLOW)
            raise asyncio.CancelledError from None  # closes: what still comes would be read as commands

    def _too_much(self, size: int) -> str:
        """An ordinary letter gets through even when others fill the memory with large ones."""
        return "" if size <= min(SMALL, self._reception.limit) else super()._too_much(size)
