"""Move the date, say that it is solved, confirm it or take it up again; close a report and reopen it.

What the reporter must know goes in a letter of the same transaction.
"""

from contextlib import suppress
from datetime import date, datetime

from django.db import transaction

from meldpunt.cases import access
from meldpunt.cases import commands as cases
from meldpunt.cases import queries as case_queries
from meldpunt.cases.errors import NoSuchCase
from meldpunt.cases.queries import CaseView
from meldpunt.cases.visits import Visiting
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.intake.commands import receive_message
from meldpunt.intake.errors import AlreadyReceived
from meldpunt.ledger import log
from meldpunt.ledger.log import Fact, Told
from meldpunt.policy import queries as policy
from meldpunt.promises.queries import in_the_way
from meldpunt.remediation import drawing, rules
from meldpunt.remediation.errors import NotNow
from meldpunt.remediation.events import (
    FixDisputed,
    FixLanded,
    FixMoved,
    FixReopened,
    ReportClosed,
    ReportNoticed,
    ReportReopened,
    RetestAsked,
    RetestConfirmed,
)
from meldpunt.remediation.models import Standing as Row
from meldpunt.remediation.queries import standing_of
from meldpunt.remediation.rules import Act, Fix, How, Standing, Why
from meldpunt.vault.keyring import PublicKeys, VaultKeys

FOLLOWER, HEARS = "remediation", drawing.OWN | drawing.CONCERN
Moments = tuple[datetime, ...]


@transaction.atomic
def move_date(
    ref: CaseRef,
    expected_on: date,
    reason: str,
    letter: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: Moments = (),
) -> None:
    """Move the expected date to another local day, and write to the reporter why.

    ``promised`` as in ``conversation.write``, here and below.  Raises ``BadDate``, ``BadReason`` (also
    when the letter left it out), ``EmptyLetter``, ``NotNow``.
    """
    before, case = _begin(ref, keys, by)
    rules.check_move(before, expected_on, reason, _local_day(now, case))
    rules.check_told(reason, letter)
    was = before.expected_on.isoformat() if before.expected_on else ""
    cases.expect(ref, expected_on, by=by, now=now)
    _tell(ref, FixMoved(expected_on.isoformat(), was), by=by, now=now)
    conversation.write(ref, letter, "date-moved", letterhead, keys=keys, by=by, now=now, promised=promised)


@transaction.atomic
def landed(
    ref: CaseRef,
    on: date,
    letter: str,
    letterhead: Letterhead,
    *,
    ask_retest: bool,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: Moments = (),
) -> None:
    """Tell the reporter that it was solved on that local day, and ask them to try again if so wished."""
    before, case = _begin(ref, keys, by)
    rules.check_landed(before, on, _local_day(now, case), _local_day(case.received_at, case))
    asked = (RetestAsked(),) if ask_retest else ()
    _tell(ref, FixLanded(on.isoformat()), *asked, by=by, now=now)
    conversation.write(ref, letter, "fixed", letterhead, keys=keys, by=by, now=now, promised=promised)


@transaction.atomic
def confirm(ref: CaseRef, how: How, *, by: Actor, now: datetime) -> None:
    """Put down that it is solved, and who found so: the reporter in a letter, a handler, or nobody in time."""
    access.admit(by, ref, Right.WORK)
    before = _hold(ref)
    rules.check_confirm(before, how, now)
    _tell(ref, RetestConfirmed(how), by=by, now=now)


@transaction.atomic
def reopen(
    ref: CaseRef,
    expected_on: date,
    reason: str,
    letter: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: Moments = (),
) -> None:
    """It was not solved: tell the reporter so, with a new expected date."""
    before, case = _begin(ref, keys, by)
    rules.check_reopen(before, expected_on, reason, _local_day(now, case))
    rules.check_told(reason, letter)
    cases.expect(ref, expected_on, by=by, now=now)
    _tell(ref, FixReopened(expected_on.isoformat()), by=by, now=now)
    conversation.write(ref, letter, "reopened", letterhead, keys=keys, by=by, now=now, promised=promised)


