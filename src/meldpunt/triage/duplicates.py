"""A report that somebody else made earlier: link it, and let the later reporter check.  Commands as in ``commands.py``.

The two conversations stay apart.  What crosses is the commitment to the earlier report and when it came, and, if its
reporter allows it, that report.
"""

from datetime import datetime

from django.db import transaction

from meldpunt.cases import access, extras
from meldpunt.cases.rules import Purpose
from meldpunt.cases.visits import Visiting
from meldpunt.conversation import commands as conversation
from meldpunt.conversation import proving
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.ledger.log import Told
from meldpunt.triage import linking, queries
from meldpunt.triage.commands import assess
from meldpunt.triage.errors import NotNow
from meldpunt.triage.events import CheckAllowed, CheckAsked, CheckDeclined, DuplicateLinked, DuplicateOpened
from meldpunt.triage.linking import Act, Check
from meldpunt.triage.models import Link, Turn
from meldpunt.triage.queries import OPENED
from meldpunt.vault.keyring import VaultKeys

FOLLOWER, HEARS = "duplicates", linking.CHANGES


@transaction.atomic
def link(
    ref: CaseRef,
    earlier: CaseRef,
    letter: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> CaseRef:
    """``ref`` is a duplicate of ``earlier``: the assessment "known", its letter and the link, in one act.

    Links to the first report of all, and takes along what was linked to ``ref``.  Returns that first one.
    ``NotADuplicate`` for itself, a later one, or one it belongs to already; ``NoSuchCase``.
    """
    access.admit(by, ref, Right.WORK)
    Turn.objects.get_or_create(pk="duplicates")
    Turn.objects.select_for_update().get(pk="duplicates")
    found = queries.earlier_than(by, ref, earlier, keys)
    known = queries.as_duplicate(by, ref, found.ref, keys=keys, now=now)
    assess(ref, known, letter, letterhead, keys=keys, by=by, now=now, promised=promised, about="duplicate")
    told = DuplicateLinked(False, proving.commitment_of(found.ref), found.at.isoformat())
    for one in (ref, *queries.later_ones(ref)):
        new = {"earlier": found.ref, "at": now, "check_state": Check.SHUT, "ready": queries.may_ask(found.ref)}
        Link.objects.update_or_create(pk=one, defaults=new)
        log.append(one, told, by=by, now=now)
        log.append(found.ref, DuplicateLinked(True), by=by, now=now)
    return found.ref


@transaction.atomic
def ask(
    ref: CaseRef,
    letter: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> None:
    """Ask the reporter of the earlier report ``ref`` whether who reported the same later may read it, to check.

    ``NotNow`` while it is neither published nor closed, or an embargo runs.
    """
    access.admit(by, ref, Right.WORK)
    if not linking.may_be_checked(told.kind for told in log.read(ref)):
        raise NotNow("This is asked after the publication, or when the report is closed and no embargo runs.")
    _step(ref, Act.ASK)
    conversation.write(ref, letter, "duplicate-check", letterhead, keys=keys, by=by, now=now, promised=promised)
    log.append(ref, CheckAsked(), by=by, now=now)


@transaction.atomic
def allow(visit: Visiting, *, by: Actor, now: datetime) -> int:
    """The earlier reporter lets those who were asked for read the report with its salt.  Cannot be taken back.

    Returns how many can check it now.
    """
    opened = _step(visit.ref, Act.ALLOW)
    report = proving.proof_for(visit).report.decode()
    for later in opened:
        extras.put(later, OPENED, {"report": report}, to=Purpose.CASE, by=by, now=now)
        log.append(later, DuplicateOpened(), by=by, now=now)
    log.append(visit.ref, CheckAllowed(), by=by, now=now)
    return len(opened)


@transaction.atomic
def decline(visit: Visiting, *, by: Actor, now: datetime) -> None:
    """The earlier reporter says no.  They may still say yes later."""
    _step(visit.ref, Act.DECLINE)
    log.append(visit.ref, CheckDeclined(), by=by, now=now)


@transaction.atomic(savepoint=False)
def hear(told: Told, *, by: Actor, now: datetime) -> None:
    """Know of a report that was published, closed or opened again, whether its reporter may be asked."""
    if told.kind in HEARS:
        rows = Link.objects.filter(earlier=told.stream)
        if rows.exists():
            rows.update(ready=queries.may_ask(CaseRef(told.stream)))


def _step(earlier: CaseRef, act: Act) -> list[CaseRef]:
    """Take the question one step on for every later report where it can be; return those."""
    rows = list(Link.objects.select_for_update().filter(earlier=earlier))
    able = [row for row in rows if (Check(row.check_state), act) in linking.STEPS]
    if not able:
        linking.next_check(Check.OPENED, act)  # refuses
    for row in able:
        row.check_state = linking.next_check(Check(row.check_state), act)
        row.save(update_fields=["check_state"])
    return [CaseRef(row.case) for row in able]
