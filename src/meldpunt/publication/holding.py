"""What every command of this room needs: the row of a case, held."""

from datetime import UTC, datetime

from meldpunt.cases.errors import NoSuchCase
from meldpunt.ground.values import CaseRef
from meldpunt.ledger import log
from meldpunt.publication.errors import NotNow
from meldpunt.publication.models import Standing


def hold(ref: CaseRef) -> Standing:
    """Lock this room's row of the case until the transaction ends; the first time it is made."""
    if log.head(ref) == log.NOTHING_BEFORE:
        raise NoSuchCase("There is no case %(ref)s.", ref=ref)
    Standing.objects.get_or_create(pk=ref)
    return Standing.objects.select_for_update().get(pk=ref)


def check_same(meant: datetime | None, proposed: datetime | None) -> None:
    """Whether the proposal that somebody answers is the one that they saw."""
    if meant != proposed:
        raise NotNow("The proposal has changed meanwhile. Please look at it again.")


def iso(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
