"""What is in a thread: sealed to the owner's own key pair.  Used by this room and by nobody else."""

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from meldpunt.cases.queries import FileView
from meldpunt.cases.rules import WAITS, FileRef
from meldpunt.conversation import twice
from meldpunt.conversation.rules import Said, said_before
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import insert
from meldpunt.owners import models
from meldpunt.owners.errors import NoSuchOwner, NotNow
from meldpunt.owners.models import Invitation
from meldpunt.owners.rules import MOST_ENTRIES, OF_OWNER, EntryKind, Invited
from meldpunt.privacy.rules import Kind
from meldpunt.vault import sealing


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a thread, opened.  ``on``: the day that it is about."""

    id: str
    kind: EntryKind
    at: datetime
    by: str
    text: str = field(repr=False)
    files: tuple[FileRef, ...] = field(default=(), repr=False)
    on: date | None = None

    @property
    def shown_files(self) -> tuple[FileView, ...]:
        """The files as a page lists them: without their keys."""
        return tuple(
            FileView(f"{self.id}-{place}", file.name, file.sealed["size"], file.content_type, file.kind, file.scan)
            for place, file in enumerate(self.files)
        )

    @property
    def by_owner(self) -> bool:
        return self.kind in OF_OWNER


def hold(ref: CaseRef, owner: str) -> Invitation:
    """Lock an invitation of that case until the transaction ends; of another case, it does not exist."""
    row = Invitation.objects.select_for_update().filter(pk=owner, case=ref).first()
    if row is None:
        raise NoSuchOwner("Nobody like that was invited to this case.")
    return row


def seal_who(owner: str, ref: str, public: bytes, who: Invited) -> bytes:
    plain = json.dumps([who.kind, who.organisation, who.address, who.language]).encode()
    return sealing.seal(public, plain, f"owner|{ref}|{owner}|who")


def open_who(row: Invitation, private: bytes) -> Invited:
    kind, organisation, address, language = json.loads(
        sealing.unseal(private, bytes(row.who), f"owner|{row.case}|{row.id}|who")
    )
    return Invited(Kind(kind), organisation, address, language)


def is_there(row: Invitation, once: str) -> bool:
    """Whether the form with that ``once`` has been here already."""
    return bool(once) and models.Entry.objects.filter(pk=_identity(row.id, once)).exists()


def check_new(
    row: Invitation, kind: EntryKind, text: str, files: Collection[str], private: bytes, now: datetime
) -> None:
    """``SaidAlready`` when the same was written here, by the same side, a short while ago."""
    rows = models.Entry.objects.filter(invitation=row, kind=kind)
    written = (opened(one, row.case, private) for one in rows)
    said = (Said(one.at, one.text, [file.name for file in one.files]) for one in written)
    twice.refuse(said_before(text, files, said, now))


def put(
    row: Invitation,
    kind: EntryKind,
    text: str = "",
    files: Sequence[FileRef] = (),
    on: date | None = None,
    *,
    once: str = "",
    by: Actor,
    now: datetime,
) -> None:
    """Seal one more thing into a held thread."""
    identity = _identity(row.id, once)
    number = models.Entry.objects.filter(invitation=row).count() + 1
    if number > MOST_ENTRIES:
        raise NotNow("There is too much in this conversation already. Please call or write to us instead.")
    closed = _closed(row, Entry(identity, kind, now, str(by), text, tuple(files), on))
    made = models.Entry(id=identity, invitation=row, number=number, kind=kind, at=now, by=str(by), sealed=closed)
    made.unseen = any(file.scan == WAITS for file in files)
    insert(made)


def put_again(row: models.Entry, entry: Entry) -> None:
    """The same thing, with what is known of its files by now."""
    row.sealed, row.unseen = _closed(row.invitation, entry), False
    row.save(update_fields=["sealed", "unseen"])


def _closed(row: Invitation, entry: Entry) -> bytes:
    on = entry.on.isoformat() if entry.on else ""
    payload = {"text": entry.text, "files": [file.plain() for file in entry.files], "on": on}
    context = _context(row.case, row.id, entry.id, entry.kind)
    return sealing.seal(bytes(row.public), json.dumps(payload).encode(), context)


def opened(row: models.Entry, ref: str, private: bytes) -> Entry:
    plain: Mapping[str, Any] = json.loads(
        sealing.unseal(private, bytes(row.sealed), _context(ref, row.invitation_id, row.id, row.kind))
    )
    files = tuple(FileRef(**file) for file in plain["files"])
    on = date.fromisoformat(plain["on"]) if plain["on"] else None
    return Entry(row.id, EntryKind(row.kind), row.at, row.by, plain["text"], files, on)


def _identity(owner: str, once: str) -> str:
    return (
        hashlib.sha256(f"{owner}|{once}".encode("utf-8", "replace")).hexdigest()[:32] if once else secrets.token_hex(16)
    )


def _context(ref: str, owner: str, entry: str, kind: str) -> str:
    return f"owner|{ref}|{owner}|{entry}|{kind}"
