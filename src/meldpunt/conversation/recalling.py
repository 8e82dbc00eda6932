"""Letters that must not go any more.  Commands as in ``commands.py``."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import transaction

from meldpunt.cases import access, undoing
from meldpunt.cases.errors import TooLate
from meldpunt.cases.rules import FileRef
from meldpunt.conversation.events import LetterTakenBack
from meldpunt.conversation.models import OutboxLetter
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.vault.keyring import VaultKeys

GRACE = timedelta(seconds=20)  # in which a person can take back what they have just sent


@dataclass(frozen=True, slots=True)
class Undone:
    """What a letter held that did not go."""

    text: str = field(repr=False)
    files: tuple[FileRef, ...] = ()


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


@transaction.atomic
def take_back(ref: CaseRef, record: str, *, keys: VaultKeys, by: Actor, now: datetime) -> Undone:
    """Undo a letter of one's own that was written with ``grace``, and return what it held.  It kept no promise then.

    ``TooLate`` once it can have been read, or a mail server has been offered it.
    """
    access.admit(by, ref, Right.WRITE)
    text, files, written_at = undoing.take_letter_back(ref, record, keys=keys, by=by, now=now)
    going = OutboxLetter.objects.select_for_update().filter(record=record)
    if any(row.attempts or row.state != "waiting" for row in going):
        raise TooLate("That letter has gone. Write another one if something in it was wrong.")
    going.update(state="recalled", sealed=b"")
    log.append(ref, LetterTakenBack(written_at.astimezone(UTC).isoformat()), by=by, now=now)
    return Undone(text, files)
