"""What this room writes to the ledger, in the stream of the house."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ScoreDrawn:
    """The public score changed.  ``digest``: SHA-256 of it, in hex; ``entries``: of the log, that it was drawn from."""

    kind: ClassVar[str] = "score.drawn"
    digest: str
    entries: int
