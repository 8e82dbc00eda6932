"""What this room writes to the ledger, in the stream of the case."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class CaseAssessed:
    """A person's assessment, told to the reporter in a letter of the same transaction.

    ``expected_on`` is an ISO day or empty; then the letter says why, and where there must be a date,
    ``date_by`` is the ISO day by which it will be named.  ``again``: not the first of this case.
    """

    kind: ClassVar[str] = "case.assessed"
    verdict: str
    severity: str
    expected_on: str
    handler: str
    policy_version: int
    again: bool
    date_by: str = ""


@dataclass(frozen=True, slots=True)
class NeedsMoreAsked:
    """A person asked what a report lacks; no clock stops.  ``weakness``: of what kind the question is."""

    kind: ClassVar[str] = "needs-more.asked"
    weakness: str


@dataclass(frozen=True, slots=True)
class DuplicateLinked:
    """In the stream of each of the two.  ``earlier``: this one came first; then the rest is empty.

    ``commitment`` and ``received_at`` (ISO, UTC) are those of the earlier report, so that the log of the later one
    says for ever which report it was.  Nothing in it names the other case.
    """

    kind: ClassVar[str] = "duplicate.linked"
    earlier: bool
    commitment: str = ""
    received_at: str = ""


@dataclass(frozen=True, slots=True)
class DuplicateParted:
    """It was no duplicate of that one after all."""

    kind: ClassVar[str] = "duplicate.parted"
    earlier: bool


@dataclass(frozen=True, slots=True)
class CheckAsked:
    """The earlier reporter is asked whether who reported the same later may check it."""

    kind: ClassVar[str] = "duplicate.check-asked"


@dataclass(frozen=True, slots=True)
class CheckAllowed:
    kind: ClassVar[str] = "duplicate.check-allowed"


@dataclass(frozen=True, slots=True)
class CheckDeclined:
    kind: ClassVar[str] = "duplicate.check-declined"


@dataclass(frozen=True, slots=True)
class DuplicateOpened:
    """In the stream of the later one: its reporter can read the earlier report, and check it."""

    kind: ClassVar[str] = "duplicate.opened"
