"""What this room writes to the ledger, in the stream of the case."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PromiseMissed:
    kind: ClassVar[str] = "promise.missed"
    promise: str
    due_on: str


@dataclass(frozen=True, slots=True)
class PromiseReminded:
    """``to``: how far up the reminder went, as a number: 1 the handler, 2 the desk, 3 who is responsible."""

    kind: ClassVar[str] = "promise.reminded"
    promise: str
    due_on: str
    to: int


@dataclass(frozen=True, slots=True)
class ColleagueReachable:
    """Somebody at the desk can be reminded by mail, or no longer."""

    kind: ClassVar[str] = "colleague.reachable"
    name: str
    by_mail: bool


@dataclass(frozen=True, slots=True)
class ColleagueAbsent:
    """``until``: the last local day away, ISO; empty when they are back."""

    kind: ClassVar[str] = "colleague.absent"
    name: str
    until: str
    cover: str
