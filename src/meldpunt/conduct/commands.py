"""Review the conduct, give the statement or refuse it, put a dispute on record.

There is no command that takes a statement back.
"""

import hashlib
from datetime import datetime

from django.db import transaction

from meldpunt.cases import access, extras
from meldpunt.cases import queries as cases
from meldpunt.cases.errors import NoSuchCase
from meldpunt.cases.queries import CaseView
from meldpunt.cases.rules import Purpose
from meldpunt.cases.visits import Visiting
from meldpunt.conduct import pdf, rules, statement
from meldpunt.conduct.errors import EnoughSaid, NotNow
from meldpunt.conduct.events import (
    ConductDisputed,
    ConductReviewed,
    SafeHarbourAsked,
    SafeHarbourGiven,
    SafeHarbourRefused,
)
from meldpunt.conduct.models import Conduct
from meldpunt.conduct.queries import DISPUTE, REVIEW, STATEMENT, standing_of
from meldpunt.conduct.rules import Act, Review, Side, State
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.mime import File
from meldpunt.conversation.rules import Letterhead
from meldpunt.conversation.statements import as_text
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef, Role
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.vault import openpgp
from meldpunt.vault import queries as vault
from meldpunt.vault.keyring import VaultKeys


@transaction.atomic
def review(ref: CaseRef, found: Review, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Keep what a person found of each condition: sealed for the desk, its outcome in plain.

    Raises ``BadReview`` when it is not complete, ``SecondPerson`` where the policy asks for one and
    the handler acts, ``NotNow`` once the statement has been given.
    """
    access.admit(by, ref, Right.CONDUCT)
    case = cases.case_for(by, ref, keys)
    rules.check_second(_second(case), case.handler, by.name)
    act = rules.act_of(found)
    row = _hold(ref)
    row.state = rules.next_state(State(row.state), act)
    row.reviews, row.reviewer, row.reviewed_at = row.reviews + 1, by.name, now
    row.save()
    payload = {id: {"finding": found[id].finding, "why": found[id].why.strip()} for id in rules.CONDITIONS}
    extras.put(ref, REVIEW, payload, to=Purpose.DESK, by=by, now=now)
    log.append(ref, ConductReviewed(row.state == State.KEPT, row.reviews), by=by, now=now)


@transaction.atomic
def give(
    ref: CaseRef,
    letter: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> None:
    """Sign the safe-harbour statement, keep it for the reporter, and send it with a letter.  For ever.

    Raises ``NotNow`` unless the last review found all conditions kept, ``NoSuchKey`` in a house
    without an OpenPGP key, ``EmptyLetter``.  ``promised``: as in ``conversation.write``.
    """
    access.admit(by, ref, Right.CONDUCT)
    case = cases.case_for(by, ref, keys)
    row = _hold(ref)
    row.state = rules.next_state(State(row.state), Act.GIVE)
    rules.check_second(_second(case), case.handler, row.reviewer)
    signed, paper = _made(case, letterhead, keys, now)
    row.digest, row.answered_at = hashlib.sha256(signed).hexdigest(), now
    row.save()
    kept = {"signed": signed.decode(), "pdf": paper.hex()}
    extras.put(ref, STATEMENT, kept, to=Purpose.CASE, by=by, now=now)
    log.append(ref, SafeHarbourGiven(row.digest), by=by, now=now)
    files = (
        File(f"safe-harbour-{ref}.txt.asc", "text/plain", signed),
        File(f"safe-harbour-{ref}.pdf", "application/pdf", paper),
    )
    conversation.write(
        ref, letter, "safe-harbour", letterhead, keys=keys, by=by, now=now, promised=promised, files=files
    )


def _made(case: CaseView, letterhead: Letterhead, keys: VaultKeys, now: datetime) -> tuple[bytes, bytes]:
    """The signed text and the PDF; the text names the PDF's hash, so one signature stands for both."""
    _, secret = vault.signing_pair(keys)
    words = statement.composed(case, letterhead, now=now)
    paper = pdf.drawn(words, letterhead.name_in(case.language), case.language)
    said = statement.composed(case, letterhead, now=now, pdf_digest=hashlib.sha256(paper).hexdigest())
    return openpgp.sign_clear(as_text(said).encode(), secret), paper


@transaction.atomic
def refuse(
    ref: CaseRef,
    letter: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> None:
    """Tell the reporter, in a letter, that there will be no statement.  A later review may find otherwise."""
    access.admit(by, ref, Right.CONDUCT)
    row = _hold(ref)
    row.state = rules.next_state(State(row.state), Act.REFUSE)
    row.answered_at = now
    row.save()
    log.append(ref, SafeHarbourRefused(), by=by, now=now)
    about = "safe-harbour-refused"
    conversation.write(ref, letter, about, letterhead, keys=keys, by=by, now=now, promised=promised)


@transaction.atomic
def ask(visit: Visiting, *, by: Actor, now: datetime) -> None:
    """The reporter asks to have it in writing.  ``NotNow`` when they asked already, or have it."""
    row = _hold(visit.ref)
    if row.state == State.GIVEN:
        raise NotNow("You have the statement already.")
    if standing_of(visit.ref).waiting:
        raise NotNow("You have asked for it already. A person will answer you.")
    row.asked_at = now
    row.save()
    log.append(visit.ref, SafeHarbourAsked(), by=by, now=now)


@transaction.atomic
def dispute(ref: CaseRef, text: str, *, by: Actor, now: datetime) -> None:
    """Put on record that one side does not agree; both sides read it.  It changes no state and takes nothing back.

    ``ref`` of a reporter is that of their visit.  Needs no private key.
    """
    side = Side.REPORTER if by.role is Role.REPORTER else Side.ORGANISATION
    if side is Side.ORGANISATION:
        access.admit(by, ref, Right.CONDUCT)
    rules.check_dispute(text)
    _hold(ref)
    said = sum(told.kind == ConductDisputed.kind and told.facts["side"] == side for told in log.read(ref))
    if said >= rules.MOST_DISPUTES:
        raise EnoughSaid("There is a lot on record already. Please write a letter instead.")
    extras.put(ref, DISPUTE, {"side": side, "text": text.strip()}, to=Purpose.CASE, by=by, now=now)
    log.append(ref, ConductDisputed(side), by=by, now=now)


def _second(case: CaseView) -> bool:
    return policy.version(case.policy_version).policy.review.second_person_for_conduct


def _hold(ref: CaseRef) -> Conduct:
    """Lock the row until the transaction ends; the first time it is made."""
    if log.head(ref) == log.NOTHING_BEFORE:
        raise NoSuchCase("There is no case %(ref)s.", ref=ref)
    Conduct.objects.get_or_create(case=ref)
    return Conduct.objects.select_for_update().get(case=ref)
