"""Held letters, tried again: a key that was missing may have come.

For the command line, after ``meldpunt keys import``.  Reading is the opener's work and is done as it does it.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from meldpunt.conversation import holding
from meldpunt.conversation.queries import letterhead
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.intake import commands as intake
from meldpunt.intake import queries as spool
from meldpunt.intake.answers import ReadLetter
from meldpunt.intake.errors import AlreadySettled, NoSuchItem
from meldpunt.intake.letter import Trouble
from meldpunt.intake.queries import Arrived
from meldpunt.intake.rules import Outcome
from meldpunt.works.ahead import Desk
from meldpunt.works.arriving import arrival_of, place_of, vouched
from meldpunt.works.opener import House, receipt_for


def try_again(house: House, *, by: Actor, now: datetime) -> tuple[list[CaseRef], int]:
    """Read every letter again that could not be decrypted.

    Returns the cases of those that open now, and how many still do not.  A letter that a person
    has settled in the meantime is left alone.
    """
    opened, closed = [], 0
    for aside in spool.held():
        if aside.why != Trouble.CANNOT_DECRYPT:
            continue
        try:
            item, found = Desk(house.keys, house.folder).take(aside.token)
            if not isinstance(found, ReadLetter) or found.letter.trouble is Trouble.CANNOT_DECRYPT:
                closed += 1
            elif ref := _settle(item, found, house, by, now):
                opened.append(ref)
        except (AlreadySettled, NoSuchItem):
            continue
    return opened, closed


def _settle(item: Arrived, found: ReadLetter, house: House, by: Actor, now: datetime) -> CaseRef | None:
    """Give a letter that opens now its outcome, and its case if it gets one."""
    letter = found.letter
    if letter.trouble or letter.automatic:
        with transaction.atomic():
            intake.take_up(item.token, by=by, now=now)
            if letter.automatic:
                intake.set_aside(item.token, Outcome.IGNORED, letter.automatic, by=by, now=now)
            else:
                intake.set_aside(item.token, Outcome.HELD, str(letter.trouble), by=by, now=now)
        return None
    place = place_of(letter, house.keys, recipients=item.envelope.recipients)
    found = replace(found, letter=vouched(letter, place, house.keys, by))
    _, ref = holding.open_held(
        arrival_of(item, found, house.keys, house.filing(), now),
        place,
        receipt_for(item),
        letterhead(house.base_url, tagged=house.tagged),
        keys=house.keys,
        by=by,
        now=now,
    )
    return ref