@transaction.atomic
def close(
    ref: CaseRef,
    why: Why,
    letter: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: Moments = (),
) -> None:
    """Close the report with a letter.

    ``StillOwed`` while a promise is open that the letter itself does not keep, ``NotNow`` when ``why``
    is not what was found.  A letter that promises more is no end.
    """
    before, _case = _begin(ref, keys, by)
    rules.check_close(before, why, in_the_way(ref))
    if promised:
        raise NotNow("The letter promises that the reporter hears more. Keep that promise first, or take it out.")
    conversation.write(ref, letter, "closed", letterhead, keys=keys, by=by, now=now)
    _tell(ref, ReportClosed(why), by=by, now=now)


@transaction.atomic
def reopen_report(
    ref: CaseRef,
    reason: str,
    letter: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    expected_on: date | None = None,
    promised: Moments = (),
) -> None:
    """Take a closed report up again; with ``expected_on`` its solution as well, which was none."""
    before, case = _begin(ref, keys, by)
    rules.check_reopen_report(before, expected_on, reason, _local_day(now, case))
    rules.check_told(reason, letter)
    conversation.write(ref, letter, "report-reopened", letterhead, keys=keys, by=by, now=now, promised=promised)
    again: tuple[Fact, ...] = (ReportReopened(),)
    if expected_on:
        cases.expect(ref, expected_on, by=by, now=now)
        again = (*again, FixReopened(expected_on.isoformat()))
    _tell(ref, *again, by=by, now=now)


@transaction.atomic
def notice(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """A handler has read what came after the end; nothing happens when that is so already."""
    access.admit(by, ref, Right.WORK)
    if _hold(ref).unread:
        _tell(ref, ReportNoticed(), by=by, now=now)


@transaction.atomic
def say_solved(visit: Visiting, *, by: Actor, now: datetime) -> None:
    """The reporter tried again: it is solved.  Once said, saying it again changes nothing."""
    before = _hold(visit.ref)
    if before.fix is Fix.CONFIRMED and before.how == How.REPORTER:
        return
    if before.fix is Fix.LANDED:
        raise NotNow("Nobody asked you to try again. Please write to us instead.")
    rules.check_confirm(before, How.REPORTER, now)
    _tell(visit.ref, RetestConfirmed(How.REPORTER), by=by, now=now)


@transaction.atomic
def say_still_there(visit: Visiting, text: str, once: str, *, keys: PublicKeys, by: Actor, now: datetime) -> None:
    """The reporter tried again: it is still there.  What they see (``text``) goes the way of their messages."""
    before = _hold(visit.ref)
    again = before.fix is Fix.DISPUTED and not before.closed
    if not again:
        rules.next_fix(before, Act.DISPUTE)
    if text.strip():
        with suppress(AlreadyReceived):  # a double click
            receive_message(text, (), visit.ref, keys=keys, by=by, now=now, once=once)
    if not again:
        _tell(visit.ref, FixDisputed(), by=by, now=now)


@transaction.atomic(savepoint=False)
def hear(told: Told, *, by: Actor, now: datetime) -> None:
    """Keep the table true to the ledger: also to what other rooms tell of a case that is in it."""
    if told.kind in drawing.OWN or (told.kind in drawing.CONCERN and Row.objects.filter(case=told.stream).exists()):
        _redraw(CaseRef(told.stream))


def _begin(ref: CaseRef, keys: VaultKeys, by: Actor) -> tuple[Standing, CaseView]:
    """Hold the case for an act of a handler, and see where it stands."""
    access.admit(by, ref, Right.WORK)
    case = case_queries.case_for(by, ref, keys)
    return _hold(ref), case


def _hold(ref: CaseRef) -> Standing:
    """Lock the case's row until the transaction ends, then see what the ledger says."""
    if log.head(ref) == log.NOTHING_BEFORE:
        raise NoSuchCase("There is no case %(ref)s.", ref=ref)
    Row.objects.get_or_create(case=ref)
    Row.objects.select_for_update().get(case=ref)
    return standing_of(ref)


def _tell(ref: CaseRef, *facts: Fact, by: Actor, now: datetime) -> None:
    for fact in facts:
        log.append(ref, fact, by=by, now=now)
    _redraw(ref)


def _redraw(ref: CaseRef) -> None:
    standing = standing_of(ref)
    columns = ("fix", "report", "severity", "received_at", "landed_on", "closed_at", "why", "unread")
    drawn = {name: getattr(standing, name) for name in columns}
    Row.objects.update_or_create(case=ref, defaults={**drawn, "look_at": rules.look_at(standing)})


def _local_day(moment: datetime, case: CaseView) -> date:
    return moment.astimezone(policy.version(case.policy_version).policy.calendar.zone).date()
