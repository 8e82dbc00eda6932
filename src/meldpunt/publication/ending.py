"""The moment an embargo ends, everyone involved is told.  Commands as in ``commands.py``.

The clock's process ends it, to the second; who holds the vault's key then writes to the reporter and to who
handles the case.  On the reporter's page it stands at once.  These letters are automatic and keep no promise.
"""

from datetime import datetime

from django.db import transaction

from meldpunt.cases import access, people
from meldpunt.cases import queries as cases
from meldpunt.conversation import announcing
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.policy import queries as policy
from meldpunt.promises import colleagues, guard
from meldpunt.publication import queries
from meldpunt.publication.commands import end
from meldpunt.publication.holding import hold
from meldpunt.publication.rules import Embargo, How
from meldpunt.vault.keyring import VaultKeys


@transaction.atomic
def end_due(*, by: Actor, now: datetime) -> int:
    """End every embargo whose moment has come.  Returns how many."""
    count = 0
    for ref in queries.ending(now):
        row = hold(ref)
        if row.embargo == Embargo.RUNNING and row.until and row.until <= now:  # nobody was quicker
            end(row, How.MOMENT, by=by, now=now)
            row.save()
            count += 1
    return count


@transaction.atomic
def tell(ref: CaseRef, letterhead: Letterhead, desk_url: str, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Tell the reporter and the handler that the embargo of a case ended; once."""
    row = hold(ref)
    if row.ended_at is None or row.told_at is not None:
        return
    row.told_at = now
    row.save(update_fields=["told_at"])
    announcing.announce(ref, "embargo-ended", {"how": row.how}, letterhead, keys=keys, by=by, now=now)
    zone = policy.current().policy.calendar.zone
    handler = cases.case_for(by, ref, keys).handler
    words = {"how": row.how, "reference": ref, "address": f"{desk_url}/cases/{ref}/"}
    for person in guard.handlers_for(handler, colleagues.everybody(), now.astimezone(zone).date()):
        if not access.sees(people.actor(person.name), ref):
            continue  # the case is for named people, and this is none of them
        announcing.tell_colleague(person, "embargo-over", words, letterhead, public=keys.public, by=by, now=now)
