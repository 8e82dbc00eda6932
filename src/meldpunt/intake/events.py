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
