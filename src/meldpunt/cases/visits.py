"""A reporter visits their case: the receipt is shown once, a cookie carries on.

The cookie holds a random key and nothing else; the database holds the case key locked
under it, and a hash that finds the row.  Neither alone opens anything, the receipt itself is
kept nowhere, and the process that serves the page never holds a key of its own.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from meldpunt.cases import sealed
from meldpunt.cases.errors import NoSuchCase, NoSuchVisit, NotYetOpened
from meldpunt.cases.models import Case, Seal, Visit
from meldpunt.cases.rules import Purpose, key_context
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.intake.queries import arrived_with
from meldpunt.ledger.rows import every, first
from meldpunt.vault import sealing
from meldpunt.vault.errors import CannotOpen
from meldpunt.vault.rules import Receipt

IDLE = timedelta(minutes=30)
REFRESH = timedelta(minutes=5)  # a visit in use is prolonged at most this often


@dataclass(frozen=True, slots=True)
class Visiting:
    """Who may read this case's correspondence, for the length of one request."""

    ref: CaseRef
    private: bytes = field(repr=False)
    case_id: int  # where its rows are
    at: datetime | None = None  # when they look


@transaction.atomic
def open_visit(receipt: Receipt, *, by: Actor, now: datetime) -> str:
    """Let the holder of a receipt in and return the secret for their cookie.

    Raises ``NotYetOpened`` while the report is on its way, ``NoSuchCase`` for a
    receipt that belongs to nothing.
    """
    seal = Seal.objects.select_related("case").filter(holder=sealed.RECEIPT, finder=receipt.finder).first()
    if seal is None:
        if arrived_with(receipt.finder):
            raise NotYetOpened("Your report has arrived. It is being opened; this takes a moment.")
        raise NoSuchCase("No report belongs to this receipt.")
    try:
        private = sealing.unlock(
            receipt.opener, bytes(seal.sealed), key_context(seal.case.ref, Purpose.CASE, sealed.RECEIPT)
        )
    except CannotOpen:
        raise NoSuchCase("No report belongs to this receipt.") from None
    secret = secrets.token_urlsafe(32)
    Visit.objects.create(
        token=_name(secret),
        case=seal.case,
        locked=sealing.lock(_key(secret), private, f"visit|{seal.case.ref}"),
        until=now + IDLE,
    )
    return secret


@transaction.atomic
def close_visit(secret: str, *, by: Actor, now: datetime) -> None:
    """End a visit; nothing happens when it is over already."""
    Visit.objects.filter(token=_name(secret)).delete()


@transaction.atomic
def forget_visits(*, by: Actor, now: datetime) -> int:
    """Remove the visits that are over.  Returns how many."""
    return Visit.objects.filter(until__lt=now).delete()[0]


def visiting(secret: str, now: datetime) -> Visiting:
    """The visit that belongs to a cookie, or ``NoSuchVisit``."""
    visit = first(Visit, token=_name(secret), until__gte=now)
    if visit is None:
        raise NoSuchVisit("Your visit has ended. Please show your receipt again.")
    if visit.until - now < IDLE - REFRESH:
        Visit.objects.filter(token=visit.token).update(until=now + IDLE)
    (case,) = every(Case, id=visit.case_id)
    private = sealing.unlock(_key(secret), bytes(visit.locked), f"visit|{case.ref}")
    return Visiting(CaseRef(case.ref), private, case.pk, now)


def _name(secret: str) -> str:
    return hashlib.sha256(b"name|" + secret.encode("utf-8", "replace")).hexdigest()


def _key(secret: str) -> bytes:
    return sealing.derive(secret.encode("utf-8", "replace"), "visit")
