"""Sealing and opening.  The only file that imports cryptography and PyNaCl.

Two kinds of seal.  ``seal`` is to a public key (HPKE, RFC 9180, with ML-KEM-768 and
X25519 together, HKDF-SHA256, ChaCha20-Poly1305): who holds the public half can
write and not read.  ``lock`` is under a shared 32-byte key (XChaCha20-Poly1305).
Both bind a *context*, the place and the purpose of what is sealed: a record that is
moved elsewhere does not open.  ``Sealer`` streams a file of any length (secretstream) in
constant memory, padded so that its size says little.
"""

import functools
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.secret import Aead

from meldpunt.vault.errors import CannotOpen

SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
MLKEM_SEED, MLKEM_PUBLIC = 64, 1184
KEY_BYTES = 32

_stream = bindings.crypto_secretstream_xchacha20poly1305_state
HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key pair as plain bytes: 96 private (seed and scalar), 1216 public."""

    private: bytes = field(repr=False)
    public: bytes = field(repr=False)


def new_pair() -> KeyPair:
    inner, outer = mlkem.MLKEM768PrivateKey.generate(), x25519.X25519PrivateKey.generate()
    return KeyPair(
        inner.private_bytes_raw() + outer.private_bytes_raw(),
        inner.public_key().public_bytes_raw() + outer.public_key().public_bytes_raw(),
    )


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def seal(public: bytes, plain: bytes, context: str) -> bytes:
    """Seal ``plain`` so that only the private half opens it, and only under ``context``."""
    return SUITE.encrypt(plain, _public(public), info=context.encode())


def unseal(private: bytes, sealed: bytes, context: str) -> bytes:
    """Open what ``seal`` made.  Raises ``CannotOpen``."""
    try:
        return SUITE.decrypt(bytes(sealed), _private(private), info=context.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen("This seal does not open here.") from None


@functools.lru_cache(maxsize=64)
def _public(raw: bytes) -> hpke.MLKEM768X25519PublicKey:
    return hpke.MLKEM768X25519PublicKey(
        mlkem.MLKEM768PublicKey.from_public_bytes(raw[:MLKEM_PUBLIC]),
        x25519.X25519PublicKey.from_public_bytes(raw[MLKEM_PUBLIC:]),
    )


@functools.lru_cache(maxsize=64)
def _private(raw: bytes) -> hpke.MLKEM768X25519PrivateKey:
    return hpke.MLKEM768X25519PrivateKey(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(raw[:MLKEM_SEED]),
        x25519.X25519PrivateKey.from_private_bytes(raw[MLKEM_SEED:]),
    )


def lock(key: bytes, plain: bytes, context: str) -> bytes:
    """Seal under a shared key of 32 bytes."""
    return bytes(Aead(key).encrypt(plain, context.encode()))


def unlock(key: bytes, locked: bytes, context: str) -> bytes:
    """Open what ``lock`` made.  Raises ``CannotOpen``."""
    try:
        return bytes(Aead(key).decrypt(bytes(locked), context.encode()))
    except (CryptoError, ValueError):
        raise CannotOpen("This seal does not open here.") from None


def derive(secret: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, from a private key of ours."""
    return hashlib.blake2b(purpose.encode(), key=hashlib.sha256(secret).digest(), digest_size=KEY_BYTES).digest()


def token(key: bytes, text: str) -> str:
    """A keyed token: finds equal texts, says nothing about them.  32 hex digits."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=16).hexdigest()


def padded(size: int) -> int:
    """The padded length of ``size`` bytes (Padmé: at most 12 % more, few different lengths)."""
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (size + mask) & ~mask


class Sealer:
    """Write a file sealed, piece by piece.  ``size`` and ``sha256`` are of the plain bytes.

    The plain length is not in the file (it is padded): keep it beside the key.
    """

    def __init__(self, out: BinaryIO, key: bytes, context: str) -> None:
        self._out, self._context = out, context.encode()
        self._state = _stream()
        out.write(bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key))
        self._rest = bytearray()
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        self._hash.update(piece)
        self._rest += piece
        while len(self._rest) > CHUNK:
            self._push(bytes(self._rest[:CHUNK]), MESSAGE)
            del self._rest[:CHUNK]

    def finish(self) -> None:
        """Pad, and write the last piece.  The caller syncs and closes."""
        left = padded(self.size) - self.size
        while left > 0:
            piece = min(left, CHUNK)
            self._rest += bytes(piece)
            left -= piece
            while len(self._rest) > CHUNK:
                self._push(bytes(self._rest[:CHUNK]), MESSAGE)
                del self._rest[:CHUNK]
        self._push(bytes(self._rest), FINAL)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def _push(self, piece: bytes, tag: int) -> None:
        self._out.write(bindings.crypto_secretstream_xchacha20poly1305_push(self._state, piece, self._context, tag))


def unseal_stream(source: BinaryIO, key: bytes, context: str, size: int) -> Iterator[bytes]:
    """The plain bytes of a sealed file, ``size`` of them, in pieces.

    Each piece is authenticated before it is given out; a file that was cut short or
    continued raises ``CannotOpen``, at the latest after its last piece.
    """
    state = _stream()
    try:
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, source.read(HEADER), key)
        left, final = size, False
        while sealed := source.read(CHUNK + OVERHEAD):
            if final:
                raise CannotOpen("The file goes on after its end.")
            piece, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, sealed, context.encode())
            final = tag == FINAL
            if left:
                yield piece[:left]
            left -= min(left, len(piece))
    except (RuntimeError, ValueError):
        raise CannotOpen("The file is damaged.") from None
    if not final or left:
        raise CannotOpen("The file was cut short.")
