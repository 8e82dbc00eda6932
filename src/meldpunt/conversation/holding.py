"""Letters that a person must look at: held, asked for once more, and taken into a case after all.

Commands as in ``commands.py``.  Nothing that was encrypted in a held letter is known here: only
its ``SafePart`` and its bytes, which a case gets as a file.
"""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from meldpunt.cases import access
from meldpunt.cases.rules import Arrival, Content, FileRef, Reporter, title_of
from meldpunt.conversation import letters, posting
from meldpunt.conversation.commands import take_in
from meldpunt.conversation.errors import NobodyToAsk
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.intake import commands as intake
from meldpunt.intake import filetypes
from meldpunt.intake.queries import Arrived
from meldpunt.intake.rules import Outcome, SafePart
from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.vault import files
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.rules import Receipt

LETTER = "letter.eml"  # the name of a letter as it came, when it is a file of its case


@transaction.atomic
def hold(
    token: str,
    why: str,
    safe: SafePart,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    answer: bool = True,
) -> None:
    """Keep a letter that cannot be read for a person to look at, and tell its sender how to try again.

    ``why`` is one of ``cannot-decrypt``, ``broken-integrity``, ``smime`` or another code that the
    letter has no sentence for.  Nothing of the letter is repeated, and spam is not answered; nor
    is what came without ``answer``, wanting no automatic one.
    """
    intake.hold(token, why, safe, keys=keys.public, by=by, now=now)
    if answer and safe.sender and why != "spam" and posting.may_answer(safe.sender, keys, now):
        _post("held", safe, letterhead, {"why": why}, keys, now)


@transaction.atomic
def ask_again(
    item: Arrived, why: str, safe: SafePart, letterhead: Letterhead, *, keys: VaultKeys, by: Actor, now: datetime
) -> None:
    """Ask the sender of a held letter to send it once more: our key goes along, and how to use it.

    Refused when there is no address, when they were asked often enough (``AskedEnough``), and when that
    address has had as many letters without a person's own words as one hour may bring.
    """
    access.check(by, Right.HELD)
    if not safe.sender:
        raise NobodyToAsk("This letter names no address to write to.")
    if not posting.may_answer(safe.sender, keys, now):
        raise NobodyToAsk("That address has had enough letters for this hour. Please try again later.")
    intake.asked_again(item.token, by=by, now=now)
    zone = policy.current().policy.calendar.zone
    received = words.moment_in_words(item.received_at, zone, safe.language)
    _post("resend", safe, letterhead, {"why": why, "received": received}, keys, now)


def _post(
    name: str, safe: SafePart, letterhead: Letterhead, facts: dict[str, str], keys: VaultKeys, now: datetime
) -> None:
    """Queue a letter that says the same to everybody, to an address that nobody has proved."""
    more = {
        "form": f"{letterhead.base_url}/report/",
        "key": f"{letterhead.base_url}/openpgp-key.asc",
        **letterhead.words_in(safe.language),
    }
    posting.post(
        CaseRef(""),
        letters.draft(name, safe.language, {**facts, **more}),
        Reporter(address=safe.sender),
        letterhead,
        message_id=posting.new_message_id(letterhead),
        answers=safe.message_id,
        automatic=True,
        language=safe.language,
        keys=keys,
        now=now,
    )


@transaction.atomic
def open_held(
    arrival: Arrival,
    belongs: CaseRef | None,
    receipt: Receipt,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> tuple[Outcome, CaseRef]:
    """Make a case of a held letter, or add it to the case ``belongs``, as if it had not been held.

    ``AlreadySettled`` when somebody was quicker.
    """
    access.check(by, Right.HELD)
    if belongs:
        access.admit(by, belongs, Right.WORK)
    intake.take_up(arrival.item, by=by, now=now)
    return take_in(arrival, belongs, receipt, letterhead, keys=keys, by=by, now=now)


def arrival_of_held(item: Arrived, safe: SafePart, untitled: str, folder: Path) -> Arrival:
    """A held letter as a case takes it: its safe part, and the letter itself beside it as a file.

    ``untitled``: what to call it when it says nothing of itself.  It is on the disk, sealed, when this returns.
    """
    raw_file = item.raw_file or files.store(folder, item.raw)
    refs = [FileRef(file.name, file.content_type, file.sealed, file.kind, file.scan) for file in safe.files]
    refs.append(FileRef(LETTER, "message/rfc822", raw_file.plain(), filetypes.kind_of(item.raw)))
    return Arrival(
        item.token,
        item.received_at,
        item.door,
        Content(safe.text, tuple(refs), safe.subject, form=safe.form),
        Reporter(safe.sender_name, safe.sender),
        title_of(safe.subject, safe.text, untitled),
        safe.language,
        policy.current().version,
        b"" if item.raw_file else item.raw,
        item.raw_file.plain() if item.raw_file else None,
        safe.message_id,
    )
