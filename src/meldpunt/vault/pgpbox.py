"""OpenPGP messages through pysequoia; with ``pgpkeys``, the only files that import it.

These functions run in the limited child (``pgpchild``).  Bytes in, bytes out; whatever
the library says when it fails (always a ``RuntimeError`` or ``OSError``, with a stack
trace) leaves as ``No`` with one word of ours.
"""

import functools
from collections.abc import Sequence
from contextlib import suppress

import pysequoia as pgp
from pysequoia.packet import PacketPile, Tag

from meldpunt.vault import pgparmor, pgpinside
from meldpunt.vault.pgpclaims import Claimed, names_one
from meldpunt.vault.pgpkeys import cert_of, or_no, parted, tsk_of
from meldpunt.vault.pgpwire import No, Read

MAX_PLAIN = 64 << 20
MAX_SIGNATURES = 8  # on one text
MOST_AROUND = 1 << 20  # bytes of signatures around a text
NO_STRUCTURE = "Unexpected message structure"  # the library's words for "compressed inside"
NO_KEY = "No key to decrypt"
MALFORMED = "Malformed Message"  # of a compression that it does not know, too
KEY_TAGS = (Tag.PublicKey, Tag.PublicSubkey)


@functools.lru_cache(maxsize=32)
def _decryptors(secret: bytes) -> tuple[tuple[str, pgp.PyDecryptor], ...]:
    """One per subkey, with its ID: the library takes only the first live one of what it is given."""
    with or_no("unusable"):
        groups = parted(PacketPile.from_bytes(secret), Tag.SecretSubkey)
    found = []
    for subkey in groups[1:] or [[]]:
        key = groups[0] + subkey
        with suppress(RuntimeError, ValueError):  # signing only, expired, revoked or too weak: GnuPG's turn
            decryptor = pgp.Tsk.from_packets(key).decryptor()
            found.append(((subkey or key)[0].key_id or "", decryptor))
    return tuple(found)


def decrypt(message: bytes, secrets: Sequence[bytes], senders: Sequence[bytes]) -> Read:
    """Decrypt with the first key that fits, and check signatures by ``senders``.

    With ``store=`` the library refuses to give out text that nobody known has signed, so a
    refusal there is only news: then it is asked again, for the text alone.  Where one sees before that
    the signatures do not even claim to be by somebody whom we know, it is asked for that at once.
    """
    keys = [(identity, secret, one) for secret in secrets for identity, one in _decryptors(secret)]
    named = pgpinside.recipients(message)
    # the library tries a key that is not named as well, which with RSA costs as much as one that is
    for _, ours, decryptor in sorted(keys, key=lambda key: key[0].lower() not in named):
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
    inside = pgpinside.beginning(message, secret) if senders else pgpinside.Inside()
    if inside.packed is not None:
        text = pgp.decrypt(decryptor=decryptor, bytes=message).bytes or b""
        return Read(text, *_signed_inside(inside.packed, text, senders))
    if senders and (inside.claims is None or names_one(inside.claims, _all_ids(senders))):
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
            found.append(cert_of(cert))
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
    with or_no("unusable"):
        signer = tsk_of(sign_with).signer() if sign_with else None
        return bytes(pgp.encrypt(bytes=plain, recipients=[cert_of(one) for one in to], signer=signer))


def sign(data: bytes, secret: bytes, *, clear: bool) -> bytes:
    mode = pgp.SignatureMode.CLEAR if clear else pgp.SignatureMode.DETACHED
    with or_no("unusable"):
        return bytes(pgp.sign(tsk_of(secret).signer(), data, mode=mode))
