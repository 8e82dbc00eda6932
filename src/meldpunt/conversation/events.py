"""What this room writes to the ledger, in the stream of the case."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class LetterWritten:
    """``about``: acknowledgement, receipt, assessment, reply.  ``automatic`` ones never keep a promise."""

    kind: ClassVar[str] = "letter.written"
    letter: str
    about: str
    mode: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class LetterSent:
    """A mail server has taken it over."""

    kind: ClassVar[str] = "letter.sent"
    letter: str


@dataclass(frozen=True, slots=True)
class LetterUndelivered:
    """``why``: the SMTP reply code, ``gave-up``, or ``bounced`` when it was taken and came back."""

    kind: ClassVar[str] = "letter.undelivered"
    letter: str
    why: str


@dataclass(frozen=True, slots=True)
class UndeliveredNoticed:
    """A handler has seen that letters of this case could not be delivered; ``letters``: how many."""

    kind: ClassVar[str] = "undelivered.noticed"
    letters: int
