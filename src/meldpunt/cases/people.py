"""Who has which role at the desk, by user name.  The accounts themselves belong to the desk."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from meldpunt.cases.errors import BadRole
from meldpunt.cases.events import RolesSet
from meldpunt.cases.models import HeldRole
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import AT_THE_DESK, Actor, Role, at_the_desk
from meldpunt.ledger import log
from meldpunt.ledger.rows import looks


def actor(person: str) -> Actor:
    """The actor that this person is now: asked anew with every request, so that a role is gone at once."""
    return at_the_desk(person, _roles(role for (role,) in looks(HeldRole, "role", person=person)))


def roles() -> Mapping[str, frozenset[Role]]:
    """The roles of everybody who has any."""
    found: dict[str, set[str]] = defaultdict(set)
    for person, role in looks(HeldRole, "person", "role"):
        found[person].add(role)
    return {person: _roles(held) for person, held in found.items()}


def with_right(right: Right) -> frozenset[str]:
    """The user names of those who have a right by one of their roles."""
    return frozenset(person for person, held in roles().items() if may(at_the_desk(person, held), right))


def _roles(names: Iterable[str]) -> frozenset[Role]:
    held = set(names)
    return frozenset(role for role in AT_THE_DESK if role in held)


@transaction.atomic
def set_roles(person: str, wanted: Iterable[Role], *, by: Actor, now: datetime) -> None:
    """Give somebody these roles and no other.  ``BadRole`` for none, or for one that is not of the desk."""
    roles = frozenset(wanted)
    if not roles or not roles <= frozenset(AT_THE_DESK):
        raise BadRole("Choose at least one role. Somebody who should do nothing is disabled instead.")
    held = HeldRole.objects.select_for_update().filter(person=person)
    if frozenset(held.values_list("role", flat=True)) == roles:
        return
    held.delete()
    HeldRole.objects.bulk_create([HeldRole(person=person, role=role) for role in sorted(roles)])
    log.append(log.HOUSE, RolesSet(person, " ".join(role for role in AT_THE_DESK if role in roles)), by=by, now=now)
