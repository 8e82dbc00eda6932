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
