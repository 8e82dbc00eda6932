"""The roles of those who have an account at the desk: commands over ``cases.people``.

Somebody has to be able to say who may sit at the desk, so the last administrator stays one.
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from meldpunt.cases import people
from meldpunt.desk.errors import LastAdministrator, NoSuchHandler
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, Role

FOR_A_HOUSE_OF_ONE = (Role.HANDLER, Role.LEAD, Role.ADMINISTRATOR)


@transaction.atomic
def set_roles(username: str, wanted: Iterable[Role], *, by: Actor, now: datetime) -> None:
    """Give somebody these roles and no other; at once, also where they are signed in.

    Refusals: ``NoSuchHandler``, ``BadRole``, ``LastAdministrator``.
    """
    roles = frozenset(wanted)
    names = set(User.objects.select_for_update().values_list("username", flat=True))
    if username not in names:
        raise NoSuchHandler("No handler called %(username)s.", username=username)
    if Role.ADMINISTRATOR not in roles:
        keep_an_administrator(username)
    people.set_roles(username, roles, by=by, now=now)


@transaction.atomic
def first_roles(username: str, wanted: Iterable[Role], *, by: Actor, now: datetime) -> None:
    """The roles of a new account; where nobody is administrator yet, unless said otherwise, everything."""
    roles = tuple(wanted)
    if not roles:
        roles = (Role.HANDLER,) if people.with_right(Right.PEOPLE) else FOR_A_HOUSE_OF_ONE
    people.set_roles(username, roles, by=by, now=now)


def keep_an_administrator(without: str) -> None:
    """``LastAdministrator`` when nobody who can sign in would be one any more."""
    administrators = people.with_right(Right.PEOPLE)
    if without not in administrators:
        return
    others = User.objects.filter(is_active=True, username__in=administrators - {without})
    if not others.exists():
        raise LastAdministrator("%(name)s is the last administrator. Make somebody else one first.", name=without)
