"""Handing letters to the organisation's own mail server (SMTP, RFC 5321).

Two kinds of bad news, for they have different consequences.  ``Unreachable``: the server does
not want to talk to us now, about no letter in particular.  ``NotTaken``: it said no to this one.
Of what a server says only the code is kept; its words may name the recipient.
"""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from meldpunt.ground.errors import OutsideFailure

TIMEOUT = 30.0  # seconds for every step; a greeting can take that long, a sensible server is quicker
ENHANCED = re.compile(rb"\s*([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")
UTF8_NEEDED = "5.6.7"  # RFC 6531: the address is not ASCII and the server cannot take it


class Unreachable(OutsideFailure):
    """The mail server cannot be reached, or refuses us as a whole.  The sentence names no letter."""


class NotTaken(Exception):
    """The server did not take one letter: for ever (``permanent``) or for now.  ``code`` as in RFC 3463."""

    def __init__(self, permanent: bool, code: str) -> None:
        self.permanent, self.code = permanent, code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Server:
    """Where letters go.  ``security`` is none, starttls or tls."""

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
            if server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
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
        options = []
        if not (sender + recipient).isascii():
            if not smtp.has_extn("smtputf8"):
                raise NotTaken(True, UTF8_NEEDED)
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        try:
            smtp.sendmail(sender, [recipient], letter, options)
        except smtplib.SMTPRecipientsRefused as no:
            [(code, words)] = no.recipients.values()
            raise _said(code, words) from None
        except smtplib.SMTPResponseException as no:
            raise _said(no.smtp_code, no.smtp_error) from None
        except smtplib.SMTPNotSupportedError:
            raise NotTaken(True, UTF8_NEEDED) from None
        except (smtplib.SMTPException, OSError) as trouble:
            raise Unreachable(f"The connection broke ({_kind(trouble)}).") from None


def _said(code: int, words: bytes | str) -> Exception:
    """What a refusal means.  421 is about the connection, 4xx about now, 5xx about this letter for ever."""
    if code == 421 or code < 400:
        return Unreachable(f"The mail server ended the conversation ({code}).")
    found = ENHANCED.match(words if isinstance(words, bytes) else words.encode("utf-8", "replace"))
    return NotTaken(code >= 500, found[1].decode() if found else str(code))


def _kind(trouble: Exception) -> str:
    """What went wrong, without the server's words."""
    if isinstance(trouble, smtplib.SMTPResponseException):
        return f"it said {trouble.smtp_code}"
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {trouble.verify_message}"
    if isinstance(trouble, OSError) and trouble.strerror:
        return trouble.strerror.lower()
    return type(trouble).__name__
