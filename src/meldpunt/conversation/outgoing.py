"""What becomes of a letter in the outbox: it is sent, waits for the next try, or is given up.  Commands."""

from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime

from django.db import transaction

from meldpunt.conversation import posting
from meldpunt.conversation.errors import NoSuchLetter, NotWaiting
from meldpunt.conversation.events import LetterSent, LetterUndelivered
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import LONGEST, UNDATED, UNDER_WAY, Mail, next_try
from meldpunt.ground.values import Actor
from meldpunt.ledger import log

LATE = "late"
MOST_AT_ONCE = 100  # letters that are given up in one transaction


@transaction.atomic
def sending(letter: str, *, outbox_key: bytes, by: Actor, now: datetime) -> Mail:
    """Mark a letter as being sent and open it.

    Committed (and synced, with everything before it) before a byte goes out: a letter that
    left belongs to a case that is on the disk.  Until ``UNDER_WAY`` has passed nobody else may send it;
    should the machine die in between, the letter goes again then, under the same Message-ID.
    """
    row = _waiting(letter)
    if row.next_at > now:
        raise NotWaiting("That letter is being sent already, or its time has not come.")
    row.attempts += 1
    row.next_at = now + UNDER_WAY
    row.save(update_fields=["attempts", "next_at"])
    return _dated(posting.unqueue(row, outbox_key), row.created_at)


def _dated(mail: Mail, at: datetime) -> Mail:
    """A mail that lay ready gets its date when it goes into the outbox; however often it is tried, the same one."""
    if not mail.raw.startswith(UNDATED):
        return mail
    return replace(mail, raw=f"Date: {format_datetime(at)}\r\n".encode() + mail.raw.removeprefix(UNDATED))


@transaction.atomic
def sent(letter: str, *, by: Actor, now: datetime) -> None:
    """A mail server has taken the letter: its copy leaves the outbox."""
    row = _waiting(letter)
    OutboxLetter.objects.filter(pk=row.pk).update(state="sent", sealed=b"", said=b"", code="")
    log.append(row.case or log.HOUSE, LetterSent(letter), by=by, now=now)


@transaction.atomic
def failed(letter: str, permanent: bool, code: str, *, by: Actor, now: datetime, said: bytes = b"") -> None:
    """The mail server did not take the letter: try again later, or mark it undelivered.

    ``said``: the server's words, as ``posting.sealed_words`` gives them.
    """
    row = _waiting(letter)
    row.code, row.said = code[:12], said
    pause = None if permanent else next_try(row.attempts)
    if pause:
        row.next_at = now + pause
        row.save(update_fields=["code", "said", "next_at"])
        return
    _give_up(row, row.code if permanent else "gave-up", by, now)


@transaction.atomic
def give_up_late(*, by: Actor, now: datetime) -> int:
    """Mark what has waited longer than ``LONGEST`` undelivered, whatever the reason; return how many there were.

    A server that cannot be reached counts against no letter, so without this nobody would ever be told.
    """
    late = OutboxLetter.objects.select_for_update().filter(
        state="waiting", created_at__lt=now - LONGEST, next_at__lte=now
    )
    rows = list(late.order_by("created_at")[:MOST_AT_ONCE])
    for row in rows:
        row.code = row.code or LATE
        _give_up(row, LATE, by, now)
    return len(rows)


def _give_up(row: OutboxLetter, why: str, by: Actor, now: datetime) -> None:
    row.state = "undelivered"
    row.save(update_fields=["state", "code", "said"])
    log.append(row.case or log.HOUSE, LetterUndelivered(row.id, why), by=by, now=now)


def _waiting(letter: str) -> OutboxLetter:
    row = OutboxLetter.objects.select_for_update().filter(pk=letter).first()
    if row is None:
        raise NoSuchLetter("There is no such letter in the outbox.")
    if row.state != "waiting":
        raise NotWaiting("That letter is sent, or given up, already.")
    return row
