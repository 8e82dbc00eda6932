"""Letters of ours that did not arrive: why, who takes note of it, and how they go again.

Commands as in ``commands.py``, and the queries that they need.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from meldpunt.cases import access
from meldpunt.cases import commands as cases
from meldpunt.cases.queries import case_for, reporter_of
from meldpunt.conversation import commands, posting
from meldpunt.conversation.errors import NotUndelivered
from meldpunt.conversation.events import LetterAgain, LetterUndelivered, UndeliveredNoticed
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import Letterhead, Why, why_not
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.intake.commands import set_aside
from meldpunt.intake.rules import Outcome
from meldpunt.ledger import log
from meldpunt.ledger.rows import count, every, looks
from meldpunt.vault import sealing
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.rules import Receipt

BOUNCED = "bounced"
MOST_UNDELIVERED = 20  # cases named in the line above the inbox
LOOKED_AT = 50  # letters counted for it
MOST_WORDS = 500  # characters of a bounce that are kept beside the letter
WRITTEN = ("letter.written", "letter.again")


@dataclass(frozen=True, slots=True)
class Lost:
    """A letter that did not arrive, and that nobody has taken note of.

    ``about`` as in ``LetterWritten``; ``code`` and ``words`` are the mail server's.
    """

    letter: str
    at: datetime
    about: str
    automatic: bool
    why: Why
    code: str
    words: str = field(repr=False)


def lost_in(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> tuple[Lost, ...]:
    """The letters of one case that did not arrive, oldest first, until somebody takes note."""
    case_for(viewer, ref, keys)
    rows = every(OutboxLetter, "created_at", case=ref, state="undelivered", noticed=False)
    about = _subjects(ref) if rows else {}
    return tuple(
        Lost(
            row.id,
            row.created_at,
            about.get(row.id, ""),
            row.automatic,
            why_not(row.code),
            row.code,
            _words(row, keys),
        )
        for row in rows
    )


def _words(row: OutboxLetter, keys: VaultKeys) -> str:
    said = bytes(row.said)
    return sealing.unseal(keys.private, said, f"said|{row.id}").decode("utf-8", "replace") if said else ""


def _subjects(ref: CaseRef) -> dict[str, str]:
    """What each letter of a case is about, by its id in the outbox."""
    return {entry.facts["letter"]: entry.facts["about"] for entry in log.read(ref) if entry.kind in WRITTEN}


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Letters that did not reach their reporters, and that no handler has taken note of; newest case first.

    ``more``: there may be more than those that were counted.
    """

    letters: int
    more: bool
    cases: tuple[CaseRef, ...]


def undelivered(viewer: Actor) -> Undelivered:
    """What the inbox says above everything.  Letters that belong to no case are nobody's concern."""
    asked = {"state": "undelivered", "noticed": False, "case__not": ("", *access.hidden_from(viewer))}
    lost = looks(OutboxLetter, "case", order=("-created_at",), most=LOOKED_AT, **asked)
    refs = tuple(dict.fromkeys(CaseRef(ref) for (ref,) in lost))
    return Undelivered(len(lost), len(lost) == LOOKED_AT, refs[:MOST_UNDELIVERED])


def undelivered_in(ref: CaseRef) -> int:
    """How many letters of one case no handler has taken note of."""
    return count(OutboxLetter, case=ref, state="undelivered", noticed=False)


@transaction.atomic
def bounced(
    token: str, why: str, message_ids: Sequence[str], *, keys: VaultKeys, by: Actor, now: datetime, said: str = ""
) -> None:
    """Set a bounce aside, and mark the letter that it brings back as undelivered.

    ``message_ids`` are those that it names, the letter that came back last.  The last one that
    is ours counts.  Nobody else knows our identities, so nobody else can call a letter undelivered.
    """
    set_aside(token, Outcome.IGNORED, why, by=by, now=now)
    row = _came_back(message_ids, keys)
    if row is None or row.state == "undelivered":
        return
    row.state, row.code = "undelivered", BOUNCED
    row.said = posting.sealed_words(row.id, " ".join(said[:MOST_WORDS].split()), keys.public)
    row.save(update_fields=["state", "code", "said"])
    log.append(row.case or log.HOUSE, LetterUndelivered(row.id, BOUNCED), by=by, now=now)


def _came_back(message_ids: Sequence[str], keys: VaultKeys) -> OutboxLetter | None:
    tokens = [posting.letter_token(name, keys) for name in message_ids]
    found = {row.message: row for row in OutboxLetter.objects.select_for_update().filter(message__in=tokens)}
    return next((found[token] for token in reversed(tokens) if token in found), None)


@transaction.atomic
def notice(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """A handler has seen what could not be delivered in this case: the inbox need not say it any more.

    What waited for another try leaves the outbox; what a person wrote stays with the case.
    """
    access.admit(by, ref, Right.WORK)
    rows = OutboxLetter.objects.filter(case=ref, state="undelivered", noticed=False)
    seen = rows.update(noticed=True, sealed=b"", said=b"")
    if seen:
        log.append(ref, UndeliveredNoticed(seen), by=by, now=now)


@transaction.atomic
def send_again(
    ref: CaseRef,
    letter: str,
    address: str,
    receipt: Receipt,
    letterhead: Letterhead,
    *,
    folder: Path,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> None:
    """Send a letter that did not arrive once more, to ``address`` (empty: to the one that we know).

    ``receipt`` is a fresh one, for the case that the letter carried one.  A new address becomes the reporter's:
    ``BadAddress`` when it is none.  ``NotUndelivered`` when a colleague was quicker.
    """
    access.admit(by, ref, Right.WORK)
    row = OutboxLetter.objects.select_for_update().filter(pk=letter, case=ref, state="undelivered").first()
    if row is None or row.noticed:
        raise NotUndelivered("That letter was sent again already, or somebody has taken note of it.")
    if address.strip():
        cases.correct_address(ref, address, keys=keys, by=by, now=now)
    about = _subjects(ref).get(letter, "reply")
    if _still_good(row, reporter_of(by, ref, keys).address, keys):
        _back_into_the_outbox(row, now)
        log.append(ref, LetterAgain(letter, about, row.automatic), by=by, now=now)
        return
    if row.record:
        fresh = commands.mail_again(ref, row.record, about, letterhead, folder=folder, keys=keys, by=by, now=now)
        log.append(ref, LetterAgain(fresh, about, False), by=by, now=now)
    else:
        commands.acknowledge_again(ref, receipt, letterhead, keys=keys, by=by, now=now)
    OutboxLetter.objects.filter(pk=letter).update(noticed=True, sealed=b"", said=b"")


def _still_good(row: OutboxLetter, address: str, keys: VaultKeys) -> bool:
    """Whether the very same letter can go: it is here, whole, to this address, and encrypted to the key of now."""
    if not row.sealed or why_not(row.code) is Why.DAMAGED or row.to != posting.recipient_token(address, keys):
        return False
    return not any(entry.kind.startswith("reporter.key") and entry.at > row.created_at for entry in log.read(row.case))


def _back_into_the_outbox(row: OutboxLetter, now: datetime) -> None:
    """As if it had just been written, under the same Message-ID."""
    row.state, row.code, row.said, row.attempts = "waiting", "", b"", 0
    row.created_at = row.next_at = now
    row.save(update_fields=["state", "code", "said", "attempts", "created_at", "next_at"])
