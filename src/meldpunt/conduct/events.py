"""What this room writes to the ledger, in the stream of the case.  Which condition, and why, rests sealed."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ConductReviewed:
    """A person's review; ``kept``: all conditions were.  ``which``: 1 for the first of this case."""

    kind: ClassVar[str] = "conduct.reviewed"
    kept: bool
    which: int


@dataclass(frozen=True, slots=True)
class SafeHarbourAsked:
    kind: ClassVar[str] = "safe-harbour.asked"


@dataclass(frozen=True, slots=True)
class SafeHarbourGiven:
    """``digest``: SHA-256 of the signed statement, in hex."""

    kind: ClassVar[str] = "safe-harbour.given"
    digest: str


@dataclass(frozen=True, slots=True)
class SafeHarbourRefused:
    """Told to the reporter in a letter of the same transaction."""

    kind: ClassVar[str] = "safe-harbour.refused"


@dataclass(frozen=True, slots=True)
class ConductDisputed:
    """``side``: ``reporter`` or ``organisation``."""

    kind: ClassVar[str] = "conduct.disputed"
    side: str
