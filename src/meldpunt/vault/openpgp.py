"""OpenPGP for the rest of the house: bytes in, bytes out.

Certificates and secret keys are plain binary OpenPGP bytes, messages may be armoured or
binary, fingerprints are those of primary keys in upper-case hex.  The work is done in a
limited child process (``pgpengine``); what goes wrong there comes back as a refusal of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from meldpunt.ground.errors import OutsideFailure, Refusal
from meldpunt.ground.values import Fingerprint
from meldpunt.vault import pgpengine, pgpwire
from meldpunt.vault.errors import (
    BrokenIntegrity,
    EngineFailed,
    GnuPGMissing,
    NotForUs,
    TooLarge,
    UnusableKey,
    WrongPassphrase,
)

MAX_MESSAGE = 100 << 20  # bytes of one message as it comes in


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was found in a file or a letter.

    ``data`` is binary; ``expires`` is in UTC, ``None`` for never.  ``why_not`` says in one
    word why nobody can encrypt to it: revoked, expired, weak, no-encryption.
    """

    fingerprint: Fingerprint
    secret: bool
    locked: bool
    addresses: tuple[str, ...]
    why_not: str | None
    expires: datetime | None
    revoked: bool
    data: bytes = field(repr=False)

    @property
    def can_encrypt(self) -> bool:
        return self.why_not is None


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that was encrypted to us, and who provably signed it (maybe nobody).

    ``weak``: the cipher no longer keeps a secret, so do not claim that it did.  Without ``sealed`` nothing was
    encrypted: a message that is signed, or only packed, can look the same from outside.
    """

    plain: bytes = field(repr=False)
    signers: tuple[Fingerprint, ...]
    weak: bool = False
    sealed: bool = True


def make_key(name: str, address: str) -> bytes:
    """A new secret key for the organisation: Curve25519, without expiry or passphrase.

    Its preferences make GnuPG users' letters arrive uncompressed, which reads fastest.
    Raises ``GnuPGMissing``.
    """
    return _one("make_key", name=name, address=address)


def read_keys(data: bytes) -> tuple[Key, ...]:
    """Every key in a file, armoured or binary.  ``UnusableKey`` when it is no OpenPGP at all."""
    head, found = _ask("read_keys", data)
    return tuple(key_of(about, piece) for about, piece in zip(head["keys"], found, strict=True))


def key_of(about: pgpwire.Head, data: bytes) -> Key:
    """A key as a limited child has described it (``pgpwire.Found``)."""
    return Key(
        fingerprint=Fingerprint(str(about["fingerprint"])),
        secret=bool(about["secret"]),
        locked=bool(about["locked"]),
        addresses=tuple(str(one) for one in about["addresses"]),
        why_not=None if about["why_not"] is None else str(about["why_not"]),
        expires=None if about["expires"] is None else datetime.fromtimestamp(about["expires"], UTC),
        revoked=bool(about["revoked"]),
        data=data,
    )


def about_key(key: Key) -> pgpwire.Head:
    """What ``key_of`` undoes, but for the data."""
    return {
        "fingerprint": key.fingerprint,
        "secret": key.secret,
        "locked": key.locked,
        "addresses": key.addresses,
        "why_not": key.why_not,
        "expires": key.expires.timestamp() if key.expires else None,
        "revoked": key.revoked,
    }


def unlock(data: bytes, passphrase: str) -> bytes:
    """All keys in ``data``, binary, with the passphrase taken off the secret ones that have it.

    Raises ``WrongPassphrase``, ``UnusableKey``, ``GnuPGMissing``.
    """
    return b"".join(_unlocked(key, passphrase) if key.locked else key.data for key in read_keys(data))


def _unlocked(key: Key, passphrase: str) -> bytes:
    return _one("unlock", key.data, fingerprint=key.fingerprint, passphrase=passphrase)


def public_copy(secret: bytes, *, expires: datetime | None) -> bytes:
    """The certificate to publish, with this expiry; the secret key itself keeps none."""
    return _one("public_copy", secret, expires=expires.timestamp() if expires else None)


def minimised(public: bytes, address: str) -> bytes:
    """The certificate without other people's signatures, photos and other addresses."""
    return _one("minimised", public, address=address)


