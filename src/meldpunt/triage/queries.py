"""The draft of the letter that tells an assessment."""

from meldpunt.cases import queries as cases
from meldpunt.conversation import letters
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.values import Actor, CaseRef, Language
from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.triage import cvss4
from meldpunt.triage.rules import Assessment, Severity
from meldpunt.vault.keyring import VaultKeys

SEVERITY_WORDS = {
    Language.DUTCH: {
        Severity.NONE: "geen",
        Severity.LOW: "laag",
        Severity.MEDIUM: "gemiddeld",
        Severity.HIGH: "hoog",
        Severity.CRITICAL: "kritiek",
    },
    Language.ENGLISH: {severity: severity.value for severity in Severity},
}


def draft(viewer: Actor, ref: CaseRef, assessment: Assessment, letterhead: Letterhead, *, keys: VaultKeys) -> str:
    """The letter to edit, in the reporter's language.  ``BadVector`` when the vector is none."""
    case = cases.case_for(viewer, ref, keys)
    reporter = cases.reporter_of(viewer, ref, keys)
    zone = policy.version(case.policy_version).policy.calendar.zone
    language = Language(case.language)
    expected = assessment.expected_on and words.due_in_words(assessment.expected_on, zone, language)
    facts = {
        "reference": ref,
        "name": reporter.name,
        **letterhead.words_in(language),
        "verdict": assessment.verdict,
        "severity": assessment.severity and SEVERITY_WORDS[language][assessment.severity],
        "score": cvss4.score(assessment.vector)[0] if assessment.vector else "",
        "expected": expected,
        "why_no_date": assessment.why_no_date.strip(),
        "date_by": assessment.date_by and words.due_in_words(assessment.date_by, zone, language),
    }
    return letters.draft("assessment", language, facts).body
