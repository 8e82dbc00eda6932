"""A report without merit: assessed, answered and closed in one act.  A command as in ``commands.py``.

For floods: each report is a command, a transaction and a letter of its own, whoever does many in a row.
"""

from datetime import datetime

from django.db import transaction

from meldpunt.cases import access
from meldpunt.cases import queries as cases
from meldpunt.conversation import letters
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.promises.queries import in_the_way
from meldpunt.promises.rules import Kind
from meldpunt.remediation import rules
from meldpunt.remediation.errors import NotNow
from meldpunt.remediation.events import ReportClosed
from meldpunt.remediation.queries import standing_of
from meldpunt.remediation.rules import Why
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Verdict
from meldpunt.vault.keyring import VaultKeys

KEPT_BY_IT = frozenset({Kind.ACKNOWLEDGEMENT, Kind.ASSESSMENT, Kind.WORD})


def draft(viewer: Actor, ref: CaseRef, reason: str, letterhead: Letterhead, *, keys: VaultKeys) -> str:
    """The letter, in the reporter's language."""
    case = cases.case_for(viewer, ref, keys)
    words = {
        "reference": ref,
        "name": cases.reporter_of(viewer, ref, keys).name,
        "why_no_date": reason.strip(),
        "page": f"{letterhead.base_url}/my/",
        **letterhead.words_in(case.language),
    }
    return letters.draft("dismissed", case.language, words).body


@transaction.atomic
def dismiss(ref: CaseRef, reason: str, letterhead: Letterhead, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Say that it is no vulnerability, why, and that the report is closed.

    ``NotNow`` when it was assessed already; ``StillOwed`` while more is owed than this letter keeps.
    """
    access.admit(by, ref, Right.WORK)
    rules.check_reason(reason)
    before = standing_of(ref)
    if before.verdict or before.closed:
        raise NotNow("It has been assessed already.")
    letter = draft(by, ref, reason, letterhead, keys=keys)
    found = Assessment(Verdict.NOT_A_VULNERABILITY, why_no_date=reason.strip())
    triage.assess(ref, found, letter, letterhead, keys=keys, by=by, now=now, about="dismissed")
    owed = [kind for kind in in_the_way(ref) if kind not in KEPT_BY_IT]
    rules.check_close(standing_of(ref), Why.NOT_A_VULNERABILITY, owed)
    log.append(ref, ReportClosed(Why.NOT_A_VULNERABILITY), by=by, now=now)
