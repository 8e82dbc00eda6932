"""The sealed side of a case: its keys, its records, and its locked lines.

Used by the commands and queries of this room and by nobody else.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from meldpunt.cases.errors import NoSuchFile
from meldpunt.cases.models import Case, Record, Seal
from meldpunt.cases.rules import SEALED_TO, Arrival, Content, Purpose, RecordKind, Reporter, key_context, record_context
from meldpunt.ground.values import Actor
from meldpunt.intake.rules import Door
from meldpunt.ledger.rows import insert, looks
from meldpunt.vault import sealing
from meldpunt.vault.errors import CannotOpen
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.queries import address_token
from meldpunt.vault.rules import Receipt
from meldpunt.vault.sealing import KeyPair

VAULT, RECEIPT = "vault", "receipt"
WITH_FILES = (RecordKind.REPORT, RecordKind.FROM_REPORTER, RecordKind.TO_REPORTER)
TAG = 24  # hex digits: 96 bits; short enough for a local part of 64 characters


def make_keys(case: Case) -> dict[Purpose, KeyPair]:
    """Make the three key pairs of a case and put the public halves into its row.  Not saved."""
    pairs = {purpose: sealing.new_pair() for purpose in Purpose}
    for purpose, pair in pairs.items():
        setattr(case, f"{purpose}_public", pair.public)
    return pairs


def seal_keys(case: Case, pairs: Mapping[Purpose, KeyPair], receipt: Receipt | None, keys: VaultKeys) -> None:
    """Seal the private halves: all to the vault, and the case key under the receipt."""
    seals = [
        Seal(
            case=case,
            purpose=purpose,
            holder=VAULT,
            sealed=sealing.seal(keys.public.vault, pair.private, key_context(case.ref, purpose, VAULT)),
        )
        for purpose, pair in pairs.items()
    ]
    if receipt:
        seals.append(seal_for_receipt(case, pairs[Purpose.CASE].private, receipt))
    insert(*seals)


def seal_for_receipt(case: Case, private: bytes, receipt: Receipt) -> Seal:
    """The case key for who holds the receipt; not saved yet."""
    locked = sealing.lock(receipt.opener, private, key_context(case.ref, Purpose.CASE, RECEIPT))
    return Seal(case=case, purpose=Purpose.CASE, holder=RECEIPT, finder=receipt.finder, sealed=locked)


def private_key(case: Case, purpose: Purpose, keys: VaultKeys) -> bytes:
    """A private key of the case, for who holds the vault's."""
    sealed = _sealed_for_vault(case)[purpose]
    return sealing.unseal(keys.private, sealed, key_context(case.ref, purpose, VAULT))


def private_keys(case: Case, keys: VaultKeys) -> dict[Purpose, bytes]:
    """All private keys of the case, for who holds the vault's."""
    return {
        purpose: sealing.unseal(keys.private, sealed, key_context(case.ref, purpose, VAULT))
        for purpose, sealed in _sealed_for_vault(case).items()
    }


def _sealed_for_vault(case: Case) -> dict[Purpose, bytes]:
    rows = looks(Seal, "purpose", "sealed", case_id=case.pk, holder=VAULT)
    return {Purpose(purpose): bytes(sealed) for purpose, sealed in rows}


def write(
    case: Case,
    kind: RecordKind,
    payload: Mapping[str, Any] | bytes,
    *,
    by: Actor,
    at: datetime,
    protection: str = "",
    open_from: datetime | None = None,
) -> Record:
    """Seal a record to the key of its kind and add it to the case."""
    record = prepared(case, kind, next_number(case), payload, by=by, at=at, protection=protection)
    record.open_from = open_from
    Record.objects.bulk_create([record])
    return record


def next_number(case: Case) -> int:
    return int(Record.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0) + 1


def prepared(
    case: Case,
    kind: RecordKind,
    number: int,
    payload: Mapping[str, Any] | bytes,
    *,
    by: Actor,
    at: datetime,
    door: str = "",
    protection: str = "",
) -> Record:
    """A sealed record, not saved yet."""
    identity = secrets.token_hex(16)
    plain = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    public = bytes(getattr(case, f"{SEALED_TO[kind]}_public"))
    return Record(
        id=identity,
        case=case,
        number=number,
        kind=kind,
        at=at,
        by=str(by),
        door=door,
        protection=protection,
        sealed=sealing.seal(public, plain, record_context(case.ref, identity, kind)),
    )


