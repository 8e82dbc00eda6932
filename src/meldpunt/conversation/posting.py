"""Put a letter into the outbox: as bytes, encrypted, and then sealed with its address.

Used by this room's commands and by nobody else.
"""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from meldpunt.cases import commands as cases
from meldpunt.cases.rules import Reporter
from meldpunt.conversation import mime
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import Draft, Letterhead, Mail, Mode, mode_for
from meldpunt.ground.values import Actor, CaseRef, Role
from meldpunt.ledger.line import ask
from meldpunt.ledger.rows import insert
from meldpunt.vault import queries as vault
from meldpunt.vault import sealing
from meldpunt.vault.keyring import PublicKeys, VaultKeys
from meldpunt.vault.queries import address_token

POSTING = Actor(Role.MACHINE, "posting")
# automatic letters to one address in that many hours; cases are opened all the same
MOST_AUTOMATIC = ((1, 10), (24, 30))


def new_message_id(letterhead: Letterhead) -> str:
    """A Message-ID that nobody can guess, so that who answers it has had the letter."""
    return f"<{secrets.token_urlsafe(18)}@{letterhead.address.rpartition('@')[2]}>"


def post(
    ref: CaseRef,
    draft: Draft,
    reporter: Reporter,
    letterhead: Letterhead,
    *,
    message_id: str,
    answers: str,
    automatic: bool,
    language: str,
    keys: VaultKeys,
    now: datetime,
    record: str = "",
    files: Sequence[mime.File] = (),
) -> str:
    """Write, encrypt or sign, seal and queue one mail to the reporter; return its id in the outbox."""
    own, signer = vault.signing_pair(keys)
    encrypt = mode_for(reporter) is Mode.ENCRYPTED
    raw = mime.letter_bytes(
        sender=(letterhead.name_in(language), letterhead.address),
        to=(reporter.name if encrypt else "", reporter.address),
        subject=draft.subject,
        body=draft.body,
        message_id=message_id,
        in_reply_to=answers,
        references=(answers,) if answers else (),
        reply_to=_tagged(ref, letterhead, keys, now),
        date=now,
        automatic=automatic,
        language=language,
        protection=mime.Encrypted((reporter.key, own), signer) if encrypt else mime.Signed(signer),
        own_key=(letterhead.address, own),
        marker=secrets.token_hex(8),
        attachments=files,
    )
    marks = {"record": record, "message": letter_token(message_id, keys)}
    return queue(ref, Mail(letterhead.address, mime.spelled(reporter.address), raw), automatic, keys, now, **marks)


def _tagged(ref: CaseRef, letterhead: Letterhead, keys: VaultKeys, now: datetime) -> str:
    """The address to which answers in this case go; empty when it is the ordinary one."""
    if not (letterhead.tagged and ref):
        return ""
    local, _, domain = letterhead.address.rpartition("@")
    return f"{local}+{cases.answer_tag(ref, keys=keys, by=POSTING, now=now)}@{domain}"


def letter_token(message_id: str, keys: VaultKeys) -> str:
    """Finds a letter of ours in the outbox by its Message-ID, when it comes back."""
    return sealing.token(keys.tokens, f"outbox|{message_id.strip().strip('<>')}")


def queue(ref: str, mail: Mail, automatic: bool, keys: VaultKeys, now: datetime, **marks: str) -> str:
    """Seal a mail to the outbox key; return its id.  ``marks``: its ``record``, and the token of its ``message``."""
    identity = secrets.token_hex(16)
    row = OutboxLetter(
        id=identity,
        case=ref,
        to=recipient_token(mail.recipient, keys),
        automatic=automatic,
        created_at=now,
        next_at=now,
        sealed=sealed_for_post(identity, mail, keys.public),
        **marks,
    )
    insert(row)
    return identity


def queue_plain(mail: Mail, *, public: PublicKeys, now: datetime) -> None:
    """Seal and queue a mail that belongs to no case and to no reporter."""
    identity = secrets.token_hex(16)
    closed = sealed_for_post(identity, mail, public)
    OutboxLetter.objects.create(id=identity, case="", to="", automatic=True, created_at=now, next_at=now, sealed=closed)


def sealed_for_post(identity: str, mail: Mail, public: PublicKeys) -> bytes:
    """A mail with its addresses, which only the outbox key opens, and only as the letter with that id."""
    head = json.dumps([mail.sender, mail.recipient]).encode()
    framed = len(head).to_bytes(4, "big") + head + mail.raw
    return sealing.seal(public.outbox, framed, f"outbox|{identity}")


def sealed_words(letter: str, words: str, keys: PublicKeys) -> bytes:
    """What a mail server said about a letter, for handlers only; nothing for nothing."""
    return sealing.seal(keys.vault, words.encode("utf-8", "replace"), f"said|{letter}") if words else b""


def recipient_token(address: str, keys: VaultKeys) -> str:
    """Tells which letters go to the same address, however it is spelled."""
    return address_token(mime.spelled(address), keys)


def may_answer(address: str, keys: VaultKeys, now: datetime) -> bool:
    """Whether another automatic letter may go there: two machines that answer each other fall silent."""
    since = [connection.ops.adapt_datetimefield_value(now - timedelta(hours=hours)) for hours, _ in MOST_AUTOMATIC]
    [recent] = ask(
        "SELECT COUNT(CASE WHEN created_at > %s THEN 1 END), COUNT(*) FROM conversation_outboxletter"
        ' WHERE "to" = %s AND automatic AND created_at > %s',
        [since[0], recipient_token(address, keys), since[1]],
    )
    return all(count < most for count, (_, most) in zip(recent, MOST_AUTOMATIC, strict=True))


def unqueue(row: OutboxLetter, outbox_key: bytes) -> Mail:
    """Open what ``queue`` sealed."""
    framed = sealing.unseal(outbox_key, bytes(row.sealed), f"outbox|{row.id}")
    split = 4 + int.from_bytes(framed[:4], "big")
    sender, recipient = json.loads(framed[4:split])
    return Mail(sender, recipient, framed[split:])
