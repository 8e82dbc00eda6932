"""LMTP (RFC 2033) for one mail server or a few: the protocol, and nothing of what becomes of a letter.

aiosmtpd speaks it, except for the transfer of the letter itself.  Ours takes lines of any
length, keeps a letter in one piece of memory however short its lines are, takes only
CR LF . CR LF for the end (so a bare LF smuggles nothing in), and gives each
recipient the answer that LMTP wants.

What becomes of a letter is decided by a ``House``, in a small pool of threads: the
connections of others are served meanwhile.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, AnyStr, Protocol

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session, syntax

END = b"\r\n.\r\n"
MOST_CONNECTIONS = 200
MOST_IN_MEMORY = 256 << 20  # all letters that are being received at this moment, together
PATIENCE = 300  # seconds without a word after which a connection is closed (RFC 5321, 4.5.3.2)
GRACE = 8.0  # seconds that a letter in transfer gets when the service stops

TOO_LARGE = "552 5.3.4 This letter is larger than the {limit} MiB that we take; please use the web form."
BUSY = "451 4.3.1 Too many large letters at once; please try again in a few minutes."
TROUBLE = "451 4.3.0 We could not store this letter; please try again later."
LEAVING = "421 4.3.2 The service is stopping; please try again later."
UNREADABLE = "553 5.1.3 This address cannot be read."
CROWDED = "421 4.3.2 Too many connections; please try again later."

# the library tells its log who wrote to whom; ours keeps silent about it
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)


class House(Protocol):
    """Who decides.  Both answer with a whole reply line and may take their time."""

    def check(self, recipient: str) -> str:
        """Whether letters to this address are ours: a reply of the class 2, 4 or 5."""

    def take(self, letter: bytes, sender: str, recipients: tuple[str, ...]) -> str:
        """Store a letter.  A reply of the class 2 only when it will outlive a power cut."""


class Reception:
    """All connections of one listener.  ``limit`` is the largest letter, in bytes."""

    def __init__(self, house: House, limit: int, say: Callable[[str], None], workers: int = 2) -> None:
        self.house, self.limit, self.say = house, limit, say
        self.too_large = TOO_LARGE.format(limit=limit >> 20)
        self.connections: set[Connection] = set()
        self.idle = asyncio.Event()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="letters")

    async def listen(self, host: str, port: int) -> asyncio.Server:
        """Begin.  ``OSError`` when the address cannot be had."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(self.meet, host, port)

    def meet(self) -> "Connection":
        """Somebody new."""
        return Connection(self)

    def turned_away(self, caller: "Connection") -> str:
        """Why somebody new is not served; empty when they are."""
        return CROWDED if len(self.connections) >= MOST_CONNECTIONS else ""

    async def leave(self, server: asyncio.Server) -> None:
        """Stop: nothing new, an end to who is idle, and a little time for letters in transfer."""
        server.close()
        for connection in list(self.connections):
            await connection.leave()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while self.connections:
                    self.idle.clear()
                    await self.idle.wait()
        self._threads.shutdown(wait=True)

    @property
    def in_memory(self) -> int:
        """How many bytes of letters are held at this moment."""
        return sum(connection.held for connection in self.connections)

    async def ask(self, question: Callable[..., str], *words: Any) -> str:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, question, *words)

    async def handle_MAIL(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not _readable(address):
            return UNREADABLE
        envelope.mail_from = address  # "<>" stays as it is until the end: empty would mean "no MAIL yet"
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not _readable(address):
            return UNREADABLE
        reply = await self.ask(self.house.check, address)
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_exception(self, error: Exception) -> str:
        """The outermost loop of a connection: a bug costs this command, not the service."""
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "nowhere"
        self.say(f"This is a bug in Meldpunt: {type(error).__name__} at {where}.")
        return TROUBLE


class Connection(LMTP):
    """One mail server talking to us."""

    line_length_limit = 1 << 16  # what is read at once; longer lines simply take several turns
    greeting = "LHLO"

    def __init__(self, reception: Reception, **options: Any) -> None:
        super().__init__(
            reception,
            data_size_limit=reception.limit,
            enable_SMTPUTF8=True,
            hostname=socket.gethostname(),
            ident="Meldpunt",
            timeout=PATIENCE,
            loop=asyncio.get_running_loop(),
            **options,
        )
        self._reception = reception
        self._receiving = self._leaving = False
        self.held = 0  # bytes of the letter that is being received
        self.host = ""  # the network address of the other side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        reception = self._reception
        self.host = str((transport.get_extra_info("peername") or ("",))[0])
        known = self in reception.connections  # TLS begins the conversation once more
        refusal = "" if known else reception.turned_away(self)
        reception.connections.add(self)
        super().connection_made(transport)
        if refusal and isinstance(transport, asyncio.Transport):
            transport.write(refusal.encode() + b"\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._reception.connections.discard(self)
        self._reception.idle.set()
        super().connection_lost(error)

    async def leave(self) -> None:
        """Say goodbye, at once or after the letter in transfer."""
        self._leaving = True
        transport = self.transport  # the library forgets it when the other side is quicker
        if self._receiving or transport is None or transport.is_closing():
            return
        with contextlib.suppress(ConnectionError):
            await self.push(LEAVING)
        transport.close()

    async def push(self, status: AnyStr) -> None:
        """Send a reply; the library's own words for a letter that is too large become ours."""
        if isinstance(status, str) and status.startswith("552 Error"):
            await super().push(self._reception.too_large)
        else:
            await super().push(status)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:
        if await self.check_helo_needed(self.greeting):
            return
        if arg:
            await self.push("501 5.5.4 DATA takes no words.")
            return
        envelope = self.envelope
        if envelope is None or not envelope.rcpt_tos:
            await self.push("503 5.5.1 No recipient was accepted.")
            return
        self._receiving = True
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            reply = await self._receive(envelope)
            self.held = 0
            self._set_post_data_state()  # type: ignore[no-untyped-call]
            await self.push("\r\n".join([reply] * self._answers(envelope)))
        finally:
            self._receiving, self.held = False, 0
        if self._leaving:
            await self.leave()

    def _answers(self, envelope: Envelope) -> int:
        """How often the reply to a letter is said: LMTP wants it for each recipient."""
        return len(envelope.rcpt_tos)

    async def _receive(self, envelope: Envelope) -> str:
        sender = "" if envelope.mail_from in (None, "<>") else str(envelope.mail_from)
        letter, refusal = await self._letter()
        if refusal:
            return refusal
        try:
            take = self._reception.house.take
            return await self._reception.ask(take, letter, sender, tuple(envelope.rcpt_tos))
        except Exception as error:  # noqa: BLE001  every recipient must get an answer
            return await self._reception.handle_exception(error)

    async def _letter(self) -> tuple[bytes, str]:
        """The letter, or why it was not kept.  It is read to its end in either case."""
        # The line end of the command is put back: a letter may begin with its own end, or with a dot.
        self._reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]
        letter, refusal, ended = bytearray(), "", False
        while not ended:
            piece, ended = await self._piece()
            if refusal:
                continue
            letter += piece
            self.held = len(letter)
            refusal = self._too_much(len(letter) - len(END))
            if refusal:
                letter.clear()
                self.held = 0
        return b"" if refusal else _without_dots(letter), refusal

    async def _piece(self) -> tuple[bytes, bool]:
        """The next bytes, and whether they end the letter."""
        try:
            piece, ended = await self._reader.readuntil(END), True
        except asyncio.LimitOverrunError as more:
            piece, ended = await self._reader.readexactly(more.consumed), False
        except asyncio.IncompleteReadError:
            raise ConnectionResetError from None
        self._reset_timeout()
        return piece, ended

    def _too_much(self, size: int) -> str:
        if size > self._reception.limit:
            return self._reception.too_large
        return BUSY if self._reception.in_memory > MOST_IN_MEMORY else ""


def _readable(address: str) -> bool:
    """Whether an address is text (the library lets bytes through that are not UTF-8), on one line."""
    try:
        address.encode()
    except UnicodeEncodeError:
        return False
    return address.isprintable()


def _without_dots(letter: bytearray) -> bytes:
    """The letter as it was before the transfer: dots undone, the end and the first line end off."""
    del letter[-3:]
    plain = letter.replace(b"\r\n.", b"\r\n") if b"\r\n." in letter else letter
    return bytes(memoryview(plain)[2:])
