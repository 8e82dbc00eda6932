"""For whom a case is, and who handles it.  Commands as in ``commands.py``.

for everybody who works on reports  --restrict-->  for named people, and the leads
                                    <--open_up--
"""

from datetime import datetime

from django.db import transaction

from meldpunt.cases import access, commands, people
from meldpunt.cases.errors import BadPerson, NotForNamed
from meldpunt.cases.events import CaseForAll, CaseForNamed, CaseGiven, CaseReleased, CaseTakenFrom
from meldpunt.cases.models import Case, Given
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import AT_THE_DESK, Actor, CaseRef
from meldpunt.ledger import log


@transaction.atomic
def restrict(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """From now on only for who does this, who handles it, and the leads; to everybody else it does not exist."""
    case = _hold(ref, by)
    if case.named_only:
        return
    case.named_only = True
    case.save(update_fields=["named_only"])
    log.append(ref, CaseForNamed(), by=by, now=now)
    for person in dict.fromkeys(filter(None, (by.name if by.role in AT_THE_DESK else "", case.handler))):
        _give(case, person, by=by, now=now)


@transaction.atomic
def open_up(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """For everybody again; only a lead does that."""
    case = _hold(ref, by)
    access.check(by, Right.EVERY_CASE)
    if not case.named_only:
        return
    case.named_only = False
    case.save(update_fields=["named_only"])
    Given.objects.filter(case=case).delete()
    log.append(ref, CaseForAll(), by=by, now=now)


@transaction.atomic
def give(ref: CaseRef, person: str, *, by: Actor, now: datetime) -> None:
    """Let somebody see a case that is for named people.  ``NotForNamed``, ``BadPerson``."""
    case = _hold(ref, by)
    _check_named(case)
    _check_person(person, Right.CASE)
    _give(case, person, by=by, now=now)


@transaction.atomic
def take_from(ref: CaseRef, person: str, *, by: Actor, now: datetime) -> None:
    """The case is not for this person any more.  Not for its handler: somebody else handles it first."""
    case = _hold(ref, by)
    _check_named(case)
    if person == case.handler:
        raise BadPerson("%(person)s handles this case. Give it to somebody else to handle first.", person=person)
    if Given.objects.filter(case=case, person=person).delete()[0]:
        log.append(ref, CaseTakenFrom(person), by=by, now=now)


@transaction.atomic
def assign(ref: CaseRef, person: str, *, by: Actor, now: datetime) -> None:
    """Make the case somebody's to handle; a case for named people is theirs to see from then on."""
    case = _hold(ref, by)
    _check_person(person, Right.WORK)
    if case.named_only:
        _give(case, person, by=by, now=now)
    commands.give(ref, person, by=by, now=now)


@transaction.atomic
def release(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """Nobody handles the case any more: who did cannot.  Somebody has to take it."""
    case = Case.objects.select_for_update().get(ref=ref)
    if case.handler:
        case.handler = ""
        case.save(update_fields=["handler"])
        log.append(ref, CaseReleased(), by=by, now=now)


@transaction.atomic
def take_all_from(person: str, *, by: Actor, now: datetime) -> None:
    """No case for named people is for this person any more."""
    rows = Given.objects.filter(person=person)
    for ref in rows.values_list("case__ref", flat=True):
        log.append(ref, CaseTakenFrom(person), by=by, now=now)
    rows.delete()


def audience(viewer: Actor, ref: CaseRef) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    """Whether the case is for named people; to whom it was given; and the leads, who see it anyhow."""
    case = access.row(viewer, ref)
    if not case.named_only:
        return False, (), ()
    given = Given.objects.filter(case=case).order_by("person").values_list("person", flat=True)
    return True, tuple(given), tuple(sorted(people.with_right(Right.EVERY_CASE)))


def _give(case: Case, person: str, *, by: Actor, now: datetime) -> None:
    if Given.objects.get_or_create(case=case, person=person, defaults={"at": now})[1]:
        log.append(case.ref, CaseGiven(person), by=by, now=now)


def _hold(ref: CaseRef, by: Actor) -> Case:
    access.admit(by, ref, Right.GIVE)
    return Case.objects.select_for_update().get(ref=ref)


def _check_named(case: Case) -> None:
    if not case.named_only:
        raise NotForNamed("This case is for everybody who works on reports.")


def _check_person(person: str, right: Right) -> None:
    if not may(people.actor(person), right):
        raise BadPerson("Choose a colleague who works on reports.")
