"""What this room writes to the ledger, in the stream of the case.  Days are ISO, and local."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FixMoved:
    """The expected date changed from ``was`` (empty when there was none); the letter of the transaction says why."""

    kind: ClassVar[str] = "fix.moved"
    expected_on: str
    was: str
    reason_given: bool = True


@dataclass(frozen=True, slots=True)
class FixLanded:
    """Solved on that day, as a handler told the reporter in a letter of the same transaction."""

    kind: ClassVar[str] = "fix.landed"
    on: str


@dataclass(frozen=True, slots=True)
class RetestAsked:
    """The reporter was asked to try again."""

    kind: ClassVar[str] = "retest.asked"


@dataclass(frozen=True, slots=True)
class RetestConfirmed:
    """``how``: ``reporter``, ``handler``, or ``nobody-answered``."""

    kind: ClassVar[str] = "retest.confirmed"
    how: str


@dataclass(frozen=True, slots=True)
class FixDisputed:
    """The reporter tried again, and it is still there."""

    kind: ClassVar[str] = "fix.disputed"


@dataclass(frozen=True, slots=True)
class FixReopened:
    """It was not solved after all; there is a new date at once."""

    kind: ClassVar[str] = "fix.reopened"
    expected_on: str


@dataclass(frozen=True, slots=True)
class ReportClosed:
    """``why`` as in ``rules.Why``."""

    kind: ClassVar[str] = "report.closed"
    why: str


@dataclass(frozen=True, slots=True)
class ReportReopened:
    kind: ClassVar[str] = "report.reopened"


@dataclass(frozen=True, slots=True)
class ReportNoticed:
    """A handler has read what came after the report was closed, and left it closed."""

    kind: ClassVar[str] = "report.noticed"
