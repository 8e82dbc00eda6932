"""The receipt that proves something: what arrived and when, signed by the organisation (see ``statements``).

The salt is the reporter's: it rests sealed to the key of the case, and is in their copy of the report alone.  So
the statement can be shown to anybody and gives nothing away; the two files together prove what was reported.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from meldpunt.cases import extras
from meldpunt.cases import queries as cases
from meldpunt.cases.rules import Arrival, Purpose
from meldpunt.cases.visits import Visiting
from meldpunt.conversation import letters
from meldpunt.conversation.errors import NoStatement
from meldpunt.conversation.events import ReportCommitted
from meldpunt.conversation.mime import File
from meldpunt.conversation.rules import Handing, Letterhead, Mode
from meldpunt.conversation.statements import SALT_BYTES, as_text, commitment_to, report_bytes
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.policy import words
from meldpunt.policy.queries import Published
from meldpunt.policy.rules import Term, due
from meldpunt.vault import openpgp
from meldpunt.vault import queries as vault
from meldpunt.vault.errors import NoSuchKey
from meldpunt.vault.keyring import VaultKeys

KIND = "conversation.receipt"
LARGEST_REPORT = 64 << 10  # bytes of a report that goes along by mail; a larger one is on the page only


@dataclass(frozen=True, slots=True)
class Proof:
    """What the reporter keeps.  ``statement`` is clear-signed, and empty in a house without an OpenPGP key."""

    statement: bytes = field(repr=False)
    report: bytes = field(repr=False)
    step: int = 0  # which entry of the case's log commits to it
    mark: str = ""  # that entry's hash

    def files(self, ref: CaseRef, handing: Handing, mode: Mode) -> tuple[File, ...]:
        """What goes along with an acknowledgement: what the reporter wrote encrypted only, else at most what tells
        nothing of it, and nothing at all to who wrote encrypted and left no key."""
        encrypted = mode is Mode.ENCRYPTED
        if not self.statement or not (encrypted or handing is Handing.LINK):
            return ()
        statement = File(f"receipt-statement-{ref}.txt.asc", "text/plain", self.statement)
        if not encrypted or len(self.report) > LARGEST_REPORT:
            return (statement,)
        return statement, File(f"report-{ref}.txt", "text/plain", self.report)


def prove(
    ref: CaseRef,
    arrival: Arrival,
    letterhead: Letterhead,
    published: Published,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> Proof:
    """Commit to the report that has just become the case ``ref``: tell the ledger, sign the statement, keep it."""
    salt = secrets.token_bytes(SALT_BYTES)
    report = report_bytes(salt, arrival.content)
    commitment = commitment_to(report)
    told = log.append(ref, ReportCommitted(commitment, arrival.received_at.isoformat()), by=by, now=now)
    statement = _signed(ref, arrival, commitment, letterhead, published, keys)
    kept = {"salt": salt.hex(), "commitment": commitment, "statement": statement.decode()}
    extras.put(ref, KIND, kept, to=Purpose.CASE, by=by, now=now)
    return Proof(statement, report, told.step, told.hash)


def _signed(
    ref: CaseRef, arrival: Arrival, commitment: str, letterhead: Letterhead, published: Published, keys: VaultKeys
) -> bytes:
    try:
        _, secret = vault.signing_pair(keys)
    except NoSuchKey:
        return b""  # a report is taken in all the same
    facts = {
        "reference": ref,
        **letterhead.words_in(arrival.language),
        "received": words.moment_in_words(arrival.received_at, published.policy.calendar.zone, arrival.language),
        "received_utc": utc(arrival.received_at),
        "policy_version": str(published.version),  # a number is looked up in the formats of the language
        "policy_digest": published.digest,
        "commitment": commitment,
        **_owed(arrival, published),
    }
    return openpgp.sign_clear(as_text(letters.draft("receipt-statement", arrival.language, facts)).encode(), secret)


def _owed(arrival: Arrival, published: Published) -> dict[str, str]:
    """What the policy promises from now on, with the days on which it is due; only what it says in public."""
    policy, language = published.policy, arrival.language
    gap = policy.clause("P4")
    return {
        "acknowledged": _due(policy.acknowledgement, arrival, published),
        "assessed": _due(policy.assessment if policy.promises_assessment else None, arrival, published),
        "fixed": _due(policy.fix, arrival, published),
        "gap": "" if "longest_gap" in gap.internal else words.term_in_words(policy.longest_gap, language),
    }


def _due(term: Term | None, arrival: Arrival, published: Published) -> str:
    if term is None:
        return ""
    calendar = published.policy.calendar
    owed = due(term, arrival.received_at, calendar)
    return f"{words.due_in_words(owed.due_on, calendar.zone, arrival.language)} ({utc(owed.late_from)})"


def utc(at: datetime) -> str:
    """A moment as a machine reads it: 2026-03-02T08:00:00Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def commitment_of(ref: CaseRef) -> str:
    """The commitment to the report of a case, as the ledger has it; empty for a case from before there were any."""
    return next((str(told.facts["commitment"]) for told in log.read(ref) if told.kind == ReportCommitted.kind), "")


def has_proof(visit: Visiting) -> bool:
    """Whether a statement of receipt lies ready for the reporter."""
    return any(extra.payload["statement"] for extra in extras.for_reporter(visit, (KIND,)))


def proof_for(visit: Visiting) -> Proof:
    """Both files, for the reporter.  ``NoStatement`` for a case from before there were any."""
    kept = next(iter(extras.for_reporter(visit, (KIND,))), None)
    if kept is None:
        raise NoStatement("There is no statement of receipt for this report.")
    report = report_bytes(bytes.fromhex(kept.payload["salt"]), cases.report_of(visit))
    if commitment_to(report) != kept.payload["commitment"]:
        raise RuntimeError("the report is not what was committed to")
    return Proof(str(kept.payload["statement"]).encode(), report)
