"""What is inside an encrypted message: for checking a signature there, and for nothing else.

The first engine does not check a signature inside compression, which is GnuPG's own default.  So the session key is
taken out once more here, and the engine is shown the signed part by itself.  And where nobody whom we know has
signed, the engine decrypts in vain and has to be asked again: so it is seen here whose the signatures claim to be.
Nothing that comes from here is read by anybody, and nothing is proved here: the text is the one that the engine gives
out, and what it finds signed counts only when it is that same text (``pgpbox``).

Read are SEIPDv1 with AES, to Curve25519 and RSA keys of version 4.  Anything else is ``None``, and GnuPG's turn.
"""

import functools
import hashlib
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.asymmetric import padding, rsa, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

MOST = 16 << 20  # bytes of one message; longer ones are not worth the memory
MOST_PACKETS = 100
MOST_TRIES = 16  # session keys taken out for one message
SMALLEST_PART = 512  # bytes; smaller ones only cost time
SESSION_KEY, SIGNED, SECRET_KEY, SECRET_SUBKEY, PACKED, TEXT, SEALED = 1, 4, 5, 7, 8, 11, 18  # kinds of packets
RSA, ECDH = (1, 2), 18
CURVE25519 = bytes.fromhex("2b060104019755010501")
SIGNED_SIZE = 13  # bytes of what announces a signature
PREFIX, MDC = 18, 22  # bytes before and behind what a SEIPDv1 packet holds
_KEY_SIZES = {7: 16, 8: 24, 9: 32}  # of AES
_HASHES = {8: hashlib.sha256, 9: hashlib.sha384, 10: hashlib.sha512}
_ZIP, _ZLIB = 1, 2
_FAILED = (ValueError, ArithmeticError, IndexError, KeyError, InvalidKey, InvalidUnwrap)

Taker = Callable[[bytes], bytes]  # the encrypted session key of one packet, from its algorithm on → that key


@dataclass(frozen=True, slots=True)
class Inside:
    """What a message begins with.

    ``packed``: a compressed packet.  ``claims``: a text, and the IDs of the keys that its signatures claim to be by,
    in lower case.  Each is ``None`` when it is not so, or one cannot know.
    """

    packed: bytes | None = field(default=None, repr=False)
    claims: tuple[str, ...] | None = None


def beginning(message: bytes, secret: bytes) -> Inside:
    """What is in a message to this key."""
    if len(message) > MOST:
        return Inside()
    try:
        return _beginning(_sealed(message, _takers(secret)))
    except _FAILED:
        return Inside()


def _beginning(sealed: bytes) -> Inside:
    claims: list[str] = []
    for kind, body in islice(_packets(sealed), MOST_PACKETS):
        if kind == PACKED and not claims:
            return Inside(packed=body)
        if kind == TEXT:
            return Inside(claims=tuple(claims))
        if kind != SIGNED or body[0] != 3 or len(body) != SIGNED_SIZE or not any(body[4:12]):
            break  # another version, or nobody is named
        claims.append(body[4:12].hex())
    return Inside()


def recipients(message: bytes) -> set[str]:
    """The IDs of the keys that a message is encrypted to, in lower case, as far as it tells."""
    found = set()
    with suppress(*_FAILED):
        for kind, body in islice(_packets(message), MOST_PACKETS):
            if kind != SESSION_KEY:
                break
            # a v4 key ID is the end of a fingerprint, a v6 one its beginning
            found.add((body[1:9] if body[0] == 3 else body[3:11] if body[2] == 6 else body[15:23]).hex())
    return found


def unpacked(body: bytes, most: int) -> bytes | None:
    """What a compressed packet holds; ``None`` for more bytes than that, and for a compression unknown here."""
    if not body or body[0] not in (_ZIP, _ZLIB):
        return None
    unzip = zlib.decompressobj(-zlib.MAX_WBITS if body[0] == _ZIP else zlib.MAX_WBITS)
    try:
        found = unzip.decompress(body[1:], most)
    except zlib.error:
        return None
    return found if unzip.eof else None


def _sealed(message: bytes, takers: Sequence[tuple[bytes, Taker]]) -> bytes:
    """The packets inside the encrypted one.  ``KeyError`` when it is not to any of these keys."""
    wrapped: list[bytes] = []
    for kind, body in islice(_packets(message), MOST_PACKETS):
        if kind == SESSION_KEY and body[0] == 3:
            wrapped.append(body)
        if kind == SEALED and body[0] == 1 and (key := _session_key(wrapped, takers)):
            opening = Cipher(algorithms.AES(key), CFB(bytes(16))).decryptor()
            return opening.update(body[1:])[PREFIX:-MDC]
    raise KeyError


def _session_key(wrapped: Sequence[bytes], takers: Sequence[tuple[bytes, Taker]]) -> bytes | None:
    """The first one that comes out whole; ``wrapped`` may leave open to whom it is."""
    fitting = ((body, take) for body in wrapped for identity, take in takers if body[1:9] in (identity, bytes(8)))
    for body, take in islice(fitting, MOST_TRIES):
        with suppress(*_FAILED):
            return _checked(take(body[9:]))
    return None


