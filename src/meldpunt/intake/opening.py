"""The cryptography of one letter: what it may open, with which keys, and what went wrong.

Every failure becomes a ``Trouble`` here; nothing is raised for what a stranger sent.  How
often one letter may ask the engine is bounded.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from meldpunt.ground.values import Fingerprint
from meldpunt.intake.letter import Trouble
from meldpunt.vault import openpgp
from meldpunt.vault.errors import BrokenIntegrity, CannotOpen, NotForUs, TooLarge, UnusableKey
from meldpunt.vault.openpgp import Key, Opened

MAX_OPENINGS = 24  # messages decrypted and signatures checked for one letter
MAX_UNFOLDED = 20  # letters inside it that are read
MAX_KEYS = 8  # that may come along
MAX_KEY = 512 << 10  # bytes of key material in one place

Known = Callable[[str], Sequence[bytes]] | Sequence[bytes]


class Desk:
    """Opens and checks for one letter, and remembers what went wrong first."""

    def __init__(self, secrets: Sequence[bytes], known: Sequence[bytes]) -> None:
        self.secrets = tuple(secrets)
        self.senders = (*known, *(own_public(one) for one in self.secrets))
        self.came: list[Key] = []
        self.trouble: Trouble | None = None
        self.weak = False
        self._left = MAX_OPENINGS
        self._unfold = MAX_UNFOLDED
        self._closed = False

    def note(self, trouble: Trouble) -> None:
        self.trouble = self.trouble or trouble

    def may_unfold(self) -> bool:
        """Whether one more letter inside the letter may be read."""
        self._unfold -= 1
        return self._unfold >= 0 and not self._closed

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Nothing is decrypted here, and nothing noted for that."""
        was, self._closed = self._closed, True
        try:
            yield
        finally:
            self._closed = was

    def open(self, message: bytes) -> Opened | None:
        """Decrypt, or note why not."""
        if not self._may():
            return None
        try:
            opened = openpgp.decrypt(message, self.secrets, self.senders)
        except NotForUs:
            self.note(Trouble.CANNOT_DECRYPT)
        except BrokenIntegrity:
            self.note(Trouble.BROKEN_INTEGRITY)
        except TooLarge:
            self.note(Trouble.TOO_LARGE)
        else:
            self.weak = self.weak or opened.weak
            return opened
        return None

    def check(self, data: bytes, signature: bytes) -> tuple[Fingerprint, ...]:
        """Who signed exactly these bytes."""
        if not self._may():
            return ()
        try:
            return openpgp.verify_detached(data, signature, self.senders)
        except CannotOpen:
            return ()

    def check_clear(self, text: bytes) -> tuple[bytes, tuple[Fingerprint, ...]]:
        if not self._may():
            return b"", ()
        try:
            return openpgp.verify_clear(text, self.senders)
        except CannotOpen:
            return b"", ()

    def learn(self, data: bytes) -> None:
        """Keep the public keys in ``data`` as keys that came along; secret ones are not ours to take."""
        if len(data) > MAX_KEY:
            return
        for key in keys_in(data):
            fresh = key.fingerprint not in {one.fingerprint for one in self.came}
            if fresh and not key.secret and len(self.came) < MAX_KEYS:
                self.came.append(key)

    def owner(self, signers: Iterable[Fingerprint], address: str) -> tuple[Fingerprint | None, bool]:
        """The signer to name, and whether its key carries this address: one that does goes first."""
        named = list(signers)
        for sender in self.senders:
            for key in keys_in(sender):
                if key.fingerprint in named and address and address.lower() in key.addresses:
                    return key.fingerprint, True
        return (named[0] if named else None), False

    def _may(self) -> bool:
        if self._closed:
            return False
        self._left -= 1
        if self._left < 0:
            self.note(Trouble.TOO_LARGE)
        return self._left >= 0


@functools.lru_cache(maxsize=512)
def keys_in(data: bytes) -> tuple[Key, ...]:
    """The keys in ``data``; none when it is something else."""
    try:
        return openpgp.read_keys(data)
    except (UnusableKey, CannotOpen):
        return ()


@functools.lru_cache(maxsize=32)
def own_public(secret: bytes) -> bytes:
    """The certificate of a key of ours: colleagues write too."""
    return openpgp.public_copy(secret, expires=None)