def merged(ours: bytes, theirs: bytes) -> bytes:
    """Two copies of the same key as one, with the newest expiry and every revocation that either knows.

    The same bytes as ``ours`` when ``theirs`` says nothing new.  Raises ``UnusableKey`` when they are different keys.
    """
    return _one("merged", ours, theirs)


def armor(public: bytes) -> str:
    """The certificate as ASCII armour."""
    return _one("armor", public).decode("ascii")


def decrypt(message: bytes, secrets: Sequence[bytes], senders: Sequence[bytes] = ()) -> Opened:
    """Decrypt with any of our keys; expired and revoked ones still read.

    A signature that is missing, unknown or bad is news, never an obstacle.  Raises
    ``NotForUs``, ``BrokenIntegrity`` (then no byte of the text comes out), ``TooLarge``.
    """
    _check_size(message)
    head, [plain] = _ask("decrypt", message, *secrets, *senders, secrets=len(secrets))
    return Opened(plain, _fingerprints(head["signers"]), head["weak"], head["sealed"])


def verify_detached(data: bytes, signature: bytes, senders: Sequence[bytes]) -> tuple[Fingerprint, ...]:
    """Who of ``senders`` signed exactly these bytes."""
    if not senders:
        return ()
    _check_size(data)
    head, _ = _ask("verify_detached", data, signature, *senders)
    return _fingerprints(head["signers"])


def verify_clear(text: bytes, senders: Sequence[bytes]) -> tuple[bytes, tuple[Fingerprint, ...]]:
    """What a clear-signed text says, and who of ``senders`` signed it; ``(b"", ())`` when nobody did."""
    if not senders:
        return b"", ()
    _check_size(text)
    head, [content] = _ask("verify_clear", text, *senders)
    return content, _fingerprints(head["signers"])


def sign_detached(data: bytes, secret: bytes) -> bytes:
    """An armoured signature over exactly these bytes."""
    return _one("sign", data, secret, clear=False)


def sign_clear(text: bytes, secret: bytes) -> bytes:
    """The text with its signature around it."""
    return _one("sign", text, secret, clear=True)


def encrypt(plain: bytes, to: Sequence[bytes], sign_with: bytes | None = None) -> bytes:
    """An armoured message to all of these certificates, signed inside.

    Raises ``UnusableKey`` when one of them is revoked, expired or too weak.
    """
    if not to:
        raise UnusableKey("There is no key to encrypt to.")
    ours = [sign_with] if sign_with else []
    return _one("encrypt", plain, *ours, *to, secrets=len(ours))


def _one(what: str, *pieces: bytes, **words: object) -> bytes:
    _, [piece] = _ask(what, *pieces, **words)
    return piece


def _ask(what: str, *pieces: bytes, **words: object) -> tuple[pgpwire.Head, list[bytes]]:
    head, found = pgpengine.ask({"do": what, **words}, pieces)
    if "no" in head:
        raise _refusal(head["no"])
    return head, found


def _refusal(no: str) -> Refusal | OutsideFailure:
    """The child's word as a refusal of ours."""
    if no == "no-gnupg":
        return GnuPGMissing("GnuPG is needed for this; on Debian it is the package gnupg.")
    kind, sentence = _REFUSALS.get(no, (EngineFailed, "The OpenPGP engine gave no answer."))
    return kind(sentence)


_REFUSALS: dict[str, tuple[type[Refusal], str]] = {
    "not-for-us": (NotForUs, "The message was not encrypted to a key that is held here."),
    "broken": (BrokenIntegrity, "The message is damaged, or nothing proves that it was not changed."),
    "too-large": (TooLarge, "Reading this would take too much memory or time."),
    "unusable": (UnusableKey, "This is not an OpenPGP key that can be used."),
    "revoked": (UnusableKey, "This OpenPGP key has been revoked."),
    "expired": (UnusableKey, "This OpenPGP key has expired."),
    "weak": (UnusableKey, "This OpenPGP key is too old and weak to be used."),
    "no-encryption": (UnusableKey, "Nothing can be encrypted to this OpenPGP key."),
    "wrong-passphrase": (WrongPassphrase, "The passphrase does not unlock this key."),
}


def _check_size(message: bytes) -> None:
    if len(message) > MAX_MESSAGE:
        raise TooLarge("Reading this would take too much memory or time.")


def _fingerprints(found: list[str]) -> tuple[Fingerprint, ...]:
    return tuple(Fingerprint(one.upper()) for one in found)
