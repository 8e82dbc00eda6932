"""The roles of those who have an account at the desk: commands over ``cases.people``.

Somebody has to be able to say who may sit at the desk, so the last administrator stays one.
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from meldpunt.cases import giving, people
from meldpunt.desk.errors import LastAdministrator, NoSuchHandler, RolesMoved
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import Actor, Role, at_the_desk
from meldpunt.ledger import rows
from meldpunt.promises import commands as promises

FOR_A_HOUSE_OF_ONE = (Role.HANDLER, Role.LEAD, Role.ADMINISTRATOR)


@transaction.atomic
def set_roles(
    username: str, wanted: Iterable[Role], *, by: Actor, now: datetime, was: Iterable[str] | None = None
) -> None:
    """Give somebody these roles and no other; at once, also where they are signed in.

    ``was``: what they were when the page was read, if there was one.
    Refusals: ``NoSuchHandler``, ``BadRole``, ``LastAdministrator``, ``RolesMoved``.
    """
    roles = frozenset(wanted)
    names = set(User.objects.select_for_update().values_list("username", flat=True))
    if username not in names:
        raise NoSuchHandler("No handler called %(username)s.", username=username)
    if was is not None and {str(role) for role in people.roles().get(username, ())} != set(was):
        raise RolesMoved("Somebody else changed these roles after you opened the page. They are shown as they are now.")
    if Role.ADMINISTRATOR not in roles:
        keep_an_administrator(username)
    people.set_roles(username, roles, by=by, now=now)
    let_go(username, at_the_desk(username, roles), by=by, now=now)


@transaction.atomic
def let_go(username: str, actor: Actor, *, by: Actor, now: datetime) -> None:
    """Whoever may not work on cases any more holds none: nothing waits for somebody who does not come."""
    if not may(actor, Right.WORK):
        promises.release_all(username, by=by, now=now)
    if not may(actor, Right.CASE):
        giving.take_all_from(username, by=by, now=now)


@transaction.atomic
def first_roles(username: str, wanted: Iterable[Role], *, by: Actor, now: datetime) -> None:
    """The roles of a new account; where nobody is administrator yet, unless said otherwise, everything."""
    roles = tuple(wanted)
    if not roles:
        roles = (Role.HANDLER,) if people.with_right(Right.PEOPLE) else FOR_A_HOUSE_OF_ONE
    people.set_roles(username, roles, by=by, now=now)


def active_with(*rights: Right) -> dict[Right, frozenset[str]]:
    """By right, the user names of those who have it and can sign in."""
    active = [name for (name,) in rows.looks(User, "username", is_active=True)]
    held = people.roles()
    return {
        right: frozenset(name for name in active if may(at_the_desk(name, held.get(name, ())), right))
        for right in rights
    }


def keep_an_administrator(without: str) -> None:
    """``LastAdministrator`` when nobody who can sign in would be one any more."""
    administrators = people.with_right(Right.PEOPLE)
    if without not in administrators:
        return
    others = User.objects.filter(is_active=True, username__in=administrators - {without})
    if not others.exists():
        raise LastAdministrator("%(name)s is the last administrator. Make somebody else one first.", name=without)
