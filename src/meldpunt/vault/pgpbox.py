"""OpenPGP through pysequoia: the only file that imports it.

These functions run in the limited child (``pgpchild``).  Bytes in, bytes out; whatever
the library says when it fails (always a ``RuntimeError`` or ``OSError``, with a stack
trace) leaves as ``No`` with one word of ours.  Keys are parsed once and remembered by
their bytes.  Validity is judged by the machine's clock, as the library does.
"""

import functools
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pysequoia as pgp
from pysequoia.packet import Packet, PacketPile, Tag

from meldpunt.vault import pgparmor, pgpinside
from meldpunt.vault.pgpclaims import Claimed, names_one
from meldpunt.vault.pgpwire import Found, No, Read

MAX_PLAIN = 64 << 20
MAX_KEYS = 100  # in one file
MAX_SIGNATURES = 8  # on one text
MOST_AROUND = 1 << 20  # bytes of signatures around a text
NO_STRUCTURE = "Unexpected message structure"  # the library's words for "compressed inside"
NO_KEY = "No key to decrypt"
MALFORMED = "Malformed Message"  # of a compression that it does not know, too
KEY_TAGS = (Tag.PublicKey, Tag.PublicSubkey)


@contextmanager
def _or(no: str) -> Iterator[None]:
    """Whatever the library says, in our words."""
    try:
        yield
    except MemoryError:
        raise No("too-large") from None
    except (RuntimeError, OSError, ValueError, TypeError):
        raise No(no) from None


@functools.lru_cache(maxsize=256)
def _cert(data: bytes) -> pgp.Cert:
    with _or("unusable"):
        return pgp.Cert.from_bytes(data)


@functools.lru_cache(maxsize=32)
def _tsk(data: bytes) -> pgp.Tsk:
    with _or("unusable"):
        return pgp.Tsk.from_bytes(data)


@functools.lru_cache(maxsize=32)
def _decryptors(secret: bytes) -> tuple[pgp.PyDecryptor, ...]:
    """One per subkey: the library takes only the first live one of what it is given."""
    with _or("unusable"):
        groups = _parted(PacketPile.from_bytes(secret), Tag.SecretSubkey)
    keys = [groups[0] + subkey for subkey in groups[1:]] or [groups[0]]
    found = []
    for key in keys:
        try:
            found.append(pgp.Tsk.from_packets(key).decryptor())
        except (RuntimeError, ValueError):
            continue  # signing only, expired, revoked or too weak: GnuPG's turn
    return tuple(found)


def _parted(pile: Iterable[Packet], *at: Tag) -> list[list[Packet]]:
    """The packets in groups, a new group at each of these tags."""
    groups: list[list[Packet]] = [[]]
    for packet in pile:
        if packet.tag in at:
            groups.append([])
        groups[-1].append(packet)
    return groups


def public_part(secret: bytes) -> bytes:
    return bytes(_tsk(secret).extract_certificate())


def _now() -> datetime:
    # the library judges validity by the machine's clock, and so must what we say about it
    return datetime.fromtimestamp(time.clock_gettime(time.CLOCK_REALTIME), UTC)


def read_keys(data: bytes) -> list[Found]:
    """Every key in ``data``, armoured or binary."""
    with _or("unusable"):
        keys = _parted(PacketPile.from_bytes(pgparmor.packets(data)), Tag.PublicKey, Tag.SecretKey)
    return [found for key in keys[1 : MAX_KEYS + 1] if (found := _describe(key))]


def _describe(packets: list[Packet]) -> Found | None:
    secret = packets[0].tag == Tag.SecretKey
    try:
        data = bytes(pgp.Tsk.from_packets(packets) if secret else pgp.Cert.from_packets(packets))
        cert = _cert(public_part(data) if secret else data)
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
    if cert.is_revoked:
        return None, "revoked"
    try:
        expires: datetime | None = cert.expiration
    except RuntimeError:
        return None, "weak"
    if expires and expires <= _now():
        return expires, "expired"
    try:
        pgp.encrypt(recipients=[cert], bytes=b"?")
    except RuntimeError:
        return expires, "no-encryption"
    return expires, None


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
    with _or("unusable"):
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
    with _or("unusable"):
        return bytes(pgp.Cert.from_bytes(ours).merge(pgp.Cert.from_bytes(theirs)))


def public_copy(secret: bytes, expires: float | None) -> bytes:
    cert = _tsk(secret).extract_certificate()
    if expires is not None:
        with _or("unusable"):
            until = datetime.fromtimestamp(expires, UTC)
            cert = cert.set_expiration(expiration=until, certifier=_tsk(secret).certifier())
    return bytes(cert)


def decrypt(message: bytes, secrets: Sequence[bytes], senders: Sequence[bytes]) -> Read:
    """Decrypt with the first key that fits, and check signatures by ``senders``.

    With ``store=`` the library refuses to give out text that nobody known has signed, so a
    refusal there is only news: then it is asked again, for the text alone.
    """
    pairs = [(secret, decryptor) for secret in secrets for decryptor in _decryptors(secret)]
    for ours, decryptor in pairs:
        try:
            read = _decrypt(message, ours, decryptor, senders)
        except MemoryError:
            raise No("too-large") from None
        except (RuntimeError, OSError) as trouble:
            if str(trouble).startswith(NO_KEY):
                continue
            raise No("unread" if str(trouble).startswith(MALFORMED) else "broken") from None
        if len(read.plain) > MAX_PLAIN:
            raise No("too-large")
        return read
    raise No("not-for-us")


