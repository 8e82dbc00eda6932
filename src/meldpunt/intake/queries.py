"""Ways to look into the spool."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from meldpunt.intake.errors import NoSuchItem
from meldpunt.intake.models import Item
from meldpunt.intake.rules import (
    SPAM,
    Door,
    Envelope,
    Outcome,
    SafePart,
    Submission,
    safe_context,
    safe_from_plain,
    spool_context,
    submission_from_plain,
)
from meldpunt.ledger import rows
from meldpunt.ledger.line import ask
from meldpunt.ledger.rows import look
from meldpunt.vault import files, sealing
from meldpunt.vault.files import SealedFile
from meldpunt.vault.keyring import VaultKeys

TELL_AFTER = 4  # tries: some ten seconds


@dataclass(frozen=True, slots=True)
class Arrived:
    """One item of the spool, opened.  Exactly one of ``raw`` (a letter), ``submission`` and ``message`` counts."""

    token: str
    received_at: datetime
    door: Door
    outcome: Outcome
    case: str
    envelope: Envelope = field(default_factory=Envelope, repr=False)
    raw: bytes = field(default=b"", repr=False)
    raw_file: SealedFile | None = field(default=None, repr=False)  # where a large letter already is
    submission: Submission | None = field(default=None, repr=False)
    receipt: str = field(default="", repr=False)
    message: Mapping[str, Any] | None = field(default=None, repr=False)


def waiting(limit: int, *, after: int = 0) -> list[tuple[int, str]]:
    """(number, token) of the items that nobody has opened yet, oldest first."""
    asked = "SELECT id, token FROM intake_item WHERE outcome = 'waiting' AND id > %s ORDER BY id LIMIT %s"
    return [(number, token) for number, token in ask(asked, [after, limit])]


def waiting_since() -> datetime | None:
    """When the oldest item came that nobody has opened yet; held ones count as well."""
    open_still = Item.objects.filter(outcome__in=(Outcome.WAITING, Outcome.HELD)).order_by("received_at")
    return open_still.values_list("received_at", flat=True).first()


LOOK_BACK = 4000  # items: a flood is seen in the newest ones


def forms_since(moment: datetime) -> int:
    """How many reports came by the form, or as JSON, since then; of very many, at least enough to call it a flood."""
    last = Item.objects.order_by("-id").values_list("id", flat=True).first() or 0
    newest = Item.objects.filter(id__gt=last - LOOK_BACK, door__in=(Door.FORM, Door.JSON), received_at__gt=moment)
    return newest.count()


def arrived(token: str, keys: VaultKeys, folder: Path) -> Arrived:
    """Open one item.  ``NoSuchItem`` when a case has taken its content over."""
    item = look(Item, "sealed", "received_at", "door", "outcome", "case", token=token)
    if item is None or not item[0]:
        raise NoSuchItem("There is no such letter in the spool.")
    sealed, received_at, door, outcome, case = item
    framed = sealing.unseal(keys.private, bytes(sealed), spool_context(token))
    split = 4 + int.from_bytes(framed[:4], "big")
    head, body = json.loads(framed[4:split]), framed[split:]
    common: dict[str, Any] = {
        "token": token,
        "received_at": received_at,
        "door": Door(door),
        "outcome": Outcome(outcome),
        "case": case,
    }
    if head["kind"] == "submission":
        submission = submission_from_plain(head["submission"])
        return Arrived(**common, submission=submission, receipt=head["receipt"])
    if head["kind"] == "message":
        return Arrived(**common, message=head)
    raw_file = SealedFile.from_plain(head["file"]) if "file" in head else None
    return Arrived(
        **common,
        envelope=Envelope(head["sender"], tuple(head["recipients"])),
        raw=b"".join(files.read(folder, raw_file)) if raw_file else body,
        raw_file=raw_file,
    )


@dataclass(frozen=True, slots=True)
class SetAside:
    """A letter that waits for a person, or that one has called spam.

    ``why`` is a code, see ``works.opener``.  ``looked_by`` looks at it until the end of ``look_until``.
    """

    token: str
    received_at: datetime
    door: Door
    why: str
    looked_by: str = ""
    look_until: date | None = None
    asked: int = 0
    asked_at: datetime | None = None
    spam: bool = False


_ASIDE = ("token", "received_at", "door", "why", "looked_by", "look_until", "asked", "asked_at")


def held(limit: int | None = None) -> tuple[SetAside, ...]:
    """The held letters, newest first."""
    rows = Item.objects.filter(outcome=Outcome.HELD).order_by("-id").values(*_ASIDE)[:limit]
    return tuple(SetAside(**{**row, "door": Door(row["door"])}) for row in rows)


def held_count() -> int:
    return rows.count(Item, outcome=Outcome.HELD)


def spam(limit: int) -> tuple[SetAside, ...]:
    """Held letters that a person called spam, newest first."""
    rows = Item.objects.filter(outcome=Outcome.IGNORED, why=SPAM).order_by("-id").values(*_ASIDE, "held_for")[:limit]
    return tuple(_spam(row) for row in rows)


def _spam(row: dict[str, Any]) -> SetAside:
    why = row.pop("held_for")
    return SetAside(**{**row, "door": Door(row["door"]), "why": why, "spam": True})


def set_aside(token: str) -> SetAside:
    """One letter that is held or spam.  ``NoSuchItem`` for any other."""
    rows = Item.objects.filter(token=token)
    row = rows.filter(outcome=Outcome.HELD).values(*_ASIDE).first()
    if row is not None:
        return SetAside(**{**row, "door": Door(row["door"])})
    row = rows.filter(outcome=Outcome.IGNORED, why=SPAM).values(*_ASIDE, "held_for").first()
    if row is None:
        raise NoSuchItem("There is no such letter in the spool.")
    return _spam(row)


def safe_part(token: str, keys: VaultKeys) -> SafePart | None:
    """What may be read of a held letter; ``None`` when the reader itself failed on it."""
    kept = Item.objects.filter(token=token).values_list("safe", flat=True).first()
    if not kept:
        return None
    return safe_from_plain(json.loads(sealing.unseal(keys.private, bytes(kept), safe_context(token))))


def hindered() -> tuple[int, str]:
    """How many items the machine has kept from being opened several times by now, and what the trouble is called."""
    rows = Item.objects.filter(outcome=Outcome.WAITING, tries__gte=TELL_AFTER)
    return rows.count(), rows.values_list("hindrance", flat=True).first() or ""


def outcome_of(token: str) -> tuple[Outcome, str, str]:
    """(outcome, why, case) of an item."""
    row = Item.objects.filter(token=token).values_list("outcome", "why", "case").first()
    if row is None:
        raise NoSuchItem("There is no such letter in the spool.")
    return Outcome(row[0]), row[1], row[2]


def arrived_with(finder: str) -> bool:
    """Whether a report whose receipt has this finder is in the spool and not opened yet."""
    return Item.objects.filter(finder=finder, outcome=Outcome.WAITING).exists()


def unopened_messages(case: str) -> int:
    """How many messages by the page of this case wait for the opener."""
    return rows.count(Item, case=case, outcome=Outcome.WAITING, door=Door.PAGE)


def backlog() -> tuple[int, datetime | None]:
    """How many items wait, and since when the oldest one does."""
    rows = Item.objects.filter(outcome=Outcome.WAITING).order_by("id")
    return rows.count(), rows.values_list("received_at", flat=True).first()
