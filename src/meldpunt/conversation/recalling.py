"""Letters that must not go any more.  A command as in ``commands.py``."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from meldpunt.conversation.models import OutboxLetter
from meldpunt.ground.values import Actor, CaseRef


@transaction.atomic
def call_back_all(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """No letter of this case goes out any more by mail, and none keeps an address.  They stay on its page."""
    OutboxLetter.objects.filter(case=ref).exclude(state="sent").update(state="recalled", sealed=b"", said=b"")


@transaction.atomic
def call_back(letters: Sequence[str], *, by: Actor, now: datetime) -> tuple[str, ...]:
    """Take letters out of the outbox.  Returns those that have certainly not gone: nobody had tried them yet.

    One that was tried is not tried again, but a mail server may have it already.
    """
    waiting = OutboxLetter.objects.select_for_update().filter(pk__in=letters, state="waiting")
    untried = tuple(row.pk for row in waiting if row.attempts == 0)
    waiting.update(state="recalled", sealed=b"")
    return untried
