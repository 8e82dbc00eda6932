"""An entry of the ledger becomes a notice to whom it concerns.

Who did it themselves is not told of it.  What concerns one case goes to who handles it, or stands in for them; what
nobody has yet, to everybody who is here and may know of it.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from meldpunt.cases.handlers import Knowing, handler_of
from meldpunt.ground import values
from meldpunt.ground.values import Actor
from meldpunt.ledger import log
from meldpunt.ledger.log import Told
from meldpunt.notices import commands
from meldpunt.notices.rules import What
from meldpunt.notices.telling import Listeners, News
from meldpunt.policy import queries as policy
from meldpunt.promises import guard

FOLLOWER = "notices"
NEWS: Mapping[str, What] = MappingProxyType(
    {
        "case.opened": What.CASE,
        "reporter.wrote": What.MESSAGE,
        "fix.disputed": What.DISPUTED,
        "letter.undelivered": What.UNDELIVERED,
        "letter.set-aside": What.HELD,
        "owner.wrote": What.OWNER,
        "owner.proposed": What.OWNER,
        "owner.solved": What.OWNER,
        "owner.gave-back": What.OWNER,
    }
)
GONE = "handler.disabled"  # told by the desk: who may not sign in hears of nothing any more
HEARS = frozenset({*NEWS, GONE})
AT_THE_DESK = tuple(f"{role}:" for role in values.AT_THE_DESK)  # how the ledger says that one of us did it
HELD = "held"  # the outcome of a letter that waits in the held box


@transaction.atomic(savepoint=False)
def hear(told: Told, *, by: Actor, now: datetime) -> None:
    """Answer one entry of the ledger."""
    if told.kind == GONE:
        commands.leave(told.facts["username"], by=by, now=now)
    elif what := _what(told):
        listeners = Listeners()
        if listeners.anybody_for_news():
            _tell(told, what, listeners, now)


def _what(told: Told) -> What | None:
    if told.kind == "letter.set-aside" and told.facts["outcome"] != HELD:
        return None
    return NEWS.get(told.kind)


def _tell(told: Told, what: What, listeners: Listeners, now: datetime) -> None:
    calendar = policy.current().policy.calendar
    case = "" if told.stream == log.HOUSE else told.stream
    today = now.astimezone(calendar.zone).date()
    knowing, actor = Knowing([case]), told.by.partition(":")[2] if told.by.startswith(AT_THE_DESK) else ""
    others = {name: one for name, one in listeners.people.items() if name != actor and knowing.may(name, case)}
    whom = guard.handlers_for(handler_of(case) if case else "", others, today)
    listeners.tell(whom, News(what, told.at, case), calendar, now)
