"""Who at the desk is reminded, by which address, and who stands in for whom."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction

from meldpunt.ground.values import Actor
from meldpunt.ledger import log
from meldpunt.promises.errors import BadAbsence, BadAddress
from meldpunt.promises.events import ColleagueAbsent, ColleagueReachable
from meldpunt.promises.guard import Person
from meldpunt.promises.models import Colleague


def everybody() -> dict[str, Person]:
    """All of them, by user name."""
    rows = Colleague.objects.order_by("name")
    return {row.name: Person(row.name, row.address, row.language, row.absent_until, row.cover) for row in rows}


@transaction.atomic
def set_address(name: str, address: str, language: str, *, by: Actor, now: datetime) -> None:
    """Where a colleague's reminders go; nowhere when ``address`` is empty.  ``BadAddress``."""
    address = address.strip()
    if address and not _is_address(address):
        raise BadAddress("That is not a mail address.")
    Colleague.objects.update_or_create(name=name, defaults={"address": address, "language": language})
    log.append(log.HOUSE, ColleagueReachable(name, bool(address)), by=by, now=now)


def _is_address(text: str) -> bool:
    try:
        MaxLengthValidator(254)(text)
        validate_email(text)
    except ValidationError:
        return False
    return True


@transaction.atomic
def set_absence(name: str, until: date | None, cover: str, today: date, *, by: Actor, now: datetime) -> None:
    """A colleague is away up to and with ``until`` (a local day), and ``cover`` stands in; ``None``: they are back.

    ``BadAbsence`` when the day has passed, or nobody, or only they themselves, would stand in.
    """
    if until and until < today:
        raise BadAbsence("That day has passed already.")
    if until and (cover == name or not cover):
        raise BadAbsence("Say who stands in for you.")
    cover = cover if until else ""
    Colleague.objects.update_or_create(name=name, defaults={"absent_until": until, "cover": cover})
    log.append(log.HOUSE, ColleagueAbsent(name, until.isoformat() if until else "", cover), by=by, now=now)


@transaction.atomic
def leave(name: str, *, by: Actor, now: datetime) -> None:
    """Somebody sits at the desk no more: nothing reaches them."""
    if Colleague.objects.filter(name=name).delete()[0]:
        log.append(log.HOUSE, ColleagueReachable(name, False), by=by, now=now)
