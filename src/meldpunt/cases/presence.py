"""Who has a case open at this moment, so that two people do not begin on the same thing.

Kept for a few minutes, by user name and reference, and told to nobody but those who may see that case.  It is no
fact about the case, so the ledger does not hear of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from meldpunt.cases import access
from meldpunt.cases.models import Case, Present
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import change, every, insert, lightly

STAYS = timedelta(minutes=5)  # after the last look
ANEW = timedelta(seconds=15)  # so often at most is it written down


class Doing(StrEnum):
    LOOKING = "looking"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class There:
    """Somebody else who has the case open; ``at``: when they last asked for something of it."""

    who: str
    doing: Doing
    at: datetime


def look_in(ref: CaseRef, doing: Doing, *, by: Actor, now: datetime) -> tuple[There, ...]:
    """Say that one is there; who else is, the last one first.  ``NoSuchCase`` for who may not see the case."""
    case = access.row(by, ref)
    rows = [row for row in every(Present, "-at", case_id=case.pk) if row.at > now - STAYS]
    mine = next((row for row in rows if row.person == by.name), None)
    if mine is None or mine.doing != doing or now - mine.at >= ANEW:
        _note(case, doing, by=by, now=now)
    return tuple(There(row.person, Doing(row.doing), row.at) for row in rows if row is not mine)


def _note(case: Case, doing: Doing, *, by: Actor, now: datetime) -> None:
    """A page that somebody reads must not wait for the disk because they read it."""
    with lightly():
        if not change(Present, {"doing": doing, "at": now}, case_id=case.pk, person=by.name):
            insert(Present(case=case, person=by.name, doing=doing, at=now), or_ignore=True)


@transaction.atomic
def forget_present(*, by: Actor, now: datetime) -> int:
    """Remove those who have left.  Returns how many."""
    return Present.objects.filter(at__lte=now - STAYS).delete()[0]
