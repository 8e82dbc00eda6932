"""What happens in a case, as far as its owners are concerned; and the reminder before their day.  Commands."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.db import transaction

from meldpunt.cases import guests
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.ledger.log import Told
from meldpunt.owners import commands, days, kept, mails, rules
from meldpunt.owners.events import OwnerReminded
from meldpunt.owners.models import Invitation
from meldpunt.owners.rules import Act, Asks, EntryKind, State

FOLLOWER = "owners"
MOST_AT_ONCE = 50  # reminders of one turn of the clock


@transaction.atomic(savepoint=False)
def hear(told: Told, *, by: Actor, now: datetime) -> None:
    """A date that was moved counts for owners too; what was solved waits for nobody; an erased case has no owners."""
    if answer := _ANSWERS.get(told.kind):
        rows = Invitation.objects.select_for_update().filter(case=told.stream).exclude(state=State.WITHDRAWN)
        for row in rows.order_by("invited_at", "id"):
            answer(row, told, by, now)


def _moved(row: Invitation, told: Told, by: Actor, now: datetime) -> None:
    """Another day was named to the reporter: with it the desk has answered what an owner proposed."""
    if row.state != State.BACK and (text := told.facts["expected_on"]):
        days.counts(row, date.fromisoformat(text), days.zone_of(CaseRef(row.case)), by=by, now=now)
        row.save()


def _reopened(row: Invitation, told: Told, by: Actor, now: datetime) -> None:
    """It was not solved after all."""
    if row.state == State.SOLVED:
        row.state, row.solved_on = rules.next_state(State.SOLVED, Act.ASK_AGAIN), None
        kept.put(row, EntryKind.AGAIN, by=by, now=now)
        days.looked_after(row, Asks.SOLVED)
    _moved(row, told, by, now)


def _landed(row: Invitation, told: Told, by: Actor, now: datetime) -> None:
    row.remind_at = None
    days.looked_after(row, Asks.SOLVED, Asks.PROPOSED)
    row.save()


def _closed(row: Invitation, told: Told, by: Actor, now: datetime) -> None:
    row.remind_at = None
    row.save()


def _erased(row: Invitation, told: Told, by: Actor, now: datetime) -> None:
    commands.end(row, by=by, now=now)


_ANSWERS: Mapping[str, Callable[[Invitation, Told, Actor, datetime], None]] = {
    "case.assessed": _moved,
    "fix.moved": _moved,
    "fix.reopened": _reopened,
    "fix.landed": _landed,
    "report.closed": _closed,
    "case.erased": _erased,
}
HEARS = frozenset(_ANSWERS)


def anybody_to_remind(now: datetime) -> bool:
    """Whether ``remind`` has anything to do.  Takes no lock."""
    return Invitation.objects.filter(remind_at__lte=now).exists()


@transaction.atomic
def remind(*, by: Actor, now: datetime) -> int:
    """Send the reminders whose moment has come, and set the next.  Returns how many went."""
    rows = Invitation.objects.select_for_update().filter(remind_at__lte=now).order_by("remind_at")[:MOST_AT_ONCE]
    count = 0
    for row in rows:
        row.remind_at = rules.remind_at(row.due_on, now, days.zone_of(CaseRef(row.case)))
        row.save(update_fields=["remind_at"])
        if _wants_one(row, now) and mails.send_reminder(row, by=by, now=now):
            log.append(row.case, OwnerReminded(row.id, row.due_on.isoformat() if row.due_on else ""), by=by, now=now)
            count += 1
    return count


def _wants_one(row: Invitation, now: datetime) -> bool:
    """Who has nothing to do any more, or cannot come in, gets none; nor anybody whose day passed in a standstill."""
    today = now.astimezone(days.zone_of(CaseRef(row.case))).date()
    busy = row.state in (State.INVITED, State.WORKING) and guests.is_admitted(row.finder)
    return busy and row.due_on is not None and row.due_on >= today
