"""Ways to get at keys.  Secret ones only for who brings the vault's own."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from meldpunt.ground.values import Fingerprint
from meldpunt.ledger.line import ask
from meldpunt.ledger.rows import look, looks
from meldpunt.vault import sealing
from meldpunt.vault.errors import NoSuchKey
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.models import KnownKey, OrganisationKey

MOST_KEYS = 50  # that one letter is checked against


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key of the organisation, as everybody may see it."""

    fingerprint: Fingerprint
    public: bytes
    added_at: datetime
    in_use: bool


def own_keys() -> tuple[OwnKey, ...]:
    """All keys of the organisation, the one in use first."""
    columns = ("fingerprint", "public", "added_at", "in_use")
    rows = looks(OrganisationKey, *columns, order=("-in_use", "-added_at"))
    return tuple(OwnKey(Fingerprint(name), bytes(public), *more) for name, public, *more in rows)


def own_key() -> OwnKey:
    """The key that signs our letters and that reporters write to."""
    for key in own_keys():
        if key.in_use:
            return key
    raise NoSuchKey("The organisation has no OpenPGP key yet.")


def own_fingerprint() -> str:
    """The fingerprint of the key in use; empty when there is none."""
    row = look(OrganisationKey, "fingerprint", in_use=True)
    return str(row[0]) if row else ""


def own_secrets(keys: VaultKeys) -> tuple[bytes, ...]:
    """All secret keys of the organisation, the one in use first: for reading."""
    rows = OrganisationKey.objects.order_by("-in_use", "-added_at").values_list("fingerprint", "sealed_secret")
    return tuple(_secret(keys.private, fingerprint, bytes(sealed)) for fingerprint, sealed in rows)


def signing_pair(keys: VaultKeys) -> tuple[bytes, bytes]:
    """(certificate, secret key) of the key in use: what a letter of ours needs."""
    row = look(OrganisationKey, "fingerprint", "public", "sealed_secret", in_use=True)
    if row is None:
        raise NoSuchKey("The organisation has no OpenPGP key yet.")
    return bytes(row[1]), _secret(keys.private, row[0], bytes(row[2]))


@functools.lru_cache(maxsize=16)
def _secret(private: bytes, fingerprint: str, sealed: bytes) -> bytes:
    """Opened once per process: a process that may open the vault reads many letters."""
    return sealing.unseal(private, sealed, secret_context(fingerprint))


def secret_context(fingerprint: str) -> str:
    return f"openpgp|{fingerprint}"


def known_keys(addresses: Iterable[str], keys: VaultKeys) -> tuple[bytes, ...]:
    """The public keys that we know for these addresses, newest first."""
    wanted = [address_token(address, keys) for address in addresses if address]
    return _opened(KnownKey.objects.filter(address__in=wanted), keys)


def signing_keys(address: str, keys: VaultKeys) -> tuple[bytes, ...]:
    """The public keys that may have signed a letter from ``address``: those known for it, and the imported ones."""
    found = ask(
        "SELECT locked FROM vault_knownkey WHERE address = %s OR imported ORDER BY added_at DESC LIMIT %s",
        [address_token(address, keys), MOST_KEYS],
    )
    return _unlocked([row[0] for row in found], keys)


def vouches_everywhere(fingerprint: str, keys: VaultKeys) -> bool:
    """Whether a key is ours, or was imported by the operator: its signatures count wherever they stand."""
    imported = look(KnownKey, "id", fingerprint=fingerprint_token(fingerprint, keys), imported=True)
    return bool(imported or look(OrganisationKey, "in_use", fingerprint=fingerprint))


def _opened(rows: QuerySet[KnownKey], keys: VaultKeys) -> tuple[bytes, ...]:
    return _unlocked(rows.order_by("-added_at").values_list("locked", flat=True)[:MOST_KEYS], keys)


def _unlocked(newest: Iterable["bytes | memoryview[int]"], keys: VaultKeys) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(sealing.unlock(keys.summaries, bytes(locked), "known-key") for locked in newest))


def address_token(address: str, keys: VaultKeys) -> str:
    """Finds the same address again without storing it.  Upper and lower case are one."""
    return sealing.token(keys.tokens, f"address|{address.strip().lower()}")


def fingerprint_token(fingerprint: str, keys: VaultKeys) -> str:
    """Tells one key from another without storing which."""
    return sealing.token(keys.tokens, f"fingerprint|{fingerprint}")
