"""The embargo: propose a moment, agree on it or refuse it; who knows; a leak.

A handler acts with a letter, since the reporter hears it from a person; the reporter acts with the
``Visiting`` of their receipt.
"""

from datetime import datetime

from django.db import transaction

from meldpunt.cases import access, extras
from meldpunt.cases.rules import Purpose
from meldpunt.cases.visits import Visiting
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.publication import rules
from meldpunt.publication.errors import BadDate, NotNow
from meldpunt.publication.events import (
    EmbargoAgreed,
    EmbargoEnded,
    EmbargoProposed,
    EmbargoRefused,
    EmbargoTakenBack,
    LeakDismissed,
    LeakReported,
    PartyInformed,
    PartyTold,
)
from meldpunt.publication.holding import check_same, hold, iso
from meldpunt.publication.models import Party, Standing
from meldpunt.publication.queries import LEAK, LEAK_PLAN, PARTY
from meldpunt.publication.rules import Act, Embargo, How, Kind, Moment, Side, Talk, Turn
from meldpunt.vault.keyring import VaultKeys


@transaction.atomic
def propose(
    ref: CaseRef,
    until: Moment | None,
    text: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> None:
    """Propose to keep it between us until that moment, or, without one, to end the embargo at once; with a letter."""
    access.admit(by, ref, Right.WORK)
    _propose(hold(ref), Side.US, until, by=by, now=now)
    conversation.write(ref, text, "embargo-proposal", letterhead, keys=keys, by=by, now=now, promised=promised)


@transaction.atomic
def propose_for(visit: Visiting, until: Moment | None, *, by: Actor, now: datetime) -> None:
    """The same by the reporter."""
    _propose(hold(visit.ref), Side.THEM, until, by=by, now=now)


def _propose(row: Standing, side: Side, until: Moment | None, *, by: Actor, now: datetime) -> None:
    rules.check_proposal(Embargo(row.embargo), until.at if until else None, now)
    if until and row.embargo == Embargo.RUNNING and until.at == row.until:
        raise BadDate("That is the moment that is agreed already.")
    row.talk = rules.next_talk(Talk(row.talk), side, Act.PROPOSE)
    row.proposed, row.proposed_zone = (until.at, until.zone.key) if until else (None, "")
    row.save(update_fields=["talk", "proposed", "proposed_zone"])
    log.append(row.case, EmbargoProposed(iso(row.proposed), side), by=by, now=now)


@transaction.atomic
def answer(
    ref: CaseRef,
    act: Act,
    text: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> None:
    """Agree with the reporter's proposal or refuse it, with a letter."""
    access.admit(by, ref, Right.WORK)
    _answer(hold(ref), Side.US, act, by=by, now=now)
    conversation.write(ref, text, "embargo-answer", letterhead, keys=keys, by=by, now=now, promised=promised)


@transaction.atomic
def answer_for(visit: Visiting, act: Act, to: datetime | None, *, by: Actor, now: datetime) -> None:
    """The reporter agrees with our proposal ``to`` keep it until then (None: to end it), or refuses it."""
    row = hold(visit.ref)
    check_same(to, row.proposed)
    _answer(row, Side.THEM, act, by=by, now=now)


def _answer(row: Standing, side: Side, act: Act, *, by: Actor, now: datetime) -> None:
    row.talk = rules.next_talk(Talk(row.talk), side, act)
    until = row.proposed
    if act is Act.REFUSE:
        log.append(row.case, EmbargoRefused(side), by=by, now=now)
    else:
        rules.check_proposal(Embargo(row.embargo), until, now)
        log.append(row.case, EmbargoAgreed(iso(until), side), by=by, now=now)
        if until is None:
            end(row, How.AGREEMENT, by=by, now=now)
        else:
            row.embargo = rules.next_embargo(Embargo(row.embargo), Turn.SET)
            row.until, row.until_zone = until, row.proposed_zone
            row.how, row.ended_at, row.told_at = "", None, None
    row.proposed, row.proposed_zone = None, ""
    row.save()


@transaction.atomic
def take_back(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """We no longer propose what we proposed."""
    access.admit(by, ref, Right.WORK)
    _take_back(hold(ref), Side.US, by=by, now=now)


@transaction.atomic
def take_back_for(visit: Visiting, *, by: Actor, now: datetime) -> None:
    """The reporter no longer proposes it."""
    _take_back(hold(visit.ref), Side.THEM, by=by, now=now)


def _take_back(row: Standing, side: Side, *, by: Actor, now: datetime) -> None:
    row.talk = rules.next_talk(Talk(row.talk), side, Act.TAKE_BACK)
    row.proposed, row.proposed_zone = None, ""
    row.save(update_fields=["talk", "proposed", "proposed_zone"])
    log.append(row.case, EmbargoTakenBack(side), by=by, now=now)


@transaction.atomic
def report_leak(ref: CaseRef, text: str, *, by: Actor, now: datetime) -> None:
    """It is in the open: the embargo ends now, and everyone is told.  ``text``: where; both sides read it."""
    access.admit(by, ref, Right.WORK)
    row = hold(ref)
    _report(row, Side.US, text, by=by, now=now)
    end(row, How.LEAK, by=by, now=now)
    row.save()


@transaction.atomic
def report_leak_for(visit: Visiting, text: str, *, by: Actor, now: datetime) -> None:
    """The reporter saw it in the open.  A person looks first: the embargo goes on until then."""
    row = hold(visit.ref)
    if row.leak_seen_at:
        raise NotNow("You have told us already. A person looks at it.")
    rules.next_embargo(Embargo(row.embargo), Turn.LEAK)
    _report(row, Side.THEM, text, by=by, now=now)
    row.leak_seen_at = now
    row.save(update_fields=["leak_seen_at"])


@transaction.atomic
def confirm_leak(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """What the reporter saw is it: the embargo ends."""
    access.admit(by, ref, Right.WORK)
    row = hold(ref)
    _check_seen(row)
    end(row, How.LEAK, by=by, now=now)
    row.save()


@transaction.atomic
def dismiss_leak(
    ref: CaseRef,
    text: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> None:
    """What the reporter saw is not it: a letter says why, and the embargo goes on."""
    access.admit(by, ref, Right.WORK)
    row = hold(ref)
    _check_seen(row)
    row.leak_seen_at = None
    row.save(update_fields=["leak_seen_at"])
    log.append(ref, LeakDismissed(), by=by, now=now)
    conversation.write(ref, text, "embargo-leak", letterhead, keys=keys, by=by, now=now, promised=promised)


def _check_seen(row: Standing) -> None:
    if not row.leak_seen_at:
        raise NotNow("The reporter has not told of a leak, or somebody has answered.")


def _report(row: Standing, side: Side, text: str, *, by: Actor, now: datetime) -> None:
    rules.check_text(text)
    extras.put(CaseRef(row.case), LEAK, {"side": side, "text": text.strip()}, to=Purpose.CASE, by=by, now=now)
    log.append(row.case, LeakReported(side), by=by, now=now)


@transaction.atomic
def note_party(ref: CaseRef, kind: Kind, name: str, *, by: Actor, now: datetime) -> None:
    """We told somebody: from now on they know.  The reporter sees what kind of party, and since when."""
    access.admit(by, ref, Right.WORK)
    _party(hold(ref), Side.US, kind, name, by=by, now=now)


@transaction.atomic
def note_party_for(visit: Visiting, kind: Kind, name: str, *, by: Actor, now: datetime) -> None:
    """The reporter told somebody."""
    _party(hold(visit.ref), Side.THEM, kind, name, by=by, now=now)


def _party(row: Standing, side: Side, kind: Kind, name: str, *, by: Actor, now: datetime) -> None:
    rules.check_party(name)
    identity = extras.put(CaseRef(row.case), PARTY, {"name": name.strip()}, to=Purpose.DESK, by=by, now=now)
    Party.objects.create(id=identity, case=row.case, kind=kind, side=side, since=now)
    log.append(row.case, PartyTold(kind, side), by=by, now=now)


@transaction.atomic
def inform_party(ref: CaseRef, party: str, *, by: Actor, now: datetime) -> None:
    """A handler told somebody who knows that the embargo has ended."""
    access.admit(by, ref, Right.WORK)
    row = hold(ref)
    if row.embargo not in (Embargo.ENDED, Embargo.LEAKED):
        raise NotNow("The embargo has not ended.")
    kind = Party.objects.filter(pk=party, case=ref).values_list("kind", flat=True).first()
    if kind and Party.objects.filter(pk=party, informed_at=None).update(informed_at=now):
        log.append(ref, PartyInformed(kind), by=by, now=now)


@transaction.atomic
def keep_leak_plan(ref: CaseRef, text: str, *, by: Actor, now: datetime) -> None:
    """What we do when it leaks: who decides, who is called, what is said.  For the desk only."""
    access.admit(by, ref, Right.WORK)
    hold(ref)
    rules.check_text(text)
    extras.drop(ref, LEAK_PLAN, by=by, now=now)
    extras.put(ref, LEAK_PLAN, {"text": text.strip()}, to=Purpose.DESK, by=by, now=now)


@transaction.atomic(savepoint=False)
def end(row: Standing, how: How, *, by: Actor, now: datetime) -> None:
    """End the embargo of a row that is held; who calls it saves the row.  The reporter is to be told."""
    turn = Turn.LEAK if how is How.LEAK else Turn.END
    row.embargo = rules.next_embargo(Embargo(row.embargo), turn)
    row.how, row.ended_at, row.told_at = how, now, None
    to_end = Talk(row.talk).by is not None and row.proposed is None
    if how is How.LEAK or to_end:
        row.talk, row.proposed, row.proposed_zone = Talk.QUIET, None, ""
    if how is How.LEAK:
        row.leak_seen_at = None
    log.append(row.case, EmbargoEnded(how), by=by, now=now)
