"""What this room writes to the ledger, in the stream of the house."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PolicyPublished:
    """From now on the organisation asks and promises what this version says."""

    kind: ClassVar[str] = "policy.published"
    version: int
    digest: str
