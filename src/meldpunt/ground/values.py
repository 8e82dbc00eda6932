"""Small words shared by every room."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

CaseRef = NewType("CaseRef", str)
Fingerprint = NewType("Fingerprint", str)  # OpenPGP primary key, upper-case hex


class Language(StrEnum):
    DUTCH = "nl"
    ENGLISH = "en"


class Role(StrEnum):
    """In which capacity somebody acts.  What each may do stands in ``ground.rights``."""

    REPORTER = "reporter"
    OWNER = "owner"  # of a system: sees the cases given to them, never who reported
    HANDLER = "handler"
    LEAD = "lead"  # of the handlers: sees every case, gives and takes
    COUNSEL = "counsel"
    PRIVACY_OFFICER = "privacy-officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    NOBODY = "nobody"  # an account without a role
    OPERATOR = "operator"  # whoever has the command line
    MACHINE = "machine"  # opener, post, tick: an automatic act, never a promise kept


# Whoever has several roles acts, as the ledger has it, in the first of these
AT_THE_DESK = (
    Role.HANDLER,
    Role.LEAD,
    Role.COUNSEL,
    Role.PRIVACY_OFFICER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting, and in which capacity.

    ``name`` is an internal name (``hanna``, ``opener``), never a reporter's:
    a reporter acts as ``REPORTER``, an owner of a system as ``OWNER``.  ``also``: the other
    roles that the same person has.
    """

    role: Role
    name: str
    also: frozenset[Role] = frozenset()

    def __str__(self) -> str:
        return f"{self.role}:{self.name}"

    @property
    def roles(self) -> frozenset[Role]:
        return self.also | {self.role}


def at_the_desk(name: str, roles: Iterable[Role]) -> Actor:
    """The actor that somebody with these roles is; without any they are nobody."""
    held = frozenset(roles)
    first = next((role for role in AT_THE_DESK if role in held), Role.NOBODY)
    return Actor(first, name, held - {first})


REPORTER = Actor(Role.REPORTER, "reporter")
OWNER = Actor(Role.OWNER, "owner")