def _checked(found: bytes) -> bytes:
    """A session key without its algorithm and checksum."""
    key, checksum = found[1:-2], int.from_bytes(found[-2:])
    if len(key) != _KEY_SIZES[found[0]] or sum(key) & 0xFFFF != checksum:
        raise ValueError
    return key


@functools.lru_cache(maxsize=32)
def _takers(secret: bytes) -> tuple[tuple[bytes, Taker], ...]:
    """For each part of a secret key that decrypts: its ID, and what takes a session key out."""
    parts = [body for kind, body in islice(_packets(secret), MOST_PACKETS) if kind in (SECRET_KEY, SECRET_SUBKEY)]
    makers = {**dict.fromkeys(RSA, _rsa), ECDH: _ecdh}
    found = []
    for body in parts:
        if body[0] == 4 and body[5] in makers:
            with suppress(*_FAILED):  # locked, or another curve
                found.append(makers[body[5]](body))
    return tuple(found)


def _rsa(body: bytes) -> tuple[bytes, Taker]:
    n, at = _number(body, 6)
    e, at = _number(body, at)
    identity = _fingerprint(body[:at])[-8:]
    d, at = _number(body, _open_from(body, at))
    p, at = _number(body, at)
    q, at = _number(body, at)
    public = rsa.RSAPublicNumbers(_whole(e), _whole(n))
    key = _rsa_key(_whole(p), _whole(q), _whole(d), public)

    def take(wrapped: bytes) -> bytes:
        found, _ = _number(wrapped, 1)
        return key.decrypt(found.rjust(key.key_size // 8, b"\0"), padding.PKCS1v15())

    return identity, take


def _rsa_key(p: int, q: int, d: int, public: rsa.RSAPublicNumbers) -> rsa.RSAPrivateKey:
    """A key of our own, so it is not looked at for a second whether it is one."""
    by_p, by_q, inverse = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, by_p, by_q, inverse, public)
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def _ecdh(body: bytes) -> tuple[bytes, Taker]:
    """Curve25519, as RFC 9580 has it in 11.5."""
    curve = body[7 : 7 + body[6]]
    _, at = _number(body, 7 + body[6])
    end = at + 1 + body[at]
    fingerprint = _fingerprint(body[:end])
    _, _, hashed, cipher = body[at:end]
    scalar, _ = _number(body, _open_from(body, end))
    if curve != CURVE25519:
        raise ValueError
    key = x25519.X25519PrivateKey.from_private_bytes(scalar.rjust(32, b"\0")[::-1])
    party = b"\x12" + body[at:end] + b"Anonymous Sender    " + fingerprint

    def take(wrapped: bytes) -> bytes:
        point, at = _number(wrapped, 1)
        shared = key.exchange(x25519.X25519PublicKey.from_public_bytes(point[1:]))
        mixed = b"\0\0\0\1" + shared + bytes([len(curve)]) + curve + party
        wrapping = _HASHES[hashed](mixed).digest()[: _KEY_SIZES[cipher]]
        found = aes_key_unwrap(wrapping, wrapped[at + 1 : at + 1 + wrapped[at]])
        return found[: -found[-1]]

    return fingerprint[-8:], take


def _fingerprint(public: bytes) -> bytes:
    return hashlib.sha1(b"\x99" + len(public).to_bytes(2) + public).digest()  # noqa: S324  by the standard


def _open_from(body: bytes, at: int) -> int:
    """Where the secret numbers begin, if no passphrase protects them."""
    if body[at]:
        raise ValueError
    return at + 1


def _number(data: bytes, at: int) -> tuple[bytes, int]:
    """A number with its length in bits before it, and where it ends."""
    end = at + 2 + (int.from_bytes(data[at : at + 2]) + 7) // 8
    return data[at + 2 : end], end


def _whole(number: bytes) -> int:
    return int.from_bytes(number)


def _packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and body of each packet, however its length is told (RFC 9580, 4.2)."""
    at = 0
    while at < len(data):
        first = data[at]
        if first & 0x40:
            body, at = _newer(data, at + 1)
            yield first & 0x3F, body
        elif first & 3 == 3:  # to the end
            yield first >> 2 & 0x0F, data[at + 1 :]
            return
        else:
            width = 1 << (first & 3)
            start = at + 1 + width
            at = start + int.from_bytes(data[at + 1 : start])
            yield first >> 2 & 0x0F, data[start:at]


def _newer(data: bytes, at: int) -> tuple[bytes, int]:
    """A body whose length is told in the newer way, maybe in parts, and where it ends."""
    parts = []
    while True:
        first = data[at]
        if first < 192:
            size, at = first, at + 1
        elif first < 224:
            size, at = (first - 192 << 8) + data[at + 1] + 192, at + 2
        elif first == 255:
            size, at = int.from_bytes(data[at + 1 : at + 5]), at + 5
        else:
            size, at = 1 << (first & 0x1F), at + 1
            if size < SMALLEST_PART:
                raise ValueError
        parts.append(data[at : at + size])
        at += size
        if not 224 <= first < 255:
            return b"".join(parts), at
