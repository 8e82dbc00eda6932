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
class LetterTakenBack:
    """Who wrote a letter took it back before it went: it kept no promise, and made none.

    ``written_at`` (ISO, UTC) is the moment of the entries that it undoes, by the same person.
    """

    kind: ClassVar[str] = "letter.taken-back"
    written_at: str


@dataclass(frozen=True, slots=True)
class LetterPromised:
    """A person said in a letter of this transaction when the reporter will hear: a clock of its own."""

    kind: ClassVar[str] = "letter.promised"
    due_at: str  # ISO, UTC: the first late moment


@dataclass(frozen=True, slots=True)
class LetterSent:
    """A mail server has taken it over."""

    kind: ClassVar[str] = "letter.sent"
    letter: str


@dataclass(frozen=True, slots=True)
class LetterUndelivered:
    """``why``: the SMTP reply code; ``gave-up``; ``late``, waiting for days; ``bounced``, taken and come back."""

    kind: ClassVar[str] = "letter.undelivered"
    letter: str
    why: str


@dataclass(frozen=True, slots=True)
class LetterAgain:
    """A handler had a letter sent again that could not be delivered.  It keeps no promise a second time."""

    kind: ClassVar[str] = "letter.again"
    letter: str
    about: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class ReportCommitted:
    """``commitment``: SHA-256 over the reporter's salt and the report, in hex.  ``received_at``: ISO, UTC."""

    kind: ClassVar[str] = "report.committed"
    commitment: str
    received_at: str


@dataclass(frozen=True, slots=True)
class UndeliveredNoticed:
    """A handler has seen that letters of this case could not be delivered; ``letters``: how many."""

    kind: ClassVar[str] = "undelivered.noticed"
    letters: int
