"""A mailbox from which letters are fetched (IMAP, RFC 3501).  The one door to IMAPClient.

What was fetched is remembered where it cannot get out of step with the letters: on the server, by
a keyword of ours or by moving the letter away.  UIDs are used only within the ``SELECT`` that
gave them, so a new UIDVALIDITY cannot make one letter pass for another.

Of what the server says nothing is told: its words may quote a letter.
"""

import contextlib
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from imapclient import IMAPClient  # type: ignore[import-untyped]
from imapclient.exceptions import (  # type: ignore[import-untyped]
    IMAPClientAbortError,
    IMAPClientError,
    IMAPClientReadOnlyError,
    LoginError,
    ProtocolError,
)

from meldpunt.ground.errors import OutsideFailure

TAKEN, LEFT = b"MeldpuntTaken", b"MeldpuntLeft"  # our keywords: it is in the spool; it cannot be taken
TIMEOUT = 60.0  # seconds without a word
IDLE = 540.0  # seconds after which IDLE is issued anew: servers and firewalls hang up after some more
POLL = 60.0  # seconds between two looks at a server without IDLE
SLICE = 1.0  # seconds that "stop" may wait
WINDOW = 5000  # letters that are searched at once: the answer is one line, and lines have a limit
ANY_KEYWORD = rb"\*"


class Unreachable(OutsideFailure):
    """The mailbox cannot be used now.  The sentence names no letter."""


class Refused(Exception):
    """The server does not hand out this one letter."""


class Stop(Protocol):
    """Somebody may ask us to stop."""

    asked: bool

    def wait(self, seconds: float) -> bool: ...


@dataclass(frozen=True, slots=True)
class Account:
    """Which mailbox.  ``security`` is none, starttls or tls; an empty ``done`` leaves letters where they are."""

    host: str
    port: int
    security: str
    user: str
    password_file: str = field(repr=False)
    folder: str = "INBOX"
    done: str = ""


