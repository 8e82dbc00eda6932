"""Letters of ours that came back, and handlers who take note of it.  Commands as in ``commands.py``."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from meldpunt.cases.rules import check_handler
from meldpunt.conversation import posting
from meldpunt.conversation.events import LetterUndelivered, UndeliveredNoticed
from meldpunt.conversation.models import OutboxLetter
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.intake.commands import set_aside
from meldpunt.intake.rules import Outcome
from meldpunt.ledger import log
from meldpunt.vault.keyring import VaultKeys

BOUNCED = "bounced"


@transaction.atomic
def bounced(token: str, why: str, message_ids: Sequence[str], *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Set a bounce aside, and mark the letter that it brings back as undelivered.

    ``message_ids`` are those that it names, the letter that came back last.  The last one that
    is ours counts.  Nobody else knows our identities, so nobody else can call a letter undelivered.
    """
    set_aside(token, Outcome.IGNORED, why, by=by, now=now)
    row = _came_back(message_ids, keys)
    if row is None or row.state == "undelivered":
        return
    row.state, row.code = "undelivered", BOUNCED
    row.save(update_fields=["state", "code"])
    log.append(row.case or log.HOUSE, LetterUndelivered(row.id, BOUNCED), by=by, now=now)


def _came_back(message_ids: Sequence[str], keys: VaultKeys) -> OutboxLetter | None:
    tokens = [posting.letter_token(name, keys) for name in message_ids]
    found = {row.message: row for row in OutboxLetter.objects.select_for_update().filter(message__in=tokens)}
    return next((found[token] for token in reversed(tokens) if token in found), None)


@transaction.atomic
def notice(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """A handler has seen what could not be delivered in this case: the inbox need not say it any more."""
    check_handler(by)
    seen = OutboxLetter.objects.filter(case=ref, state="undelivered", noticed=False).update(noticed=True)
    if seen:
        log.append(ref, UndeliveredNoticed(seen), by=by, now=now)
