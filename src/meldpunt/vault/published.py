"""What the world may read of us at well-known addresses, and that it never runs out.

The portal faces the Internet and holds no secret key.  So whoever holds the OpenPGP key (the
opener) signs ``security.txt`` beforehand and lays it ready, and gives the published copy of the
key a new expiry in time; the portal only hands them out.

    security.txt   drawn anew when policy, key or address change, or half its time has passed
    our key        valid for ``PUBLISHED_FOR``; a new copy when half of that is left
"""

import functools
import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from meldpunt.ground.values import Actor
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.policy import security_txt
from meldpunt.policy.security_txt import Field
from meldpunt.vault import openpgp, queries
from meldpunt.vault.commands import PUBLISHED_FOR
from meldpunt.vault.events import OrganisationKeyRenewed, SecurityTxtSigned
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.models import OrganisationKey, SignedText
from meldpunt.vault.queries import OwnKey

NAME = "security.txt"
RENEW_WITH = PUBLISHED_FOR / 2  # that is left


@dataclass(frozen=True, slots=True)
class Signed:
    """A text that lies ready.  Times are UTC; ``signer`` is empty when there was no key to sign with."""

    content: bytes = field(repr=False)
    signer: str
    signed_at: datetime
    expires_at: datetime


def signed_security_txt() -> Signed | None:
    """The file that lies ready, expired or not; None when there is none yet."""
    row = SignedText.objects.filter(name=NAME).first()
    return Signed(bytes(row.content), row.signer, row.signed_at, row.expires_at) if row else None


def is_due(base_url: str, now: datetime) -> bool:
    """Whether ``sign_security_txt`` has work."""
    row = SignedText.objects.filter(name=NAME).defer("content").first()
    if row is None or row.drawn_from != _digest(_fields(base_url)):
        return True
    # one from the future was made while a clock went wrong, and ends too late
    return not row.signed_at <= now < row.signed_at + (row.expires_at - row.signed_at) / 2


@transaction.atomic
def sign_security_txt(base_url: str, *, keys: VaultKeys, by: Actor, now: datetime) -> bool:
    """Lay a fresh ``security.txt`` ready, when it is due; whether it was.

    ``base_url``: of the portal.  Raises ``NoPolicy`` before the first policy, ``EngineFailed``.
    """
    if not is_due(base_url, now):
        return False
    fields = _fields(base_url)
    published = policy.current()
    until = security_txt.expires(published.policy, now)
    text = security_txt.text(fields, until).encode()
    signer = queries.own_fingerprint()
    content = openpgp.sign_clear(text, queries.signing_pair(keys)[1]) if signer else text
    SignedText.objects.update_or_create(
        name=NAME,
        defaults={
            "content": content,
            "drawn_from": _digest(fields),
            "signer": signer,
            "signed_at": now,
            "expires_at": until,
        },
    )
    digest = hashlib.sha256(content).hexdigest()
    fact = SecurityTxtSigned(published.version, signer, until.isoformat(), digest)
    log.append(log.HOUSE, fact, by=by, now=now)
    return True


def ends_at(key: OwnKey) -> datetime | None:
    """When the published copy of a key of ours expires, in UTC; None for never."""
    return _read(key.public).expires


def names(key: OwnKey, address: str) -> bool:
    """Whether the key says that it belongs to ``address``."""
    return address.lower() in _read(key.public).addresses


def key_is_due(now: datetime) -> bool:
    """Whether the published copy of the key in use will expire before long."""
    ends = ends_at(queries.own_key()) if queries.own_fingerprint() else None
    return ends is not None and ends - now <= RENEW_WITH


@transaction.atomic
def renew_key(*, keys: VaultKeys, by: Actor, now: datetime) -> bool:
    """Give the published copy of the key in use a new expiry, when that is due; whether it was.

    A secret key that was imported with an expiry of its own keeps it: whoever set that decides about it.
    """
    if not key_is_due(now):
        return False
    fingerprint, (_, secret) = queries.own_fingerprint(), queries.signing_pair(keys)
    if openpgp.read_keys(secret)[0].expires is not None:
        return False
    until = (now + PUBLISHED_FOR).replace(microsecond=0)
    public = openpgp.public_copy(secret, expires=until)
    OrganisationKey.objects.filter(fingerprint=fingerprint).update(public=public)
    fact = OrganisationKeyRenewed(fingerprint, until.isoformat())
    log.append(log.HOUSE, fact, by=by, now=now)
    return True


def _fields(base_url: str) -> tuple[Field, ...]:
    return security_txt.fields(policy.current().policy, base_url, queries.own_fingerprint())


def _digest(fields: tuple[Field, ...]) -> str:
    return hashlib.sha256(repr(fields).encode()).hexdigest()


@functools.lru_cache(maxsize=8)
def _read(public: bytes) -> openpgp.Key:
    """Asked again and again about the same few bytes."""
    [key] = openpgp.read_keys(public)
    return key
