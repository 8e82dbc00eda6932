"""Handing letters to the organisation's own mail server (SMTP, RFC 5321).

Two kinds of bad news, for they have different consequences.  ``Unreachable``: the server does
not want to talk to us now, about no letter in particular.  ``NotTaken``: it said no to this one.
What a server says may name the recipient: it is for whoever holds the letter, and never for a log.
"""

import contextlib
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from meldpunt.ground.errors import OutsideFailure

TIMEOUT = 30.0  # seconds for every step; a greeting can take that long, a sensible server is quicker
# Seconds for the answer to a whole letter (RFC 5321, 4.5.3.2.6).  Some servers look at it before they say yes;
# who goes away meanwhile sends it twice.
ANSWER = 600.0
MOST_WORDS = 500  # characters of what a server says
ENHANCED = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")
_ODD = r'\s"<>@,;:()\[\]\\\x00-\x1f\x7f'
ADDRESS = re.compile(rf'(?:"[^"<>\\\x00-\x1f\x7f]{{1,64}}"|[^{_ODD}]+)@(?:[^{_ODD}]+|\[[^{_ODD}]*(?::[^{_ODD}]*)*\])')
UTF8_NEEDED = "5.6.7"  # RFC 6531: the address is not ASCII and the server cannot take it
BAD_ADDRESS = "5.1.3"  # RFC 3463: no mail server could read it
ABOUT_US = (421, 530, 534, 535, 538)  # going away, or it wants TLS or a password first: no letter's fault


class Unreachable(OutsideFailure):
    """The mail server cannot be reached, or refuses us as a whole.  The sentence names no letter."""


class NotTaken(Exception):
    """The server did not take one letter: for ever (``permanent``) or for now.

    ``code`` as in RFC 3463; ``words`` are the server's own, on one line, and may name the recipient.
    """

    def __init__(self, permanent: bool, code: str, words: str = "") -> None:
        self.permanent, self.code, self.words = permanent, code, words
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Server:
    """Where letters go.  ``security``: none, opportunistic, starttls or tls.

    ``starttls`` and ``tls`` insist on a certificate that is valid for ``host``.  ``opportunistic`` takes TLS where it
    is offered, whoever offers it, as mail servers do among each other: it helps against listening only.
    """

    host: str
    port: int
    security: str = "none"
    user: str = ""
    password: str = field(default="", repr=False)


def server_from(address: str, security: str, user: str, password_file: str) -> Server:
    """A server from the settings.  ``Unreachable`` when the password cannot be read."""
    host, _, port = address.rpartition(":")
    try:
        password = Path(password_file).read_text("utf-8").strip() if password_file else ""
    except (OSError, UnicodeDecodeError):
        raise Unreachable("smtp_password_file cannot be read.") from None
    return Server(host.strip("[]"), int(port), security, user, password)


class Line:
    """One connection, for several letters.  Use it in a ``with``."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        try:
            self._smtp = self._connected()
        except (smtplib.SMTPException, OSError, ValueError) as trouble:
            raise Unreachable(f"The mail server cannot be used ({_kind(trouble)}).") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._smtp:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        smtp: smtplib.SMTP
        if server.security == "tls":
            context = ssl.create_default_context()
            smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        try:
            smtp.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            elif server.security == "opportunistic" and smtp.has_extn("starttls"):
                smtp.starttls(context=_unchecked())
            if server.user:
                smtp.login(server.user, server.password)
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def send(self, sender: str, recipient: str, letter: bytes) -> None:
        """Hand over one letter.  ``NotTaken``; or ``Unreachable`` when the connection broke."""
        smtp = self._smtp
        if smtp is None:
            raise Unreachable("There is no connection.")
        if not ADDRESS.fullmatch(recipient):  # the library would look for an address in it
            raise NotTaken(True, BAD_ADDRESS)
        if not (sender + recipient).isascii() and not smtp.has_extn("smtputf8"):
            raise NotTaken(True, UTF8_NEEDED)
        try:
            _hand_over(smtp, sender, recipient, letter)
        except smtplib.SMTPNotSupportedError:
            raise NotTaken(True, UTF8_NEEDED) from None
        except smtplib.SMTPResponseException as no:
            _forget(smtp)
            raise _said(no.smtp_code, no.smtp_error) from None
        except (smtplib.SMTPException, OSError) as trouble:
            raise Unreachable(f"The connection broke ({_kind(trouble)}).") from None
        except ValueError:  # half a character, which has no spelling at all
            _forget(smtp)
            raise NotTaken(True, BAD_ADDRESS) from None


def _hand_over(smtp: smtplib.SMTP, sender: str, recipient: str, letter: bytes) -> None:
    """One transaction; ``SMTPResponseException`` when it was refused at any step."""
    options = ["SMTPUTF8", "BODY=8BITMIME"] if not (sender + recipient).isascii() else []
    if smtp.has_extn("size"):
        options.append(f"size={len(letter)}")
    _yes(*smtp.mail(sender, options))
    _yes(*smtp.rcpt(recipient))
    _yes(*_data(smtp, letter))


def _yes(code: int, words: bytes) -> None:
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, words)


def _data(smtp: smtplib.SMTP, letter: bytes) -> tuple[int, bytes]:
    """The letter itself, and what the server says to it in the end."""
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("there is no connection")
    smtp.sock.settimeout(ANSWER)
    try:
        return smtp.data(letter)
    finally:
        if smtp.sock is not None:
            smtp.sock.settimeout(TIMEOUT)


def _forget(smtp: smtplib.SMTP) -> None:
    """End a transaction that failed, so that the connection can go on with the next letter."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        smtp.rset()


def _unchecked() -> ssl.SSLContext:
    """TLS with whoever answers."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _said(code: int, words: bytes | str) -> Exception:
    """What a refusal means.  4xx is about now, 5xx about this letter for ever, and some are about us."""
    if code in ABOUT_US or code < 400:
        return Unreachable(f"The mail server ended the conversation ({code}).")
    raw = words if isinstance(words, bytes) else words.encode("utf-8", "replace")
    found = ENHANCED.match(raw)
    plain = re.sub(r"[^ -~\u00a0-\uffff]+", " ", raw.decode("utf-8", "replace"))[:MOST_WORDS].strip()
    return NotTaken(code >= 500, found[1].decode() if found else str(code), f"{code} {plain}".strip())


def _kind(trouble: Exception) -> str:
    """What went wrong, without the server's words."""
    if isinstance(trouble, smtplib.SMTPResponseException):
        return f"it said {trouble.smtp_code}"
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {trouble.verify_message}"
    if isinstance(trouble, OSError) and trouble.strerror:
        return trouble.strerror.lower()
    return type(trouble).__name__
