"""What an owner does: write, propose a date, say that it is solved, give the case back.

Each is shown to the desk and to nobody else: no path leads on to the reporter.  Files that come along are looked at
later, see ``unseen``: who takes them in may ask nobody.  ``once`` is the form's: sent twice, it
counts once, and the second time returns False.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from meldpunt.cases.rules import WAITS, FileRef
from meldpunt.ground.values import Actor
from meldpunt.intake.rules import Upload
from meldpunt.ledger import log
from meldpunt.ledger.log import Fact
from meldpunt.owners import days, kept, rules
from meldpunt.owners.errors import NoSuchOwner
from meldpunt.owners.events import OwnerGaveBack, OwnerProposed, OwnerSolved, OwnerWrote
from meldpunt.owners.models import Invitation
from meldpunt.owners.passes import ENDED, Looking
from meldpunt.owners.rules import Act, EntryKind, State


@transaction.atomic
def write(
    looking: Looking, text: str, files: Sequence[Upload], once: str, *, by: Actor, now: datetime, again: bool = False
) -> bool:
    """A question, or what was found.  ``SaidAlready`` when they wrote that just now, unless they mean it ``again``."""
    said = rules.checked_text(text, files=len(files))
    row = _hold(looking)
    if not again and not kept.is_there(row, once):
        kept.check_new(row, EntryKind.FROM_OWNER, said, [file.name for file in files], looking.private, now)
    return _do(row, Act.WRITE, EntryKind.FROM_OWNER, OwnerWrote(row.id), said, files=files, once=once, by=by, now=now)


@transaction.atomic
def propose(looking: Looking, on: date, reason: str, once: str, *, by: Actor, now: datetime) -> bool:
    """By when it can be solved.  It counts as soon as a handler has agreed."""
    row = _hold(looking)
    rules.check_proposed(on, _today(looking, now))
    said = rules.checked_reason(reason)
    told = OwnerProposed(row.id, on.isoformat())
    row.proposed_on = on
    return _do(row, Act.PROPOSE, EntryKind.PROPOSED, told, said, on=on, once=once, by=by, now=now)


@transaction.atomic
def say_solved(
    looking: Looking, on: date, text: str, files: Sequence[Upload], once: str, *, by: Actor, now: datetime
) -> bool:
    """It was solved on that local day.  A handler looks, and tells the reporter."""
    row = _hold(looking)
    zone = days.zone_of(looking.ref)
    rules.check_solved(on, row.invited_at.astimezone(zone).date(), now.astimezone(zone).date())
    said = rules.checked_text(text, files=1)  # it may say nothing but the day
    told = OwnerSolved(row.id, on.isoformat())
    row.solved_on, row.proposed_on, row.remind_at = on, None, None
    return _do(row, Act.SOLVE, EntryKind.SOLVED, told, said, files=files, on=on, once=once, by=by, now=now)


@transaction.atomic
def give_back(looking: Looking, reason: str, once: str, *, by: Actor, now: datetime) -> bool:
    """It is not theirs to solve."""
    row = _hold(looking)
    said = rules.checked_reason(reason)
    row.proposed_on, row.remind_at = None, None
    return _do(row, Act.GIVE_BACK, EntryKind.BACK, OwnerGaveBack(row.id), said, once=once, by=by, now=now)


def _hold(looking: Looking) -> Invitation:
    row = Invitation.objects.select_for_update().filter(pk=looking.owner, case=looking.ref).first()
    if row is None or row.state == State.WITHDRAWN:
        raise NoSuchOwner(ENDED)
    return row


def _do(
    row: Invitation,
    act: Act,
    kind: EntryKind,
    told: Fact,
    text: str,
    *,
    files: Sequence[Upload] = (),
    on: date | None = None,
    once: str,
    by: Actor,
    now: datetime,
) -> bool:
    """Keep it, tell the ledger, and let the desk know that somebody has to look."""
    kept_files = [FileRef(file.name, file.content_type, file.sealed, file.kind, WAITS) for file in files]
    if kept.is_there(row, once):
        return False
    row.state = rules.next_state(State(row.state), act)
    kept.put(row, kind, text, kept_files, on, once=once, by=by, now=now)
    asks = rules.asks_after(row.asks, act)
    row.asks, row.asked_at = asks, row.asked_at if asks == row.asks and row.asked_at else now
    row.save()
    log.append(row.case, told, by=by, now=now)
    return True


def _today(looking: Looking, now: datetime) -> date:
    return now.astimezone(days.zone_of(looking.ref)).date()
