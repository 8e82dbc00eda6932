"""Mails to somebody who is neither reporter nor colleague: an owner of a system who was invited to a case.

They hold a reference and an address of ours, and belong to no case in the outbox: a reporter is not told that a
mail "to them" was lost.  ``invite`` needs the vault; the others are written by who faces the Internet as well.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.db import transaction

from meldpunt.cases import access
from meldpunt.cases.rules import Reporter
from meldpunt.conversation import mime, posting
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import UNDATED, Draft, Letterhead, Mail
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import insert
from meldpunt.vault import openpgp
from meldpunt.vault.errors import UnusableKey
from meldpunt.vault.keyring import PublicKeys, VaultKeys
from meldpunt.vault.queries import known_keys, vouches_everywhere


@dataclass(frozen=True, slots=True)
class Prepared:
    """A mail that lies ready for its day, sealed to the outbox key under the id that it will have there."""

    id: str
    sealed: bytes = field(repr=False)


def key_for(address: str, keys: VaultKeys) -> openpgp.Key | None:
    """The key that the operator imported for this address, when one can encrypt to it.

    One that came along with a letter is not taken: whoever wrote that letter need not be them.
    """
    for data in known_keys((address,), keys):
        try:
            found = openpgp.read_keys(data)
        except UnusableKey:
            continue
        if found and found[0].can_encrypt and vouches_everywhere(found[0].fingerprint, keys):
            return found[0]
    return None


@transaction.atomic(savepoint=False)
def invite(
    draft: Draft, address: str, letterhead: Letterhead, language: str, *, keys: VaultKeys, by: Actor, now: datetime
) -> str:
    """Queue a letter of a person, signed, and encrypted when we know their key; return its id in the outbox."""
    access.check(by, Right.WORK)
    key = key_for(address, keys)
    return posting.post(
        CaseRef(""),
        draft,
        Reporter(address=address, key=key.data, fingerprint=key.fingerprint) if key else Reporter(address=address),
        letterhead,
        message_id=posting.new_message_id(letterhead),
        answers="",
        automatic=False,
        language=language,
        keys=keys,
        now=now,
    )


@transaction.atomic(savepoint=False)
def tell(draft: Draft, address: str, letterhead: Letterhead, *, public: PublicKeys, by: Actor, now: datetime) -> None:
    """Queue an automatic mail: a code, or that something waits."""
    mail = Mail(letterhead.address, mime.spelled(address), _automatic(draft, address, letterhead, now))
    posting.queue_plain(mail, public=public, now=now)


def prepare(draft: Draft, address: str, letterhead: Letterhead, *, public: PublicKeys) -> Prepared:
    """The same, to go some day: it gets its date when it goes."""
    identity = secrets.token_hex(16)
    mail = Mail(letterhead.address, mime.spelled(address), _automatic(draft, address, letterhead, None))
    return Prepared(identity, posting.sealed_for_post(identity, mail, public))


@transaction.atomic(savepoint=False)
def release(prepared: Prepared, *, by: Actor, now: datetime) -> None:
    """Put what lay ready into the outbox."""
    row = OutboxLetter(id=prepared.id, case="", to="", automatic=True, created_at=now, next_at=now)
    row.sealed = prepared.sealed
    insert(row)


def _automatic(draft: Draft, address: str, letterhead: Letterhead, now: datetime | None) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = letterhead.address
    mail["To"] = mime.spelled(address)
    mail["Subject"] = draft.subject
    mail["Message-ID"] = posting.new_message_id(letterhead)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Meldpunt"] = secrets.token_hex(8)
    mail.set_content(draft.body)
    dated = f"Date: {format_datetime(now)}\r\n".encode() if now else UNDATED
    return dated + mail.as_bytes()
