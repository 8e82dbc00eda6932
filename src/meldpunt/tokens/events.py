"""What this room tells the ledger.  ``token``: its public name."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class TokenMade:
    """``until``: ISO, UTC."""

    kind: ClassVar[str] = "token.made"
    token: str
    holder: str
    scope: str
    until: str


@dataclass(frozen=True, slots=True)
class TokenUsed:
    """For the first time on this day (ISO, UTC)."""

    kind: ClassVar[str] = "token.used"
    token: str
    holder: str
    on: str


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    kind: ClassVar[str] = "token.revoked"
    token: str
    holder: str


@dataclass(frozen=True, slots=True)
class TokenActed:
    """In the stream of a case: the act before it, of the same transaction, was done with a program."""

    kind: ClassVar[str] = "token.acted"
    token: str
    act: str
