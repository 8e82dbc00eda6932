"""What this room writes to the ledger, in the stream of the case.  Codes and moments, no names."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    kind: ClassVar[str] = "consent.asked"
    scope: str
    recipient_kind: str


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """``until`` is ISO, UTC, or empty when no end was named."""

    kind: ClassVar[str] = "consent.given"
    scope: str
    recipient_kind: str
    until: str


@dataclass(frozen=True, slots=True)
class ConsentDeclined:
    kind: ClassVar[str] = "consent.declined"
    recipient_kind: str


@dataclass(frozen=True, slots=True)
class ConsentNarrowed:
    kind: ClassVar[str] = "consent.narrowed"
    scope: str
    recipient_kind: str
    until: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """``called_back``: how many letters that would have told somebody were stopped in the outbox."""

    kind: ClassVar[str] = "consent.withdrawn"
    recipient_kind: str
    called_back: int


@dataclass(frozen=True, slots=True)
class DataShared:
    kind: ClassVar[str] = "data.shared"
    what: str
    recipient_kind: str
    ground: str


@dataclass(frozen=True, slots=True)
class CreditWished:
    kind: ClassVar[str] = "credit.wished"
    wish: str


@dataclass(frozen=True, slots=True)
class CreditAsked:
    kind: ClassVar[str] = "credit.asked"


@dataclass(frozen=True, slots=True)
class CreditConfirmed:
    kind: ClassVar[str] = "credit.confirmed"
    wish: str


@dataclass(frozen=True, slots=True)
class CreditWithdrawn:
    kind: ClassVar[str] = "credit.withdrawn"


@dataclass(frozen=True, slots=True)
class ForgettingAsked:
    """The reporter asks that we erase who they are."""

    kind: ClassVar[str] = "identity.erasure-asked"


@dataclass(frozen=True, slots=True)
class IdentityErased:
    """The identity key of the case was destroyed.  What was reported stays."""

    kind: ClassVar[str] = "identity.erased"


@dataclass(frozen=True, slots=True)
class ForgettingDeclined:
    """Not erased; the reason is in a letter."""

    kind: ClassVar[str] = "identity.erasure-declined"


@dataclass(frozen=True, slots=True)
class DataNoted:
    """A handler wrote down whether data was touched; what, is sealed."""

    kind: ClassVar[str] = "erasure.noted"
    touched: bool


@dataclass(frozen=True, slots=True)
class ErasureAsked:
    kind: ClassVar[str] = "erasure.asked"


@dataclass(frozen=True, slots=True)
class ErasureReminded:
    kind: ClassVar[str] = "erasure.reminded"
    which: int


@dataclass(frozen=True, slots=True)
class ErasureAttested:
    """``by``: reporter, or the handler for them; ``how``: page or letter.  ``obtained``: whether there was any."""

    kind: ClassVar[str] = "erasure.attested"
    by: str
    how: str
    obtained: bool


@dataclass(frozen=True, slots=True)
class ErasureGivenUp:
    kind: ClassVar[str] = "erasure.given-up"


@dataclass(frozen=True, slots=True)
class BreachAware:
    """The 72 hours run from ``at`` (ISO, UTC)."""

    kind: ClassVar[str] = "breach.aware"
    at: str


@dataclass(frozen=True, slots=True)
class BreachAssessed:
    kind: ClassVar[str] = "breach.assessed"
    decision: str
    in_time: bool


@dataclass(frozen=True, slots=True)
class CaseHandedOver:
    """``identity``: who reported went along; ``way``: as a mail, or as a file."""

    kind: ClassVar[str] = "case.handed-over"
    to_kind: str
    identity: bool
    way: str
