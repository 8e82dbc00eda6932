from datetime import date
from decimal import Decimal

import pytest

from meldpunt.triage import cvss4
from meldpunt.triage.errors import BadAssessment, BadVector
from meldpunt.triage.rules import Assessment, Severity, Verdict, check

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    "assessment",
    [
        Assessment(Verdict.CONFIRMED, Severity.HIGH, "", date(2026, 3, 20)),
        Assessment(Verdict.CONFIRMED, Severity.HIGH, "", TODAY),
        Assessment(Verdict.NOT_OURS, None, "", None, "The museum runs this itself."),
        Assessment(Verdict.PARTLY_CONFIRMED, Severity.LOW, "", None, "The supplier has not answered yet.", TODAY),
        Assessment(Verdict.CONFIRMED, Severity.LOW, "", None, "It was switched off.", None, True),
    ],
)
def test_a_verdict_with_a_date_or_a_reason_is_an_assessment(assessment):
    check(assessment, TODAY)


@pytest.mark.parametrize(
    ("assessment", "why"),
    [
        (Assessment(Verdict.CONFIRMED, None, "", date(2026, 3, 20)), "how severe"),
        (Assessment(Verdict.CONFIRMED, Severity.HIGH), "say why there is none"),
        (Assessment(Verdict.NOT_OURS, None, "", None, "  \n"), "say why there is none"),
        (Assessment(Verdict.CONFIRMED, Severity.HIGH, "", date(2026, 3, 20), "because"), "not both"),
        (Assessment(Verdict.CONFIRMED, Severity.HIGH, "", date(2026, 3, 1)), "passed already"),
        (Assessment(Verdict.CONFIRMED, Severity.HIGH, "", date(2126, 3, 1)), "ten years"),
    ],
)
def test_anything_less_is_refused_with_a_reason(assessment, why):
    with pytest.raises(BadAssessment, match=why):
        check(assessment, TODAY)


@pytest.mark.parametrize(
    ("vector", "score", "severity"),
    [
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "9.3", Severity.CRITICAL),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:P", "8.9", Severity.HIGH),
        ("AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", "5.1", Severity.MEDIUM),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", "0.0", Severity.NONE),
    ],
)
def test_scores_of_cvss_4(vector, score, severity):
    assert cvss4.score(f" CVSS:4.0/{vector}\n") == (Decimal(score), severity)


@pytest.mark.parametrize(
    "vector", ["", "x", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:4.0/AV:N", "A" * 100_000]
)
def test_what_is_no_vector_is_refused(vector):
    with pytest.raises(BadVector):
        cvss4.score(vector)
