"""What this room writes to the ledger, in the stream of the case."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PromiseMissed:
    kind: ClassVar[str] = "promise.missed"
    promise: str
    due_on: str
