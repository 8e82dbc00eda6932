"""How an owner comes in.  The link alone opens no page: in a new browser, a code goes to the invited address.

Three things a browser may hold, each a random secret in a cookie; the database has their hashes, and what the first
two carry is locked under the secret itself.  A *door*: the link was right, the code is waited for.  A *visit*: they
are in.  A *browser*: it has shown a code before, so that the link is enough.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from meldpunt.cases import guests
from meldpunt.cases.errors import NoSuchGuest
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.owners import kept, mails, rules
from meldpunt.owners.errors import NoSuchDoor, NoSuchLink, TooManyCodes, WrongCode
from meldpunt.owners.events import OwnerArrived
from meldpunt.owners.models import Invitation, Pass
from meldpunt.owners.rules import Act, State
from meldpunt.vault import sealing
from meldpunt.vault.keyring import PublicKeys
from meldpunt.vault.rules import Receipt

REFRESH = timedelta(minutes=5)  # a visit in use is prolonged, and "last looked" moved, at most this often
GONE = "This link opens nothing here. Perhaps it was replaced or withdrawn, or it is not whole."
ENDED = "Your visit has ended. Please open your link again."


@dataclass(frozen=True, slots=True)
class Looking:
    """Which owner is in, for the length of one request."""

    ref: CaseRef
    owner: str
    private: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """What the browser gets: the secret of a ``visit``, or of a ``door`` at which a code is asked."""

    visit: str = field(default="", repr=False)
    door: str = field(default="", repr=False)
    browser: str = field(default="", repr=False)


@transaction.atomic
def knock(
    secret: Receipt, browser: str, letterhead: Letterhead, *, public: PublicKeys, by: Actor, now: datetime
) -> Opened:
    """Show a link.  A known browser is let in; for another one a code goes to the invited address.

    ``NoSuchLink``, in the same words for every reason; ``TooManyCodes``.
    """
    row = Invitation.objects.select_for_update().filter(finder=secret.finder).exclude(state=State.WITHDRAWN).first()
    if row is None:
        raise NoSuchLink(GONE)
    private = _private(row, secret)
    known = Pass.objects.filter(token=_name(browser), kind=Pass.BROWSER, invitation=row, until__gte=now)
    if browser and known.exists():
        return Opened(visit=_let_in(row, private, now))
    for span, most in rules.MOST_CODES:
        if Pass.objects.filter(invitation=row, kind=Pass.DOOR, made_at__gt=now - span).count() >= most:
            raise TooManyCodes("Enough codes were sent to that address for now. Please try again in an hour.")
    code = f"{secrets.randbelow(10**rules.CODE_LENGTH):0{rules.CODE_LENGTH}}"
    door = secrets.token_urlsafe(32)
    Pass.objects.create(
        token=_name(door),
        invitation=row,
        kind=Pass.DOOR,
        locked=sealing.lock(_key(door), private, _context(row)),
        proof=rules.proof_of(code, door),
        made_at=now,
        until=now + rules.CODE_FOR,
    )
    mails.send_code(row, kept.open_who(row, private), code, letterhead, public=public, by=by, now=now)
    return Opened(door=door)


def _private(row: Invitation, secret: Receipt) -> bytes:
    try:
        return guests.enter(row.id, secret)[1]
    except NoSuchGuest:
        raise NoSuchLink(GONE) from None


def waits_for_code(door: str, now: datetime) -> str:
    """To which address the code of this door went, as far as it is shown; ``NoSuchDoor``."""
    row = Pass.objects.select_related("invitation").filter(token=_name(door), kind=Pass.DOOR, until__gte=now).first()
    if row is None or not row.locked:
        raise NoSuchDoor("This code is not waited for any more. Please open your link again.")
    private = sealing.unlock(_key(door), bytes(row.locked), _context(row.invitation))
    return rules.masked(kept.open_who(row.invitation, private).address)


def show_code(door: str, typed: str, *, by: Actor, now: datetime) -> Opened:
    """Show the code that came by mail.  ``NoSuchDoor`` when it is too late, or was used; ``WrongCode``.

    A wrong one counts, also though the act is refused: so it is no single transaction.
    """
    with transaction.atomic():
        found = _try(door, typed, by=by, now=now)
    if isinstance(found, Opened):
        return found
    if found > 0:
        raise WrongCode("That is not the code from our newest mail. Please look again.")
    raise NoSuchDoor("This code is not waited for any more. Please open your link again.")


def _try(door: str, typed: str, *, by: Actor, now: datetime) -> Opened | int:
    """Let them in, or say how many tries are left.  A used door stays, without its key, to be counted."""
    rows = Pass.objects.select_for_update().select_related("invitation")
    row = rows.filter(token=_name(door), kind=Pass.DOOR, until__gte=now).exclude(proof="").first()
    if row is None:
        return 0
    if not secrets.compare_digest(row.proof, rules.proof_of(rules.code_in(typed), door)):
        row.tries += 1
        left = rules.CODE_TRIES - row.tries
        if left <= 0:
            row.proof, row.locked = "", b""
        row.save(update_fields=["tries", "proof", "locked"])
        return left
    private = sealing.unlock(_key(door), bytes(row.locked), _context(row.invitation))
    row.proof, row.locked = "", b""
    row.save(update_fields=["proof", "locked"])
    _arrive(row.invitation, by=by, now=now)
    browser = secrets.token_urlsafe(32)
    until = now + rules.BROWSER_FOR
    Pass.objects.create(token=_name(browser), invitation=row.invitation, kind=Pass.BROWSER, made_at=now, until=until)
    return Opened(visit=_let_in(row.invitation, private, now), browser=browser)


def _arrive(row: Invitation, *, by: Actor, now: datetime) -> None:
    row.state = rules.next_state(State(row.state), Act.ARRIVE)
    if row.arrived_at is None:
        row.arrived_at = now
        log.append(row.case, OwnerArrived(row.id), by=by, now=now)
    row.save(update_fields=["state", "arrived_at"])


def _let_in(row: Invitation, private: bytes, now: datetime) -> str:
    visit = secrets.token_urlsafe(32)
    locked = sealing.lock(_key(visit), private, _context(row))
    until = now + rules.VISIT_IDLE
    Pass.objects.create(token=_name(visit), invitation=row, kind=Pass.VISIT, locked=locked, made_at=now, until=until)
    Invitation.objects.filter(pk=row.pk).update(looked_at=now)
    return visit


def looking(visit: str, now: datetime) -> Looking:
    """The visit that belongs to a cookie; ``NoSuchDoor`` when it is over, or the link opens nothing any more."""
    row = Pass.objects.select_related("invitation").filter(token=_name(visit), kind=Pass.VISIT, until__gte=now).first()
    if row is None or not guests.is_admitted(row.invitation.finder):
        raise NoSuchDoor(ENDED)
    invitation = row.invitation
    if row.until - now < rules.VISIT_IDLE - REFRESH:
        Pass.objects.filter(token=row.token).update(until=now + rules.VISIT_IDLE)
        Invitation.objects.filter(pk=invitation.pk).update(looked_at=now)
    private = sealing.unlock(_key(visit), bytes(row.locked), _context(invitation))
    return Looking(CaseRef(invitation.case), invitation.id, private)


@transaction.atomic
def leave(visit: str, browser: str, *, by: Actor, now: datetime) -> None:
    """End a visit, and forget the browser; nothing happens when both are over already."""
    Pass.objects.filter(token__in=[_name(visit), _name(browser)]).exclude(kind=Pass.DOOR).delete()


@transaction.atomic
def forget(*, by: Actor, now: datetime) -> int:
    """Remove what is over.  Doors are kept a day longer, to be counted.  Returns how many went."""
    over = Pass.objects.filter(until__lt=now).exclude(kind=Pass.DOOR).delete()[0]
    return over + Pass.objects.filter(kind=Pass.DOOR, made_at__lt=now - timedelta(days=1)).delete()[0]


def _context(row: Invitation) -> str:
    return f"owner-pass|{row.case}|{row.id}"


def _name(secret: str) -> str:
    return hashlib.sha256(b"owner|" + secret.encode("utf-8", "replace")).hexdigest()


def _key(secret: str) -> bytes:
    return sealing.derive(secret.encode("utf-8", "replace"), "owner-pass")
