"""Small words shared by every room."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

CaseRef = NewType("CaseRef", str)
Fingerprint = NewType("Fingerprint", str)  # OpenPGP primary key, upper-case hex


class Language(StrEnum):
    DUTCH = "nl"
    ENGLISH = "en"


class Role(StrEnum):
    REPORTER = "reporter"
    HANDLER = "handler"
    OWNER = "owner"  # of a system: sees the technical part of one case
    OPERATOR = "operator"  # whoever has the command line
    MACHINE = "machine"  # opener, post, tick: an automatic act, never a promise kept


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting, and in which capacity.

    ``name`` is an internal name (``hanna``, ``opener``), never a reporter's:
    a reporter acts as ``REPORTER``, an owner of a system as ``OWNER``.
    """

    role: Role
    name: str

    def __str__(self) -> str:
        return f"{self.role}:{self.name}"


REPORTER = Actor(Role.REPORTER, "reporter")
OWNER = Actor(Role.OWNER, "owner")
