"""The day that counts for an owner, and the proposal that waits.  Works on a held row; saved by who holds it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from meldpunt.cases import guests
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.owners import kept, rules
from meldpunt.owners.events import OwnerAnswered
from meldpunt.owners.models import Invitation
from meldpunt.owners.rules import Asks, EntryKind
from meldpunt.policy import queries as policy


def zone_of(ref: CaseRef) -> ZoneInfo:
    """The organisation's time, by the policy of that case."""
    return policy.version(guests.glance(ref).policy_version).policy.calendar.zone


def counts(row: Invitation, on: date, zone: ZoneInfo, *, by: Actor, now: datetime) -> None:
    """That day counts from now on; a proposal that waited is answered by it."""
    if row.proposed_on is not None:
        agreed = row.proposed_on == on
        log.append(row.case, OwnerAnswered(row.id, row.proposed_on.isoformat(), agreed), by=by, now=now)
    if row.proposed_on is not None or row.due_on != on:
        kept.put(row, EntryKind.AGREED, on=on, by=by, now=now)
    row.due_on, row.proposed_on = on, None
    row.remind_at = rules.remind_at(on, now, zone)
    looked_after(row, Asks.PROPOSED)


def looked_after(row: Invitation, *what: Asks) -> None:
    """A handler has seen to it: it need not wait any more."""
    if row.asks in what:
        row.asks, row.asked_at = Asks.NOTHING, None
