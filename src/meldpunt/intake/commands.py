"""Take in what comes, and say later what became of it.

``receive`` and its two sisters seal to the vault's *public* key and write one row in one
synced transaction.  When they return, nothing short of losing the disk loses the item.
"""

import json
import secrets
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from meldpunt.ground.values import Actor
from meldpunt.intake import rules
from meldpunt.intake.errors import AlreadyReceived, AlreadySettled, Empty
from meldpunt.intake.events import LetterAskedAgain, LetterSetAside, LetterTakenUp, LetterWaits
from meldpunt.intake.models import Item
from meldpunt.intake.rules import SPAM, Door, Envelope, Outcome, SafePart, Submission, Upload
from meldpunt.ledger import log
from meldpunt.ledger.rows import change, insert
from meldpunt.vault import files, sealing
from meldpunt.vault.keyring import PublicKeys
from meldpunt.vault.rules import Receipt

MOST_TRIES = 30_000  # that are counted
INLINE = 128 << 10  # a larger letter goes to a file of its own, sealed in constant memory


@transaction.atomic
def receive(
    raw: bytes, *, door: Door, envelope: Envelope, keys: PublicKeys, folder: Path, by: Actor, now: datetime
) -> str:
    """Take in the exact bytes of a letter and return its token.  Raises ``TooLarge``, ``Empty``."""
    rules.check_letter(raw)
    head: dict[str, Any] = {
        "kind": "letter",
        "sender": envelope.sender,
        "recipients": envelope.recipients,
        "by": str(by),
    }
    if len(raw) > INLINE:
        head["file"] = files.store(folder, raw, settled=False).plain()  # by who opens it: see ``works.ahead``
        raw = b""
    return _spool(head, raw, door, keys, now)


@transaction.atomic
def receive_submission(
    submission: Submission,
    receipt: Receipt,
    *,
    keys: PublicKeys,
    by: Actor,
    now: datetime,
    once: str = "",
    door: Door = Door.FORM,
) -> str:
    """Take in a report by the web form, or as JSON, and return its token.

    The receipt travels inside the seal, so that the opener can seal the case's key under it;
    outside stands only what finds it.  ``once`` is a random value that the form carried: the
    second time it comes the answer is ``AlreadyReceived``.
    """
    rules.check_texts(submission.description, *submission.texts)
    rules.check_files([upload.sealed["size"] for upload in submission.files])
    if not submission.description.strip():
        raise Empty("Please describe what you found.")
    head = {
        "kind": "submission",
        "submission": rules.plain_submission(submission),
        "receipt": receipt.code,
        "by": str(by),
    }
    return _spool(head, b"", door, keys, now, finder=receipt.finder, once=once or None)


@transaction.atomic
def receive_message(
    text: str,
    uploads: tuple[Upload, ...],
    case: str,
    *,
    keys: PublicKeys,
    by: Actor,
    now: datetime,
    once: str = "",
) -> str:
    """Take in what a reporter writes on the page of their case, and return its token."""
    rules.check_texts(text)
    rules.check_files([upload.sealed["size"] for upload in uploads])
    if not text.strip() and not uploads:
        raise Empty("Please write a message, or add a file.")
    head = {
        "kind": "message",
        "text": text,
        "files": [
            {"name": upload.name, "content_type": upload.content_type, "sealed": dict(upload.sealed)}
            for upload in uploads
        ],
        "by": str(by),
    }
    return _spool(head, b"", Door.PAGE, keys, now, case=case, once=once or None)


def _spool(
    head: dict[str, Any], body: bytes, door: Door, keys: PublicKeys, now: datetime, **columns: str | None
) -> str:
    token = secrets.token_hex(16)
    packed = json.dumps(head).encode()
    framed = len(packed).to_bytes(4, "big") + packed + body
    sealed = sealing.seal(keys.vault, framed, rules.spool_context(token))
    item = Item(token=token, received_at=now, door=door, sealed=sealed, **columns)
    if not columns.get("once"):
        insert(item)
        return token
    try:
        with transaction.atomic():
            insert(item)
    except IntegrityError:
        raise AlreadyReceived("This form was sent before; we have it.") from None
    return token


@transaction.atomic(savepoint=False)
def settle(token: str, outcome: Outcome, case: str, *, by: Actor, now: datetime) -> None:
    """Mark an item as taken over by a case; its content leaves the spool.

    Runs inside the transaction that files the content.  ``AlreadySettled`` when another
    opener was quicker: then that transaction is rolled back, and nothing happens twice.
    """
    emptied = {"outcome": outcome, "case": case, "settled_at": now, "sealed": b"", "safe": b""}
    if not change(Item, emptied, token=token, outcome=Outcome.WAITING):
        raise AlreadySettled("This item is settled already.")


