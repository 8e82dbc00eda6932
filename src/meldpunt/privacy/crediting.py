"""The wish to be named.  Commands as in ``commands.py``.

The name is sealed to the identity key: the portal can write it and not read it back.
"""

from datetime import datetime

from django.db import transaction

from meldpunt.cases import access, extras
from meldpunt.cases.rules import Purpose
from meldpunt.cases.visits import Visiting
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.privacy import credit
from meldpunt.privacy.credit import Act, State, Wish
from meldpunt.privacy.errors import BadCredit
from meldpunt.privacy.events import CreditAsked, CreditConfirmed, CreditWished, CreditWithdrawn
from meldpunt.privacy.held import hold
from meldpunt.privacy.queries import CREDIT
from meldpunt.vault.keyring import VaultKeys

NAMED = (Wish.NAME, Wish.ALIAS, Wish.LINK)


@transaction.atomic
def wish(visit: Visiting, what: Wish, shown: str, link: str, *, by: Actor, now: datetime) -> State:
    """Say how to be named, or not to be.  Replaces an earlier wish; ``BadCredit`` when it cannot be shown so."""
    row = hold(visit.ref)
    wished = credit.checked(what, shown, link, policy.current().policy.credit)
    was = row.wish if row.credit != State.WITHDRAWN else ""
    state = credit.next_state(State(row.credit), Act.WISH)
    extras.drop(visit.ref, CREDIT, by=by, now=now)
    if wished.wish is not Wish.NONE:
        kept = {"wish": wished.wish, "shown": wished.shown, "link": wished.link}
        extras.put(visit.ref, CREDIT, kept, to=Purpose.IDENTITY, by=by, now=now)
    elif was in NAMED:
        log.append(visit.ref, CreditWithdrawn(), by=by, now=now)
    row.credit, row.wish, row.wished_at = state, wished.wish, now
    row.confirmed_at = now if state is State.CONFIRMED else None
    row.save(update_fields=["credit", "wish", "wished_at", "confirmed_at"])
    log.append(visit.ref, CreditWished(wished.wish), by=by, now=now)
    if state is State.CONFIRMED:
        log.append(visit.ref, CreditConfirmed(wished.wish), by=by, now=now)
    return state


@transaction.atomic
def ask(ref: CaseRef, text: str, letterhead: Letterhead, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Ask again before publication: a letter of a person, and a question on the page of the case."""
    access.admit(by, ref, Right.PRIVACY)
    conversation.write(ref, text, "credit", letterhead, keys=keys, by=by, now=now)
    row = hold(ref)
    row.credit = credit.next_state(State(row.credit), Act.ASK)
    row.save(update_fields=["credit"])
    log.append(ref, CreditAsked(), by=by, now=now)


@transaction.atomic
def confirm(visit: Visiting, *, by: Actor, now: datetime) -> None:
    """The wish still stands, for the publication."""
    row = hold(visit.ref)
    if not row.wish:
        raise BadCredit("Please say first how you wish to be named.")
    row.credit = credit.next_state(State(row.credit), Act.CONFIRM)
    row.confirmed_at = now
    row.save(update_fields=["credit", "confirmed_at"])
    log.append(visit.ref, CreditConfirmed(row.wish), by=by, now=now)


@transaction.atomic
def withdraw(visit: Visiting, *, by: Actor, now: datetime) -> None:
    """Not to be named any more, after publication too: who publishes follows the event."""
    row = hold(visit.ref)
    row.credit = credit.next_state(State(row.credit), Act.WITHDRAW)
    row.wish, row.confirmed_at = "", None
    row.save(update_fields=["credit", "wish", "confirmed_at"])
    extras.drop(visit.ref, CREDIT, by=by, now=now)
    log.append(visit.ref, CreditWithdrawn(), by=by, now=now)
