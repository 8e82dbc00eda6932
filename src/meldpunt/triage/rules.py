"""Verdicts, severity, and what an assessment must say to keep the first promise.  Pure."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from meldpunt.triage.errors import BadAssessment


class Verdict(StrEnum):
    CONFIRMED = "confirmed"
    PARTLY_CONFIRMED = "partly-confirmed"
    NOT_REPRODUCIBLE = "not-reproducible"
    NOT_A_VULNERABILITY = "not-a-vulnerability"
    KNOWN = "known"
    NOT_OURS = "not-ours"
    ACCEPTED_RISK = "accepted-risk"


class Severity(StrEnum):
    """In words; the bands of CVSS 4.0 have the same names."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


OURS_TO_SOLVE = frozenset({Verdict.CONFIRMED, Verdict.PARTLY_CONFIRMED})


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a person found.  ``expected_on`` is a local day, or ``why_no_date`` says why there is none."""

    verdict: Verdict
    severity: Severity | None = None
    vector: str = field(default="", repr=False)
    expected_on: date | None = None
    why_no_date: str = field(default="", repr=False)


def check(assessment: Assessment, today: date) -> None:
    """Refuse what would not keep the promise, or contradicts itself.  ``today`` is the organisation's."""
    if assessment.verdict in OURS_TO_SOLVE and assessment.severity is None:
        raise BadAssessment("Please say how severe it is.")
    if assessment.expected_on and assessment.why_no_date.strip():
        raise BadAssessment("Give an expected date, or the reason why there is none; not both.")
    if not assessment.expected_on and not assessment.why_no_date.strip():
        raise BadAssessment("Give the date on which you expect it to be solved, or say why there is none.")
    if assessment.expected_on and assessment.expected_on < today:
        raise BadAssessment("The expected date has passed already.")
    if assessment.expected_on and assessment.expected_on.year > today.year + 10:
        raise BadAssessment("The expected date is more than ten years away.")
