"""The reporter's key as it is today: whether it can be written to, and what a newer copy of it adds."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from meldpunt.cases import commands as cases
from meldpunt.cases.rules import Arrival, Reporter
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.vault import openpgp
from meldpunt.vault.commands import learn_key
from meldpunt.vault.errors import CannotOpen, UnusableKey
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.openpgp import Key

LARGEST = 256 << 10  # bytes of one key; a copy that would make it larger adds nothing that we want
UNREADABLE = "unreadable"


def trouble_of(reporter: Reporter) -> str:
    """Why nothing can be encrypted to the reporter's key: revoked, expired, weak, no-encryption, unreadable.

    Empty when it can be, or when there is no key.
    """
    if not reporter.key:
        return ""
    try:
        found = openpgp.read_keys(reporter.key)
    except (UnusableKey, CannotOpen):
        return UNREADABLE
    return next((key.why_not for key in found if key.why_not), "" if found else UNREADABLE)


def usable(reporter: Reporter) -> Reporter:
    """The reporter without their key when it can no longer be encrypted to: then a notice goes, not content."""
    return replace(reporter, key=b"") if trouble_of(reporter) else reporter


def taken(known: Reporter, came: Reporter) -> Reporter:
    """``known`` with the key of ``came`` in the place of their own."""
    return replace(known, key=came.key, fingerprint=came.fingerprint, key_since=came.key_since, key_from=came.key_from)


def renewed(known: Reporter, copy: bytes) -> Reporter | None:
    """``known`` with what another copy of the same key adds: a longer term, a revocation.  ``None`` when nothing."""
    if copy == known.key:
        return None
    try:
        key = openpgp.merged(known.key, copy)
    except (UnusableKey, CannotOpen):
        return None
    return replace(known, key=key) if key != known.key and len(key) <= LARGEST else None


@transaction.atomic(savepoint=False)
def change_key(ref: CaseRef, known: Reporter, arrival: Arrival, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """A letter of a reporter whose key is known brought a key.  A command, used by ``take_in``.

    A copy of the known key may renew it.  Another key takes its place when the known one has signed the letter.
    """
    came = arrival.reporter
    same = came.fingerprint == known.fingerprint
    if not same and arrival.content.signer != known.fingerprint:
        cases.other_key_came(ref, by=by, now=now)
        return
    reporter = renewed(known, came.key) if same else taken(known, came)
    if reporter is None:
        return  # the copy says nothing new
    cases.pin_key(ref, reporter, keys=keys, by=by, now=now)
    learn_key(reporter.key, reporter.fingerprint, reporter.address, keys=keys, by=by, now=now)


def key_for(address: str, data: bytes) -> Key | None:
    """The key for ``address`` in what a key directory gave: its own name on it, and no more than is needed.

    One that can be encrypted to goes first; else one that is expired or revoked, which is news too.
    """
    theirs = [one for key in _read(data) if not key.secret for one in _minimised(key, address.lower())]
    return min(theirs, key=lambda key: not key.can_encrypt, default=None)


def _minimised(key: Key, address: str) -> list[Key]:
    if address not in key.addresses:
        return []
    try:
        return [one for one in _read(openpgp.minimised(key.data, address)) if address in one.addresses]
    except (UnusableKey, CannotOpen):
        return []


def _read(data: bytes) -> tuple[Key, ...]:
    try:
        return openpgp.read_keys(data)
    except (UnusableKey, CannotOpen):
        return ()
