"""What this room writes to the ledger, in the stream of the house."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class PolicyPublished:
    """From now on the organisation asks and promises what this version says."""

    kind: ClassVar[str] = "policy.published"
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class PolicyProposed:
    """Somebody of the organisation would change the policy to the text with this digest."""

    kind: ClassVar[str] = "policy.proposed"
    proposal: int
    digest: str


@dataclass(frozen=True, slots=True)
class PolicyApproved:
    """A proposal has become this version; whoever did it may be its second person."""

    kind: ClassVar[str] = "policy.approved"
    proposal: int
    version: int


@dataclass(frozen=True, slots=True)
class PolicyWithdrawn:
    """A proposal will not become a version."""

    kind: ClassVar[str] = "policy.withdrawn"
    proposal: int
