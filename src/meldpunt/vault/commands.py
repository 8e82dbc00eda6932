"""Found the vault; make, import and learn OpenPGP keys."""

from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from meldpunt.ground.values import Actor, Fingerprint
from meldpunt.ledger import log
from meldpunt.ledger.rows import change, insert, look
from meldpunt.vault import keyring, keysearch, openpgp, sealing
from meldpunt.vault.errors import CannotOpen, UnusableKey
from meldpunt.vault.events import CorrespondentKeyAdded, OrganisationKeyAdded, VaultFounded
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.models import KnownKey, OrganisationKey
from meldpunt.vault.queries import address_token, fingerprint_token, secret_context

PUBLISHED_FOR = timedelta(days=400)  # a new copy is made long before: see published.py
LARGEST_KEY = 256 << 10  # bytes that a known key may grow to by newer copies


@transaction.atomic
def found(folder: Path, *, by: Actor, now: datetime) -> None:
    """Make the keys of a data folder.  ``AlreadyFounded`` when it has any."""
    keyring.create(folder)
    log.append(log.HOUSE, VaultFounded("MLKEM768-X25519+HKDF-SHA256+ChaCha20Poly1305"), by=by, now=now)


@transaction.atomic
def make_organisation_key(name: str, address: str, *, keys: VaultKeys, by: Actor, now: datetime) -> Fingerprint:
    """Make the OpenPGP key that reporters write to, and put it in use."""
    return _keep_secret(openpgp.make_key(name, address), True, False, keys, by, now)


@transaction.atomic
def import_keys(
    data: bytes, passphrase: str, use: bool, *, keys: VaultKeys, by: Actor, now: datetime
) -> tuple[openpgp.Key, ...]:
    """Take in key material: secret keys become ours, public ones a correspondent's.

    Imported secret keys read letters; with ``use`` they sign and are written to as
    well.  The first one is in use in any case.  Raises ``UnusableKey``.
    """
    found_keys = openpgp.read_keys(data)
    if not found_keys:
        raise UnusableKey("There is no OpenPGP key in this file.")
    if any(key.secret for key in found_keys):
        found_keys = openpgp.read_keys(openpgp.unlock(data, passphrase))
    for key in found_keys:
        if key.secret:
            in_use = use or not OrganisationKey.objects.filter(in_use=True).exists()
            _keep_secret(key.data, in_use, True, keys, by, now)
        else:
            for address in key.addresses or ("",):
                _keep_known(key.data, key.fingerprint, address, True, keys, by, now)
    return found_keys


@transaction.atomic(savepoint=False)
def learn_key(public: bytes, fingerprint: str, address: str, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Remember the key that came along with a letter from ``address``: it is known from now on."""
    _keep_known(public, fingerprint, address, False, keys, by, now)


def _keep_secret(secret: bytes, in_use: bool, imported: bool, keys: VaultKeys, by: Actor, now: datetime) -> Fingerprint:
    [key] = openpgp.read_keys(secret)
    if in_use:
        OrganisationKey.objects.filter(in_use=True).update(in_use=False)
    OrganisationKey.objects.update_or_create(
        fingerprint=key.fingerprint,
        defaults={
            "public": openpgp.public_copy(secret, expires=None if imported else now + PUBLISHED_FOR),
            "sealed_secret": sealing.seal(keys.public.vault, secret, secret_context(key.fingerprint)),
            "added_at": now,
            "in_use": in_use,
        },
    )
    log.append(log.HOUSE, OrganisationKeyAdded(key.fingerprint, in_use, imported), by=by, now=now)
    return key.fingerprint


def _keep_known(
    public: bytes, fingerprint: str, address: str, imported: bool, keys: VaultKeys, by: Actor, now: datetime
) -> None:
    token = fingerprint_token(fingerprint, keys)
    address = address_token(address, keys)
    before = look(KnownKey, "id", "locked", address=address, fingerprint=token)
    if before is not None:
        public = _both(sealing.unlock(keys.summaries, bytes(before[1]), "known-key"), public)
    locked = sealing.lock(keys.summaries, public, "known-key")
    if before is not None:
        change(KnownKey, {"locked": locked, **({"imported": True} if imported else {})}, id=before[0])
        return
    insert(KnownKey(address=address, fingerprint=token, locked=locked, imported=imported, added_at=now))
    log.append(log.HOUSE, CorrespondentKeyAdded(token), by=by, now=now)


@transaction.atomic(savepoint=False)
def forget_correspondent(token: str, *, by: Actor, now: datetime) -> None:
    """Forget the keys of an address, by its keyed token; those that the operator imported stay."""
    KnownKey.objects.filter(address=token, imported=False).delete()
    keysearch.forget(token, by=by, now=now)


def _both(ours: bytes, theirs: bytes) -> bytes:
    """What two copies of a key say together; ours alone when they cannot be put together, or grow too large."""
    if ours == theirs:
        return ours
    try:
        both = openpgp.merged(ours, theirs)
    except (UnusableKey, CannotOpen):
        return ours
    return both if len(both) <= LARGEST_KEY else ours
