"""A promise that is due becomes a notice to who should know.  Holds no private key."""

from datetime import datetime

from django.db import transaction

from meldpunt.cases.handlers import Knowing
from meldpunt.ground.values import Actor
from meldpunt.notices import rules
from meldpunt.notices.telling import Listeners, News
from meldpunt.policy import queries as policy
from meldpunt.policy.shape import Policy
from meldpunt.promises import commands, guard
from meldpunt.promises.guard import Person, To
from meldpunt.promises.queries import Unreminded, to_remind


@transaction.atomic
def remind(*, by: Actor, now: datetime) -> int:
    """Have everybody told who should know of something, and tell the ledger.  Returns of how many promises.

    Nobody is reminded of the same step twice; where nobody can be reached the ledger says nothing.
    """
    published = policy.current().policy
    listeners = Listeners()
    promises, told = to_remind(now, published.calendar), 0
    knowing = Knowing(one.case for one in promises)
    for promise in promises:
        people = {name: one for name, one in listeners.people.items() if knowing.may(name, promise.case)}
        whom = _whom(promise, people, published, now)
        if listeners.tell(whom, _news(promise, now), published.calendar, now):
            commands.note_reminded(promise, by=by, now=now)
            told += 1
    return told


def _news(promise: Unreminded, now: datetime) -> News:
    what = rules.STEPS[promise.step]
    return News(what, now, promise.case, promise.kind, promise.due_on, promise.late_from, promise.exact)


def _whom(promise: Unreminded, people: dict[str, Person], published: Policy, now: datetime) -> tuple[Person, ...]:
    today = now.astimezone(published.calendar.zone).date()
    if promise.step is To.HANDLER:
        return guard.handlers_for(promise.handler, people, today)
    if promise.step is To.TEAM:
        return guard.team(people, today)
    lead = published.team
    return guard.responsible(lead.responsible_mail, lead.lead, people, today, published.languages[0])


def anybody_to_remind(now: datetime) -> bool:
    """Whether ``remind`` may have anything to do.  Takes no lock."""
    return bool(to_remind(now, policy.current().policy.calendar))