def open_record(record: Record, ref: str, private: bytes) -> bytes:
    """The plain bytes of a record."""
    return sealing.unseal(private, bytes(record.sealed), record_context(ref, record.id, record.kind))


def held_file(ref: str, file_id: str, private: bytes) -> dict[str, Any]:
    """What the record says of a file."""
    record_id, _, place = file_id.partition("-")
    row = Record.objects.filter(case__ref=ref, id=record_id, kind__in=WITH_FILES).first()
    held = json.loads(open_record(row, ref, private))["files"] if row else []
    if not place.isdecimal() or int(place) >= len(held):
        raise NoSuchFile("There is no such file.")
    return dict(held[int(place)])


def seal_reporter(case: Case, reporter: Reporter, keys: VaultKeys) -> None:
    """Put who the reporter is into the row of the case: sealed, locked, and as a token.  Not saved."""
    plain = {
        "name": reporter.name,
        "address": reporter.address,
        "key": reporter.key.hex(),
        "fingerprint": reporter.fingerprint,
        "key_since": reporter.key_since,
        "key_from": reporter.key_from,
    }
    case.identity = sealing.seal(bytes(case.identity_public), json.dumps(plain).encode(), f"identity|{case.ref}")
    case.who = sealing.lock(keys.summaries, reporter.shown.encode(), f"who|{case.ref}")
    case.has_key = bool(reporter.key)


def open_reporter(case: Case, private: bytes) -> Reporter:
    """Who reported, with the identity key."""
    plain = json.loads(sealing.unseal(private, bytes(case.identity), f"identity|{case.ref}"))
    return Reporter(**{**plain, "key": bytes.fromhex(plain["key"])})


def from_elsewhere(case: Case, arrival: Arrival, keys: VaultKeys) -> bytes:
    """Who sent a letter that is not from the reporter's address, sealed; empty when it is.

    Sealed to the identity key, inside a record that a receipt opens: the reporter need not know the address.
    """
    sender = arrival.reporter
    if arrival.door == Door.PAGE or (sender.address and address_token(sender.address, keys) == case.sender):
        return b""
    plain = json.dumps([sender.name, sender.address]).encode()
    return sealing.seal(bytes(case.identity_public), plain, f"elsewhere|{case.ref}")


def open_elsewhere(held: str, ref: str, private: bytes) -> str:
    """The name and address that ``from_elsewhere`` sealed.  Needs the identity key."""
    try:
        name, address = json.loads(sealing.unseal(private, bytes.fromhex(held), f"elsewhere|{ref}"))
    except CannotOpen:
        return ""  # who reported is forgotten, and who wrote along with them
    return f"{name} <{address}>" if name and address else name or address


def lock_title(case: Case, title: str, keys: VaultKeys) -> None:
    case.title = sealing.lock(keys.summaries, title.encode("utf-8", "replace"), f"title|{case.ref}")


def open_line(locked: bytes | memoryview, what: str, ref: str, keys: VaultKeys) -> str:
    """A locked line of a case: its ``title``, or ``who`` reported."""
    return sealing.unlock(keys.summaries, bytes(locked), f"{what}|{ref}").decode()


def message_token(message_id: str, keys: VaultKeys) -> str:
    """Finds a letter by its Message-ID without storing it."""
    return sealing.token(keys.tokens, f"message-id|{message_id.strip().strip('<>')}")


def letter_token(arrival: Arrival, keys: VaultKeys) -> str:
    """Finds a letter that arrived before: by its Message-ID, or without one by who sent it and what it says.

    Empty for what did not come as a letter.
    """
    if arrival.message_id:
        return message_token(arrival.message_id, keys)
    if not (arrival.raw or arrival.raw_file):
        return ""
    sender = arrival.reporter.address.lower()
    return sealing.token(keys.tokens, f"no-message-id|{sender}|{content_token(arrival.content, keys)}")


def content_token(content: Content, keys: VaultKeys) -> str:
    """Tells whether two letters say the same."""
    files = [file.sealed["sha256"] for file in content.files]
    return sealing.token(keys.tokens, json.dumps(["content", content.subject, content.text, files]))


def answer_tag(ref: str, keys: VaultKeys) -> str:
    """What stands behind the plus of our address in letters of this case.  Nobody can guess it."""
    return sealing.token(keys.tokens, f"answer-tag|{ref}")[:TAG]


def tag_token(tag: str, keys: VaultKeys) -> str:
    """Finds a case by its tag without storing that."""
    return sealing.token(keys.tokens, f"answer-to|{tag.lower()}")
