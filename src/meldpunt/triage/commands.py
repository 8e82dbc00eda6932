"""Assess: judge a report, tell the reporter, and so keep the promise of an answer.  Or ask for what is missing."""

from datetime import datetime

from django.db import transaction

from meldpunt.cases import access
from meldpunt.cases import commands as cases
from meldpunt.cases import queries as case_queries
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.triage import cvss4, rules
from meldpunt.triage.asking import Weakness
from meldpunt.triage.events import CaseAssessed, DuplicateParted, NeedsMoreAsked
from meldpunt.triage.models import Link
from meldpunt.triage.rules import Assessment, Verdict
from meldpunt.vault.keyring import VaultKeys


@transaction.atomic
def assess(
    ref: CaseRef,
    assessment: Assessment,
    letter: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
    about: str = "assessment",
) -> None:
    """Keep the judgement and write the letter that tells it, in one act.

    ``promised`` and ``about`` as in ``conversation.write``.  Another verdict than "known" ends that the report is a
    duplicate of an earlier one.  Raises ``BadAssessment`` when it says no verdict and no
    date (nor why none), ``BadVector``, ``EmptyLetter``; ``NotYours`` unless a person acts: nothing
    automatic keeps this promise.
    """
    case = case_queries.case_for(by, ref, keys)
    terms = policy.version(case.policy_version)
    rules.check(assessment, now.astimezone(terms.policy.calendar.zone).date())
    if assessment.vector:
        cvss4.score(assessment.vector)
    expected = assessment.expected_on.isoformat() if assessment.expected_on else ""
    judgement = {
        "verdict": assessment.verdict.value,
        "severity": assessment.severity.value if assessment.severity else "",
        "vector": assessment.vector.strip(),
        "expected_on": expected,
        "why_no_date": assessment.why_no_date.strip(),
        "date_by": assessment.date_by.isoformat() if assessment.date_by else "",
    }
    which = cases.judge(ref, judgement, by=by, now=now)
    conversation.write(ref, letter, about, letterhead, keys=keys, by=by, now=now, promised=promised)
    assessed = CaseAssessed(
        judgement["verdict"],
        judgement["severity"],
        expected,
        by.name,
        case.policy_version,
        which > 1,
        judgement["date_by"],
    )
    log.append(ref, assessed, by=by, now=now)
    if assessment.verdict is not Verdict.KNOWN:
        part(ref, by=by, now=now)


@transaction.atomic
def part(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """It is a duplicate no more; nothing happens when it was none."""
    access.admit(by, ref, Right.WORK)
    link = Link.objects.select_for_update().filter(pk=ref).first()
    if link is None:
        return
    link.delete()
    log.append(ref, DuplicateParted(False), by=by, now=now)
    log.append(link.earlier, DuplicateParted(True), by=by, now=now)


@transaction.atomic
def ask_more(
    ref: CaseRef,
    weakness: Weakness,
    letter: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> None:
    """Ask the reporter for what is missing, in a letter.  The promise of an assessment runs on.

    ``EmptyLetter``; ``NotYours`` unless a person asks.
    """
    access.admit(by, ref, Right.WORK)
    conversation.write(ref, letter, "needs-more", letterhead, keys=keys, by=by, now=now, promised=promised)
    log.append(ref, NeedsMoreAsked(weakness), by=by, now=now)
