"""OpenPGP keys and certificates through pysequoia; with ``pgpbox``, the only files that import it.

As there: these functions run in the limited child, and what the library says when it fails leaves as ``No`` with one
word of ours.  Keys are parsed once and remembered by their bytes.  Validity is judged by the machine's clock, as
the library does.
"""

import functools
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pysequoia as pgp
from pysequoia.packet import Packet, PacketPile, Tag

from meldpunt.vault import pgparmor
from meldpunt.vault.pgpwire import Found, No

MAX_KEYS = 100  # in one file


@contextmanager
def or_no(no: str) -> Iterator[None]:
    """Whatever the library says, in our words."""
    try:
        yield
    except MemoryError:
        raise No("too-large") from None
    except (RuntimeError, OSError, ValueError, TypeError):
        raise No(no) from None


@functools.lru_cache(maxsize=256)
def cert_of(data: bytes) -> pgp.Cert:
    with or_no("unusable"):
        return pgp.Cert.from_bytes(data)


@functools.lru_cache(maxsize=32)
def tsk_of(data: bytes) -> pgp.Tsk:
    with or_no("unusable"):
        return pgp.Tsk.from_bytes(data)


def parted(pile: Iterable[Packet], *at: Tag) -> list[list[Packet]]:
    """The packets in groups, a new group at each of these tags."""
    groups: list[list[Packet]] = [[]]
    for packet in pile:
        if packet.tag in at:
            groups.append([])
        groups[-1].append(packet)
    return groups


def public_part(secret: bytes) -> bytes:
    return bytes(tsk_of(secret).extract_certificate())


def _now() -> datetime:
    # the library judges validity by the machine's clock, and so must what we say about it
    return datetime.fromtimestamp(time.clock_gettime(time.CLOCK_REALTIME), UTC)


def read_keys(data: bytes) -> list[Found]:
    """Every key in ``data``, armoured or binary."""
    with or_no("unusable"):
        keys = parted(PacketPile.from_bytes(pgparmor.packets(data)), Tag.PublicKey, Tag.SecretKey)
    return [found for key in keys[1 : MAX_KEYS + 1] if (found := _describe(key))]


def _describe(packets: list[Packet]) -> Found | None:
    secret = packets[0].tag == Tag.SecretKey
    try:
        data = bytes(pgp.Tsk.from_packets(packets) if secret else pgp.Cert.from_packets(packets))
        cert = cert_of(public_part(data) if secret else data)
    except (RuntimeError, ValueError, No):
        return None
    expires, why_not = _fitness(cert)
    return Found(
        fingerprint=cert.fingerprint.upper(),
        secret=secret,
        locked=secret and _is_locked(packets, cert),
        addresses=_addresses(cert, packets),
        why_not=why_not,
        expires=expires.timestamp() if expires else None,
        revoked=bool(cert.is_revoked),
        data=data,
    )


def _fitness(cert: pgp.Cert) -> tuple[datetime | None, str | None]:
    """When it expires, and why one cannot encrypt to it (None: one can)."""
    expires, over = _end(cert)
    if not over:
        try:
            pgp.encrypt(recipients=[cert], bytes=b"?")
        except RuntimeError:
            return expires, "no-encryption"
    return expires, over


def _end(cert: pgp.Cert) -> tuple[datetime | None, str | None]:
    """When it expires, and why its time is over already."""
    if cert.is_revoked:
        return None, "revoked"
    try:
        expires: datetime | None = cert.expiration
    except RuntimeError:
        return None, "weak"
    return expires, "expired" if expires and expires <= _now() else None


def check_to(certs: Iterable[bytes]) -> None:
    """Refuse what the library would encrypt to all the same: a key that was revoked, or whose time is over."""
    for data in certs:
        if no := _end(cert_of(data))[1]:
            raise No(no)


def _addresses(cert: pgp.Cert, packets: list[Packet]) -> list[str]:
    """Addresses of the names that the key itself vouches for, lower-case."""
    try:
        vouched = {str(user) for user in cert.user_ids}
    except RuntimeError:
        vouched = None  # an old key whose own signatures are too weak for the library
    found = []
    for packet, following in zip(packets, [*packets[1:], None], strict=True):
        if packet.tag != Tag.UserID or (vouched is not None and packet.user_id not in vouched):
            continue
        if vouched is None and not (following and _made_by(following, cert.fingerprint)):
            continue
        name = packet.user_id or ""
        address = packet.user_id_email or (name if "@" in name and " " not in name else "")
        if address:
            found.append(address.strip("<>").lower())
    return list(dict.fromkeys(found))


def _is_locked(packets: list[Packet], cert: pgp.Cert) -> bool:
    """Whether a passphrase protects it.  The byte that says so follows the public part."""
    public = next(iter(PacketPile.from_bytes(bytes(cert)))).body
    body = packets[0].body
    return len(body) > len(public) and body[len(public)] != 0


def _made_by(packet: Packet, fingerprint: str) -> bool:
    """Whether this is a signature that names the key as its maker."""
    if packet.tag != Tag.Signature:
        return False
    issuer = (packet.issuer_fingerprint or packet.issuer_key_id or "?").lower()
    # a v4 key ID is the end of a fingerprint, a v6 one its beginning
    return fingerprint.lower().endswith(issuer) or fingerprint.lower().startswith(issuer)


def minimised(public: bytes, address: str) -> bytes:
    """Primary, subkeys, the names with this address, and what the key itself signed; no more."""
    with or_no("unusable"):
        pile = list(PacketPile.from_bytes(public))
        fingerprint = pile[0].fingerprint or ""
        kept: list[Packet] = []
        wanted = True
        for packet in pile:
            if packet.tag == Tag.Signature:
                if wanted and _made_by(packet, fingerprint):
                    kept.append(packet)
                continue
            names_it = packet.tag == Tag.UserID and address.lower() in (packet.user_id or "").lower()
            wanted = names_it or packet.tag in (Tag.PublicKey, Tag.PublicSubkey)
            if wanted:
                kept.append(packet)
        return bytes(pgp.Cert.from_packets(kept))


def merged(ours: bytes, theirs: bytes) -> bytes:
    """Two copies of one key as one: the newest expiry, every subkey, every revocation."""
    with or_no("unusable"):
        return bytes(pgp.Cert.from_bytes(ours).merge(pgp.Cert.from_bytes(theirs)))


def public_copy(secret: bytes, expires: float | None) -> bytes:
    cert = tsk_of(secret).extract_certificate()
    if expires is not None:
        with or_no("unusable"):
            until = datetime.fromtimestamp(expires, UTC)
            cert = cert.set_expiration(expiration=until, certifier=tsk_of(secret).certifier())
    return bytes(cert)


def armor(public: bytes) -> str:
    with or_no("unusable"):
        return str(pgp.armor(public, pgp.ArmorKind.PublicKey))