def _decrypt(message: bytes, secret: bytes, decryptor: pgp.PyDecryptor, senders: Sequence[bytes]) -> Read:
    unsure = False
    packed = pgpinside.packed(message, secret) if senders else None
    if packed is not None:
        text = pgp.decrypt(decryptor=decryptor, bytes=message).bytes or b""
        return Read(text, *_signed_inside(packed, text, senders))
    if senders:
        known, claimed = _usable(senders), Claimed()
        try:
            done = pgp.decrypt(decryptor=decryptor, bytes=message, store=claimed.and_give(known))
            return Read(done.bytes or b"", _signers(done))
        except (RuntimeError, OSError) as trouble:  # the second one from 25 MiB on
            if str(trouble).startswith(NO_KEY):
                raise
            unsure = str(trouble).startswith(NO_STRUCTURE) and claimed.may_be_by(_all_ids(senders))
    plain = pgp.decrypt(decryptor=decryptor, bytes=message)
    return Read(plain.bytes or b"", [], unsure)


def _signed_inside(packed: bytes, plain: bytes, senders: Sequence[bytes]) -> tuple[list[str], bool]:
    """Who signed ``plain``, which was in this compressed packet, and whether somebody else should be asked."""
    claimed = Claimed()
    inside = pgpinside.unpacked(packed, len(plain) + MOST_AROUND)
    if inside is not None:
        with suppress(RuntimeError, OSError, ValueError):
            done = pgp.verify(bytes=inside, store=claimed.and_give(_usable(senders)))
            if done.bytes == plain:
                return _signers(done), False
    return [], claimed.may_be_by(_all_ids(senders))


def _usable(certs: Sequence[bytes]) -> list[pgp.Cert]:
    found = []
    for cert in certs:
        with suppress(No):
            found.append(_cert(cert))
    return found


def _signers(done: pgp.Decrypted) -> list[str]:
    return list(dict.fromkeys(str(one.certificate).upper() for one in done.valid_sigs))


def check_detached(data: bytes, signature: bytes, senders: Sequence[bytes]) -> list[str]:
    """Who of ``senders`` signed exactly these bytes; several signatures may stand together."""
    known, found = _usable(senders), []
    for one in _signatures(signature):
        with suppress(RuntimeError, OSError, ValueError):
            found += _signers(pgp.verify(bytes=data, store=lambda _ids: known, signature=one))
    return list(dict.fromkeys(found))


def check_clear(text: bytes, senders: Sequence[bytes]) -> tuple[bytes, list[str]]:
    """What is signed in a clear-signed text, and by whom; ``b""`` and nobody when that is not proved."""
    known = _usable(senders)
    with suppress(RuntimeError, OSError, ValueError):
        done = pgp.verify(text, lambda _ids: known)
        return done.bytes or b"", _signers(done)
    return b"", []


def may_be_by(signature: bytes, senders: Sequence[bytes]) -> bool:
    """Whether it claims to be by a key among these, so that asking GnuPG is worth its time."""
    return names_one(issuers(signature), _all_ids(senders))


def _all_ids(certs: Sequence[bytes]) -> list[str]:
    return [one for cert in certs for one in _key_ids(cert)]


@functools.lru_cache(maxsize=256)
def _key_ids(cert: bytes) -> list[str]:
    """The fingerprints of a key and of its subkeys, lower-case."""
    with suppress(RuntimeError, ValueError):
        keys = (one for one in PacketPile.from_bytes(cert) if one.tag in KEY_TAGS)
        return [(one.fingerprint or "").lower() for one in keys]
    return []


def issuers(signature: bytes) -> list[str]:
    """Key IDs or fingerprints that the signatures claim to be by; unproved."""
    return [one.issuer_fingerprint or one.issuer_key_id or "" for one in _signatures(signature)]


def _signatures(data: bytes) -> list[pgp.Sig]:
    """Signature packets one by one: the library reads only the first of several."""
    found: list[pgp.Sig] = []
    for packet in pgparmor.split(pgparmor.packets(data))[:MAX_SIGNATURES]:
        with suppress(RuntimeError, OSError, ValueError):
            found.append(pgp.Sig.from_bytes(packet))
    return found


def encrypt(plain: bytes, to: Sequence[bytes], sign_with: bytes | None) -> bytes:
    with _or("unusable"):
        signer = _tsk(sign_with).signer() if sign_with else None
        return bytes(pgp.encrypt(bytes=plain, recipients=[_cert(one) for one in to], signer=signer))


def sign(data: bytes, secret: bytes, *, clear: bool) -> bytes:
    mode = pgp.SignatureMode.CLEAR if clear else pgp.SignatureMode.DETACHED
    with _or("unusable"):
        return bytes(pgp.sign(_tsk(secret).signer(), data, mode=mode))


def armor(public: bytes) -> str:
    with _or("unusable"):
        return str(pgp.armor(public, pgp.ArmorKind.PublicKey))
