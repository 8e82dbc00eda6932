"""What this room writes to the ledger, in the stream of the case.  Moments are ISO, UTC.

``side``: ``us`` or ``them``, the reporter.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class EmbargoProposed:
    """``until`` is empty when the proposal is to end it at once."""

    kind: ClassVar[str] = "embargo.proposed"
    until: str
    side: str


@dataclass(frozen=True, slots=True)
class EmbargoAgreed:
    """``side``: who said yes to the other's proposal."""

    kind: ClassVar[str] = "embargo.agreed"
    until: str
    side: str


@dataclass(frozen=True, slots=True)
class EmbargoRefused:
    kind: ClassVar[str] = "embargo.refused"
    side: str


@dataclass(frozen=True, slots=True)
class EmbargoTakenBack:
    """Who had proposed a moment proposes it no longer."""

    kind: ClassVar[str] = "embargo.taken-back"
    side: str


@dataclass(frozen=True, slots=True)
class EmbargoEnded:
    """``how``: ``moment``, ``agreement`` or ``leak``."""

    kind: ClassVar[str] = "embargo.ended"
    how: str


@dataclass(frozen=True, slots=True)
class PartyTold:
    """Somebody else knows.  Who, is sealed."""

    kind: ClassVar[str] = "embargo.party"
    recipient_kind: str
    side: str


@dataclass(frozen=True, slots=True)
class PartyInformed:
    """Somebody who knew was told that the embargo has ended."""

    kind: ClassVar[str] = "embargo.party-informed"
    recipient_kind: str


@dataclass(frozen=True, slots=True)
class LeakReported:
    kind: ClassVar[str] = "leak.reported"
    side: str


@dataclass(frozen=True, slots=True)
class LeakDismissed:
    """We looked at what the reporter saw: it is not in the open."""

    kind: ClassVar[str] = "leak.dismissed"


@dataclass(frozen=True, slots=True)
class PublicationPlanned:
    kind: ClassVar[str] = "publication.planned"
    on: str
    side: str


@dataclass(frozen=True, slots=True)
class PublicationAgreed:
    kind: ClassVar[str] = "publication.agreed"
    on: str
    side: str


@dataclass(frozen=True, slots=True)
class PublicationRefused:
    kind: ClassVar[str] = "publication.refused"
    side: str


@dataclass(frozen=True, slots=True)
class PublicationCalledOff:
    kind: ClassVar[str] = "publication.called-off"


@dataclass(frozen=True, slots=True)
class DraftShared:
    """``digest``: SHA-256 of what the reporter may read now, in hex.  ``which``: 1 for the first of this case."""

    kind: ClassVar[str] = "draft.shared"
    which: int
    digest: str


@dataclass(frozen=True, slots=True)
class DraftCommented:
    kind: ClassVar[str] = "draft.commented"


@dataclass(frozen=True, slots=True)
class PublicationDone:
    """``agreed``: the other side said yes to that moment.  ``changed``: it was not the draft that they saw last."""

    kind: ClassVar[str] = "publication.done"
    credited_as_wished: bool
    agreed: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class HallEntered:
    kind: ClassVar[str] = "hall.entered"


@dataclass(frozen=True, slots=True)
class HallLeft:
    """The name is gone from every page and feed of ours."""

    kind: ClassVar[str] = "hall.left"
