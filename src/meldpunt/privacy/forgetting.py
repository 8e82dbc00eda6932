"""The reporter asks to be forgotten, and a person decides.  Commands as in ``commands.py``.

Erased is who they are.  What they reported stays, for the weakness is not theirs alone; so do the facts of the
log, in which nobody is named.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from meldpunt.cases import access, extras
from meldpunt.cases.forgetting import forget_reporter
from meldpunt.cases.handlers import handler_of
from meldpunt.cases.rules import Purpose
from meldpunt.cases.visits import Visiting
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.recalling import call_back_all
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.ledger.rows import first
from meldpunt.policy import queries as policy
from meldpunt.policy import second
from meldpunt.policy.second import Grave
from meldpunt.privacy.credit import State as Credit
from meldpunt.privacy.credit import Wish
from meldpunt.privacy.errors import BadErasure, NotNow
from meldpunt.privacy.events import CreditWithdrawn, ForgettingAsked, ForgettingDeclined, IdentityErased
from meldpunt.privacy.held import hold
from meldpunt.privacy.models import Forgetting
from meldpunt.triage.indexing import forget_who
from meldpunt.vault.keyring import VaultKeys

FORGET = "privacy.forget"
MOST = 4000  # characters


@dataclass(frozen=True, slots=True)
class Asked:
    """How it stands.  ``why``: what the reporter wrote; ``reason``: why it was declined."""

    asked_at: datetime
    decided_at: datetime | None
    granted: bool
    why: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)


@transaction.atomic
def ask(visit: Visiting, why: str, *, by: Actor, now: datetime) -> None:
    """Ask that it is erased who one is.  After a refusal one may ask again."""
    hold(visit.ref)
    before = Forgetting.objects.filter(pk=visit.ref).first()
    if before and (before.granted or before.decided_at is None):
        raise NotNow("You have asked for this already.")
    if len(why) > MOST:
        raise BadErasure("Please keep it shorter, or write us a message.")
    Forgetting.objects.update_or_create(pk=visit.ref, defaults={"asked_at": now, "decided_at": None, "granted": False})
    extras.put(visit.ref, FORGET, {"side": "reporter", "text": why.strip()}, to=Purpose.CASE, by=by, now=now)
    log.append(visit.ref, ForgettingAsked(), by=by, now=now)


@transaction.atomic
def grant(ref: CaseRef, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Erase who reported.  Nobody can undo it."""
    access.admit(by, ref, Right.PRIVACY)
    second.check(Grave.ERASURE, policy.current().policy.review, handler_of(ref), by)
    standing = hold(ref)
    _decide(ref, True, now)
    call_back_all(ref, by=by, now=now)
    forget_reporter(ref, keys=keys, by=by, now=now)
    forget_who(ref, by=by, now=now)
    if standing.wish not in ("", Wish.NONE):  # a name that stands in public goes as well
        log.append(ref, CreditWithdrawn(), by=by, now=now)
        standing.credit, standing.wish, standing.confirmed_at = Credit.WITHDRAWN, "", None
        standing.save(update_fields=["credit", "wish", "confirmed_at"])
    log.append(ref, IdentityErased(), by=by, now=now)


@transaction.atomic
def decline(
    ref: CaseRef,
    reason: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> None:
    """Say why it is not erased (yet), in a letter of a person."""
    access.admit(by, ref, Right.PRIVACY)
    hold(ref)
    if not reason.strip():
        raise BadErasure("Please say why: the reporter reads it.")
    _decide(ref, False, now)
    conversation.write(ref, reason, "reply", letterhead, keys=keys, by=by, now=now, promised=promised)
    extras.put(ref, FORGET, {"side": "desk", "text": reason.strip()}, to=Purpose.CASE, by=by, now=now)
    log.append(ref, ForgettingDeclined(), by=by, now=now)


def _decide(ref: CaseRef, granted: bool, now: datetime) -> None:
    changed = Forgetting.objects.filter(pk=ref, decided_at=None).update(decided_at=now, granted=granted)
    if not changed:
        raise NotNow("Nothing was asked, or it is decided already.")


def asked_of(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> Asked | None:
    """What waits for a decision, or was decided.  For the desk."""
    row = first(Forgetting, case=ref)
    return _asked(row, extras.of_case(viewer, ref, (FORGET,), keys)) if row else None


def asked_for(visit: Visiting) -> Asked | None:
    """The same for the reporter."""
    row = first(Forgetting, case=visit.ref)
    return _asked(row, extras.for_reporter(visit, (FORGET,))) if row else None


def _asked(row: Forgetting, said: tuple[extras.Extra, ...]) -> Asked:
    newest = {extra.payload["side"]: extra.payload["text"] for extra in said}
    return Asked(row.asked_at, row.decided_at, row.granted, newest.get("reporter", ""), newest.get("desk", ""))
