"""Somebody beside the reporter who is given one part of a case: an owner of a system.

A guest has a key pair of their own, and never one of the case's: what is not sealed to it stays shut.  Its private
half is sealed as the case's own are: to the vault, so that the desk can read along, and under a secret that only
the guest has.  Both seals stand among those of the case, so that whoever destroys these ends the guest's access too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from meldpunt.cases import access, sealed
from meldpunt.cases.errors import NoSuchCase, NoSuchGuest
from meldpunt.cases.models import Case, Seal
from meldpunt.cases.rules import FileRef, Purpose, key_context
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import insert
from meldpunt.vault import sealing
from meldpunt.vault.errors import CannotOpen
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.rules import Receipt

GUEST = "guest"  # the purpose of these seals
DESK, LINK = "desk", "link"  # who holds one: the finder is the guest's id, or what their secret derives


@dataclass(frozen=True, slots=True)
class Glance:
    """What is no secret of anybody's: plain columns of a case."""

    severity: str
    expected_on: date | None
    policy_version: int


def glance(ref: CaseRef) -> Glance:
    """The facts of a case that a guest may know."""
    row = Case.objects.filter(ref=ref).values_list("severity", "expected_on", "policy_version").first()
    if row is None:
        raise NoSuchCase("There is no case %(ref)s.", ref=ref)
    return Glance(*row)


def files_of(viewer: Actor, ref: CaseRef, ids: Sequence[str], keys: VaultKeys) -> tuple[FileRef, ...]:
    """Files of the case as they are kept, for a handler who gives them to a guest.  ``NoSuchFile``."""
    case = access.row(viewer, ref, Right.READ)
    private = sealed.private_key(case, Purpose.CASE, keys)
    return tuple(FileRef(**sealed.held_file(ref, one, private)) for one in ids)


@transaction.atomic(savepoint=False)
def admit(ref: CaseRef, guest: str, secret: Receipt, *, keys: VaultKeys, by: Actor, now: datetime) -> bytes:
    """Make the key pair of a new guest, for who holds ``secret``, and return its public half."""
    case = Case.objects.filter(ref=ref).only("id").first()
    if case is None:
        raise NoSuchCase("There is no case %(ref)s.", ref=ref)
    pair = sealing.new_pair()
    closed = sealing.seal(keys.public.vault, pair.private, _context(ref, guest, DESK))
    insert(
        Seal(case=case, purpose=GUEST, holder=DESK, finder=guest, sealed=closed),
        _for_link(case, ref, guest, pair.private, secret),
    )
    return pair.public


@transaction.atomic(savepoint=False)
def change_secret(
    ref: CaseRef, guest: str, finder: str, secret: Receipt, *, keys: VaultKeys, by: Actor, now: datetime
) -> None:
    """Give a guest another secret; the one with ``finder`` opens nothing any more."""
    case = Case.objects.only("id").get(ref=ref)
    private = _opened(ref, (guest,), keys)[guest]
    shut_out(finder, by=by, now=now)
    insert(_for_link(case, ref, guest, private, secret))


@transaction.atomic(savepoint=False)
def shut_out(finder: str, *, by: Actor, now: datetime) -> None:
    """The secret with that ``finder`` opens nothing any more."""
    Seal.objects.filter(purpose=GUEST, holder=LINK, finder=finder).delete()


def is_admitted(finder: str) -> bool:
    """Whether there still is something that the secret with this ``finder`` opens."""
    return Seal.objects.filter(purpose=GUEST, holder=LINK, finder=finder).exists()


def enter(guest: str, secret: Receipt) -> tuple[CaseRef, bytes]:
    """The case and the guest's private key, for who holds the secret; else ``NoSuchGuest``."""
    rows = Seal.objects.filter(purpose=GUEST, holder=LINK, finder=secret.finder)
    found = rows.values_list("case__ref", "sealed").first()
    if found is not None:
        ref, closed = found
        try:
            return CaseRef(ref), sealing.unlock(secret.opener, bytes(closed), _context(ref, guest, LINK))
        except CannotOpen:
            pass  # the same answer as for nothing at all
    raise NoSuchGuest("This link opens nothing here.")


def private_keys(viewer: Actor, ref: CaseRef, guests: Iterable[str], keys: VaultKeys) -> Mapping[str, bytes]:
    """The private keys of these guests, by id, for the desk."""
    access.row(viewer, ref, Right.READ)
    return _opened(ref, guests, keys)


def _opened(ref: CaseRef, guests: Iterable[str], keys: VaultKeys) -> dict[str, bytes]:
    rows = Seal.objects.filter(case__ref=ref, purpose=GUEST, holder=DESK, finder__in=tuple(guests))
    return {
        guest: sealing.unseal(keys.private, bytes(closed), _context(ref, guest, DESK))
        for guest, closed in rows.values_list("finder", "sealed")
    }


def _for_link(case: Case, ref: CaseRef, guest: str, private: bytes, secret: Receipt) -> Seal:
    locked = sealing.lock(secret.opener, private, _context(ref, guest, LINK))
    return Seal(case=case, purpose=GUEST, holder=LINK, finder=secret.finder, sealed=locked)


def _context(ref: str, guest: str, holder: str) -> str:
    return key_context(ref, f"{GUEST} {guest}", holder)
