"""What this room writes to the ledger, in the stream of the house."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class LetterSetAside:
    """A letter that opened no case and joined none.  ``item`` is its token in the spool."""

    kind: ClassVar[str] = "letter.set-aside"
    item: str
    outcome: str
    why: str
    door: str
    received_at: str


@dataclass(frozen=True, slots=True)
class LetterTakenUp:
    """A held letter went to a case after all; the entry of the case stands in the case's stream."""

    kind: ClassVar[str] = "letter.taken-up"
    item: str


@dataclass(frozen=True, slots=True)
class LetterWaits:
    """A handler looks at a held letter, until a day (ISO)."""

    kind: ClassVar[str] = "letter.waits"
    item: str
    until: str


@dataclass(frozen=True, slots=True)
class LetterAskedAgain:
    """A handler asked the sender of a held letter to send it once more; ``times`` so far."""

    kind: ClassVar[str] = "letter.asked-again"
    item: str
    times: int