class Mailbox:
    """One connection, with the folder open.  Use it in a ``with``; everything may raise ``Unreachable``."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._stack = contextlib.ExitStack()
        self.validity = 0  # of the UIDs that ``waiting`` gave
        self._keywords = self._moves = self._uidplus = self._idles = False

    def __enter__(self) -> Self:
        try:
            with _told():
                self._client = self._stack.enter_context(self._connected())
                self._client._imap.debug = 0  # or every letter is formatted for a log that nobody keeps
                self._sign_in()
                self._moves, self._uidplus, self._idles = map(self._client.has_capability, ("MOVE", "UIDPLUS", "IDLE"))
                if self._account.done and not self._client.folder_exists(self._account.done):
                    self._client.create_folder(self._account.done)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _connected(self) -> IMAPClient:
        account, tls = self._account, self._account.security == "tls"
        context = ssl.create_default_context()
        return IMAPClient(account.host, account.port, ssl=tls, ssl_context=context if tls else None, timeout=TIMEOUT)

    def _sign_in(self) -> None:
        if self._account.security == "starttls":
            self._client.starttls(ssl.create_default_context())
        try:
            password = Path(self._account.password_file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise Unreachable("imap_password_file cannot be read.") from None
        self._client.login(self._account.user, password)

    def waiting(self) -> list[int]:
        """The UIDs of letters that are neither taken nor left, oldest first."""
        with _told():
            exists = self._open()
            unmarked = (b"UNKEYWORD", TAKEN, b"UNKEYWORD", LEFT) if self._keywords else ()
            return self._search(exists, *unmarked)

    def _open(self) -> int:
        """Open the folder.  Returns how many letters it holds; what is told from here on is news."""
        opened = self._client.select_folder(self._account.folder)
        self._told_of_more()
        self.validity = opened.get(b"UIDVALIDITY", 0)
        lasting = opened.get(b"PERMANENTFLAGS", opened.get(b"FLAGS", ()))
        self._keywords = ANY_KEYWORD in lasting or {TAKEN, LEFT} <= set(lasting)
        if not self._keywords and not self._account.done:
            raise Unreachable("The IMAP server keeps no keywords, so imap_done_folder must be set.")
        return int(opened[b"EXISTS"])

    def _search(self, exists: int, *criteria: bytes) -> list[int]:
        found: list[int] = []
        for first in range(1, exists + 1, WINDOW):
            last = str(first + WINDOW - 1) if first + WINDOW <= exists else "*"
            found += self._client.search([f"{first}:{last}".encode(), b"UNDELETED", *criteria])
        return sorted(set(found))

    def sizes(self, uids: list[int]) -> dict[int, int]:
        """How large the server says these letters are, in bytes; gone ones are not in the answer."""
        with _told():
            answer = self._client.fetch(uids, [b"RFC822.SIZE"])
        return {uid: parts[b"RFC822.SIZE"] for uid, parts in answer.items() if b"RFC822.SIZE" in parts}

    def letter(self, uid: int) -> bytes | None:
        """The exact bytes, without marking the letter as read; ``None`` when it is gone.  ``Refused``."""
        with _told(one=True):
            content = self._client.fetch([uid], [b"BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        return content if isinstance(content, bytes) else None

    def taken(self, uid: int) -> None:
        """Mark a letter that is in the spool."""
        with _told():
            if self._keywords:
                self._mark(uid, TAKEN)
            else:
                self._move([uid])

    def left(self, uid: int) -> None:
        """Mark a letter that cannot be taken, where the server can keep that."""
        with _told():
            if self._keywords:
                self._mark(uid, LEFT)

    def _mark(self, uid: int, keyword: bytes) -> None:
        flags = self._client.add_flags([uid], [keyword]).get(uid)
        if flags is not None and keyword.lower() not in {flag.lower() for flag in flags}:
            raise Unreachable("The IMAP server does not keep our keyword, so imap_done_folder must be set.")

    def tidy(self) -> None:
        """Move what is marked as taken, now or before a crash, when it has somewhere to go."""
        if not self._account.done:
            return
        with _told():
            exists = self._open()
            taken = self._search(exists, b"KEYWORD", TAKEN) if self._keywords else []
            for start in range(0, len(taken), 200):
                self._move(taken[start : start + 200])

    def _move(self, uids: list[int]) -> None:
        if self._moves:
            self._client.move(uids, self._account.done)
            return
        self._client.copy(uids, self._account.done)
        self._client.delete_messages(uids, silent=True)
        if self._uidplus:  # without it EXPUNGE would remove what others have marked as well
            self._client.uid_expunge(uids)

    def wait(self, stop: Stop) -> None:
        """Until something may have come, or somebody asks to stop."""
        if not self._idles:
            stop.wait(POLL)
            return
        until = time.monotonic() + IDLE
        with _told():
            self._client.idle()
            while not stop.asked and time.monotonic() < until:
                began = time.monotonic()
                # an early end without a word is a connection that broke: the end of IDLE will tell
                if self._heard() or self._client.idle_check(SLICE) or time.monotonic() - began < SLICE / 2:
                    break
            self._client.idle_done()

    def _told_of_more(self) -> bool:
        """Whether the server told of letters in another answer.  It tells once, so never again in IDLE."""
        return bool(self._client._imap.response("EXISTS")[1] != [None])

    def _heard(self) -> bool:
        """Whether the server said more in the breath in which it began to idle: no socket tells of that any more."""
        if self._told_of_more():
            return True
        line = self._client.socket()
        line.setblocking(False)
        try:
            return bool(self._client._imap.file.peek(1))
        except (ssl.SSLWantReadError, BlockingIOError):
            return False
        finally:
            line.settimeout(TIMEOUT)


@contextlib.contextmanager
def _told(one: bool = False) -> Iterator[None]:
    """Turn what goes wrong into our own words.  ``one``: a plain "no" is about one letter."""
    try:
        yield
    except IMAPClientReadOnlyError:
        raise Unreachable("The IMAP folder can only be read, so fetched letters could not be marked.") from None
    except LoginError:
        raise Unreachable("The IMAP server does not accept imap_user with this password.") from None
    except (IMAPClientAbortError, ProtocolError) as trouble:
        raise Unreachable(f"The connection to the IMAP server broke ({type(trouble).__name__}).") from None
    except IMAPClientError:
        if one:
            raise Refused from None
        raise Unreachable("The IMAP server said no; are imap_folder and imap_done_folder right?") from None
    except ssl.SSLCertVerificationError as trouble:
        raise Unreachable(f"The certificate of the IMAP server is not valid: {trouble.verify_message}.") from None
    except OSError as trouble:
        why = (trouble.strerror or type(trouble).__name__).lower()
        raise Unreachable(f"The IMAP server cannot be reached ({why}).") from None
    except ValueError:
        raise Unreachable("The IMAP server said something that cannot be understood.") from None
