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
    """What a person found.  ``expected_on`` is a local day, or ``why_no_date`` says why there is none.

    ``date_by``: the local day before whose end the expected date will be named, where it cannot be yet.
    ``none_needed``: a weakness of ours that needs no date, because it is gone already.
    """

    verdict: Verdict
    severity: Severity | None = None
    vector: str = field(default="", repr=False)
    expected_on: date | None = None
    why_no_date: str = field(default="", repr=False)
    date_by: date | None = None
    none_needed: bool = False


def check(assessment: Assessment, today: date) -> None:
    """Refuse what would not keep the promise, or contradicts itself.  ``today`` is the organisation's."""
    if assessment.verdict in OURS_TO_SOLVE and assessment.severity is None:
        raise BadAssessment("Please say how severe it is.")
    if assessment.expected_on and assessment.why_no_date.strip():
        raise BadAssessment("Give an expected date, or the reason why there is none; not both.")
    if not assessment.expected_on and not assessment.why_no_date.strip():
        raise BadAssessment("Give the date on which you expect it to be solved, or say why there is none.")
    _check_date_by(assessment)
    for day in (assessment.expected_on, assessment.date_by):
        if day and day < today:
            raise BadAssessment("The expected date has passed already.")
        if day and day.year > today.year + 10:
            raise BadAssessment("The expected date is more than ten years away.")


def _check_date_by(assessment: Assessment) -> None:
    """What we will solve gets a date, now or on a day that is named: P1 is then kept in part, and visibly so."""
    needed = assessment.verdict in OURS_TO_SOLVE and not assessment.expected_on and not assessment.none_needed
    if needed and not assessment.date_by:
        raise BadAssessment("Say by which day you will be able to name the expected date, or that none is needed.")
    if assessment.date_by and not needed:
        raise BadAssessment("A day for naming the date belongs to a weakness that will be solved and has no date yet.")
