"""Who may not sign in any more has no token any more."""

from datetime import datetime

from django.db import transaction

from meldpunt.ground.values import Actor
from meldpunt.ledger.log import Told
from meldpunt.tokens import commands

FOLLOWER = "tokens"
GONE = "handler.disabled"  # told by the desk
HEARS = frozenset({GONE})


@transaction.atomic(savepoint=False)
def hear(told: Told, *, by: Actor, now: datetime) -> None:
    """Answer one entry of the ledger."""
    if told.kind == GONE:
        commands.revoke_all(told.facts["username"], by=by, now=now)
