"""The erasure of data that was obtained, and the record of a data breach.  Commands as in ``commands.py``."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from meldpunt.cases import access, extras
from meldpunt.cases import queries as case_queries
from meldpunt.cases.rules import Purpose
from meldpunt.cases.visits import Visiting
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.ledger.log import Told
from meldpunt.policy import queries as policy
from meldpunt.privacy import erasure
from meldpunt.privacy.erasure import Act, Assessment, Attestation, Decision, State, Touched
from meldpunt.privacy.errors import BadBreach, NotNow
from meldpunt.privacy.events import (
    BreachAssessed,
    BreachAware,
    DataNoted,
    ErasureAsked,
    ErasureAttested,
    ErasureGivenUp,
    ErasureReminded,
)
from meldpunt.privacy.held import hold
from meldpunt.privacy.models import Standing
from meldpunt.privacy.queries import ATTESTED, BREACH, TOUCHED
from meldpunt.vault.keyring import VaultKeys

FOLLOWER, HEARS = "privacy", frozenset({"fix.landed"})
MINUTE = timedelta(minutes=1)
_LETTERS = {State.UNKNOWN: Act.ASK, State.OPEN: Act.ASK, State.ASKED: Act.REMIND, State.REMINDED: Act.REMIND}


@transaction.atomic
def note_touched(
    ref: CaseRef, touched: Touched, aware_at: datetime | None, *, keys: VaultKeys, by: Actor, now: datetime
) -> None:
    """Write down what data was touched.

    ``aware_at``: since when it is known that people are concerned; the 72 hours begin there.  It can be set
    earlier afterwards, and never later.
    """
    access.admit(by, ref, Right.PRIVACY)
    received = case_queries.case_for(by, ref, keys).received_at
    erasure.check_touched(touched)
    row = hold(ref)
    row.erasure = erasure.next_state(State(row.erasure), Act.TOUCHED if touched.kinds else Act.NOTHING)
    row.save(update_fields=["erasure"])
    kept = {"kinds": list(touched.kinds), "people": touched.people, "note": touched.note}
    extras.put(ref, TOUCHED, kept, to=Purpose.DESK, by=by, now=now)
    log.append(ref, DataNoted(bool(touched.kinds)), by=by, now=now)
    if touched.about_people:
        _aware(row, aware_at or row.aware_at or now, received, by=by, now=now)


def _aware(row: Standing, aware_at: datetime, received: datetime, *, by: Actor, now: datetime) -> None:
    erasure.check_aware(aware_at, received, now)
    if row.aware_at and abs(row.aware_at - aware_at) < MINUTE:
        return  # the same moment: a form knows no seconds
    if row.aware_at and aware_at > row.aware_at:
        raise BadBreach("The 72 hours run already. Their beginning can be set earlier, never later.")
    row.aware_at = aware_at
    row.save(update_fields=["aware_at"])
    log.append(row.case, BreachAware(aware_at.astimezone(UTC).isoformat()), by=by, now=now)


@transaction.atomic
def hear(told: Told, *, by: Actor, now: datetime) -> None:
    """When a fix lands, the reporter is to erase what they obtained: their page asks, and the desk owes a letter."""
    if told.kind not in HEARS:
        return
    row = hold(CaseRef(told.stream))
    if Act.ASK in erasure.acts_for(State(row.erasure)):
        _asked(row, by=by, now=now)


@transaction.atomic
def write(ref: CaseRef, text: str, letterhead: Letterhead, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Ask the reporter to erase, or remind them, in a letter of a person: whichever is next."""
    access.admit(by, ref, Right.PRIVACY)
    row = hold(ref)
    first = State(row.erasure) is State.ASKED and not row.letters
    act = _LETTERS.get(State(row.erasure))
    if act is None:
        raise NotNow("That cannot be done with the erasure as it stands now.")
    about = "erasure" if first or act is Act.ASK else "erasure-reminder"
    conversation.write(ref, text, about, letterhead, keys=keys, by=by, now=now)
    row.letters += 1
    row.save(update_fields=["letters"])
    if act is Act.ASK:
        _asked(row, by=by, now=now)
    elif not first:
        row.erasure = erasure.next_state(State(row.erasure), act)
        row.save(update_fields=["erasure"])
        log.append(ref, ErasureReminded(1 if row.erasure == State.REMINDED else 2), by=by, now=now)


@transaction.atomic
def attest(visit: Visiting, said: Attestation, *, by: Actor, now: datetime) -> None:
    """The reporter says on their page that it is erased, or that there was nothing."""
    _attest(visit.ref, said, "page", by=by, now=now)


@transaction.atomic
def attest_for(ref: CaseRef, said: Attestation, *, by: Actor, now: datetime) -> None:
    """A handler writes down what the reporter attested by letter."""
    access.admit(by, ref, Right.PRIVACY)
    _attest(ref, said, "letter", by=by, now=now)


@transaction.atomic
def give_up(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """Nobody answers, after two reminders: that is written down as it is."""
    access.admit(by, ref, Right.PRIVACY)
    row = hold(ref)
    row.erasure = erasure.next_state(State(row.erasure), Act.GIVE_UP)
    row.save(update_fields=["erasure"])
    log.append(ref, ErasureGivenUp(), by=by, now=now)


@transaction.atomic
def assess_breach(
    ref: CaseRef, decision: Decision, decided_by: str, reason: str, persons: str, *, by: Actor, now: datetime
) -> None:
    """Write down what was decided about a data breach, by whom and why.  A later one stands beside it.

    ``persons``: whom it concerns and about how many, if that is known.
    """
    access.admit(by, ref, Right.PRIVACY)
    row = hold(ref)
    if row.aware_at is None:
        raise NotNow("Please write down first which data was touched, and since when that is known.")
    made = Assessment(decision, decided_by, reason, row.aware_at, persons)
    erasure.check_assessment(made, now)
    kept = {"decision": decision, "decided_by": decided_by, "reason": reason, "persons": persons}
    kept["aware_at"] = row.aware_at.isoformat()
    extras.put(ref, BREACH, kept, to=Purpose.DESK, by=by, now=now)
    row.decision, row.decided_at = decision, now
    row.save(update_fields=["decision", "decided_at"])
    log.append(ref, BreachAssessed(decision, now <= erasure.notify_by(row.aware_at)), by=by, now=now)


def _asked(row: Standing, *, by: Actor, now: datetime) -> None:
    row.erasure, row.asked_at = erasure.next_state(State(row.erasure), Act.ASK), now
    row.save(update_fields=["erasure", "asked_at"])
    log.append(row.case, ErasureAsked(), by=by, now=now)


def _attest(ref: CaseRef, said: Attestation, how: str, *, by: Actor, now: datetime) -> None:
    zone = policy.current().policy.calendar.zone
    erasure.check_attestation(said, now.astimezone(zone).date().isoformat())
    row = hold(ref)
    row.erasure = erasure.next_state(State(row.erasure), Act.ATTEST)
    row.attested_at = now
    row.save(update_fields=["erasure", "attested_at"])
    kept = {"obtained": said.obtained, "what": said.what, "erased_on": said.erased_on, "how": said.how}
    extras.put(ref, ATTESTED, kept, to=Purpose.CASE, by=by, now=now)
    log.append(ref, ErasureAttested("reporter" if how == "page" else "handler", how, said.obtained), by=by, now=now)
