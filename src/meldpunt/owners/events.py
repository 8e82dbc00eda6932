"""What this room writes to the ledger, in the stream of the case.  ``owner``: the invitation's id, no name."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class OwnerInvited:
    kind: ClassVar[str] = "owner.invited"
    owner: str
    recipient_kind: str


@dataclass(frozen=True, slots=True)
class OwnerLinkRenewed:
    """They have a new link; the old one is dead."""

    kind: ClassVar[str] = "owner.link-renewed"
    owner: str


@dataclass(frozen=True, slots=True)
class OwnerArrived:
    """Somebody has shown the link and a code that went to the invited address: for the first time."""

    kind: ClassVar[str] = "owner.arrived"
    owner: str


@dataclass(frozen=True, slots=True)
class OwnerTold:
    """A person at the desk wrote to the owner.  ``technical``: what must be solved was changed."""

    kind: ClassVar[str] = "owner.told"
    owner: str
    technical: bool


@dataclass(frozen=True, slots=True)
class OwnerWrote:
    kind: ClassVar[str] = "owner.wrote"
    owner: str


@dataclass(frozen=True, slots=True)
class OwnerProposed:
    """``on``: a local day, ISO."""

    kind: ClassVar[str] = "owner.proposed"
    owner: str
    on: str


@dataclass(frozen=True, slots=True)
class OwnerAnswered:
    """Whether the day that the owner proposed counts."""

    kind: ClassVar[str] = "owner.answered"
    owner: str
    on: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class OwnerSolved:
    """The owner says that it was solved on that day.  It is no fix before a handler says so: ``fix.landed``."""

    kind: ClassVar[str] = "owner.solved"
    owner: str
    on: str


@dataclass(frozen=True, slots=True)
class OwnerGaveBack:
    kind: ClassVar[str] = "owner.gave-back"
    owner: str


@dataclass(frozen=True, slots=True)
class OwnerAskedAgain:
    kind: ClassVar[str] = "owner.asked-again"
    owner: str


@dataclass(frozen=True, slots=True)
class OwnerNoticed:
    """A handler has read what the owner wrote."""

    kind: ClassVar[str] = "owner.noticed"
    owner: str


@dataclass(frozen=True, slots=True)
class OwnerReminded:
    """An automatic mail: their day comes near."""

    kind: ClassVar[str] = "owner.reminded"
    owner: str
    due_on: str


@dataclass(frozen=True, slots=True)
class OwnerWithdrawn:
    """Their link opens nothing any more."""

    kind: ClassVar[str] = "owner.withdrawn"
    owner: str