@transaction.atomic
def set_aside(token: str, outcome: Outcome, why: str, *, by: Actor, now: datetime) -> None:
    """Keep an item without a case: ``held`` for a person to look at, or ``ignored``.

    ``why`` is a short code, never text from the letter.
    """
    _turn(_item(token, Outcome.WAITING), outcome, why, by, now)


@transaction.atomic
def hold(token: str, why: str, safe: SafePart, *, keys: PublicKeys, by: Actor, now: datetime) -> None:
    """Set a letter aside for a person, and keep the part of it that they may read, sealed."""
    item = _item(token, Outcome.WAITING)
    _turn(item, Outcome.HELD, why, by, now)
    item.safe = sealing.seal(keys.vault, json.dumps(asdict(safe)).encode(), rules.safe_context(token))
    item.save(update_fields=["safe"])


@transaction.atomic
def dismiss(token: str, *, by: Actor, now: datetime) -> None:
    """A held letter is spam: ignored, and kept, for a person may be wrong."""
    rules.check_desk(by)
    item = _item(token, Outcome.HELD)
    item.held_for = item.why
    _turn(item, Outcome.IGNORED, SPAM, by, now)


@transaction.atomic
def bring_back(token: str, *, by: Actor, now: datetime) -> None:
    """It was no spam: held again."""
    rules.check_desk(by)
    item = _item(token, Outcome.IGNORED, why=SPAM)
    _turn(item, Outcome.HELD, item.held_for, by, now)


def _turn(item: Item, outcome: Outcome, why: str, by: Actor, now: datetime) -> None:
    """Give an item another outcome, and tell it."""
    item.outcome, item.why, item.settled_at = outcome, why, now
    item.save(update_fields=["outcome", "why", "settled_at", "held_for"])
    fact = LetterSetAside(item.token, outcome, why, item.door, item.received_at.isoformat())
    log.append(log.HOUSE, fact, by=by, now=now)


@transaction.atomic
def hindered(token: str, what: str, *, by: Actor, now: datetime) -> None:
    """Count that the machine kept an item from being opened.  It waits on; nothing has happened to it."""
    waiting = Item.objects.filter(token=token, outcome=Outcome.WAITING, tries__lt=MOST_TRIES)
    waiting.update(tries=F("tries") + 1, hindrance=what[:40])


@transaction.atomic(savepoint=False)
def take_up(token: str, *, by: Actor, now: datetime) -> None:
    """A held letter goes to a case after all.

    Runs inside the transaction that files it, as ``settle`` does: nobody else ever sees it waiting.
    """
    item = _item(token, Outcome.HELD)
    item.outcome, item.why = Outcome.WAITING, ""
    item.save(update_fields=["outcome", "why"])
    log.append(log.HOUSE, LetterTakenUp(token), by=by, now=now)


@transaction.atomic
def wait(token: str, until: date, today: date, *, by: Actor, now: datetime) -> None:
    """The actor looks at a held letter, until that day.  Days are the policy's own."""
    rules.check_desk(by)
    rules.check_wait(until, today)
    item = _item(token, Outcome.HELD)
    if (item.looked_by, item.look_until) == (by.name, until):
        return
    item.looked_by, item.look_until = by.name, until
    item.save(update_fields=["looked_by", "look_until"])
    log.append(log.HOUSE, LetterWaits(token, until.isoformat()), by=by, now=now)


@transaction.atomic(savepoint=False)
def asked_again(token: str, *, by: Actor, now: datetime) -> None:
    """Count that the sender of a held letter is asked for it.  ``AskedEnough`` when that was often enough."""
    item = _item(token, Outcome.HELD)
    rules.check_asking(item.asked, item.asked_at, now)
    item.asked, item.asked_at = item.asked + 1, now
    item.save(update_fields=["asked", "asked_at"])
    log.append(log.HOUSE, LetterAskedAgain(token, item.asked), by=by, now=now)


def _item(token: str, outcome: Outcome, **more: str) -> Item:
    """Lock an item that still has the outcome which the actor saw, until the transaction ends."""
    item = Item.objects.select_for_update().filter(token=token, outcome=outcome, **more).first()
    if item is None:
        raise AlreadySettled("This item is settled already.")
    return item
