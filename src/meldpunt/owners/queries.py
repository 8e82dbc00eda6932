"""Ways to look at owners and their threads: for the desk, and for the owner who is in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from meldpunt.cases import guests
from meldpunt.cases import queries as cases
from meldpunt.cases.errors import NoSuchFile
from meldpunt.cases.queries import FileContent
from meldpunt.cases.rules import FileRef
from meldpunt.conversation import forwarding
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import every, looks
from meldpunt.owners import kept, models
from meldpunt.owners.errors import NoSuchOwner
from meldpunt.owners.kept import Entry
from meldpunt.owners.models import Invitation
from meldpunt.owners.passes import ENDED, Looking
from meldpunt.owners.rules import Act, Asks, EntryKind, Invited, State, acts_for
from meldpunt.vault import files
from meldpunt.vault.files import SealedFile
from meldpunt.vault.keyring import VaultKeys

MOST_WAITING = 50  # owners named above the first screen


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner who was invited, as the desk sees them.  ``letter``: what became of the newest mail with a link."""

    id: str
    case: CaseRef
    who: Invited = field(repr=False)
    state: State
    by: str
    invited_at: datetime
    letter: str
    arrived_at: datetime | None
    looked_at: datetime | None
    due_on: date | None
    proposed_on: date | None
    solved_on: date | None
    asks: Asks
    asked_at: datetime | None

    @property
    def acts(self) -> tuple[Act, ...]:
        return acts_for(self.state)


@dataclass(frozen=True, slots=True)
class Thread:
    """All of one owner's.  ``technical``: what they have to solve, as it counts now; ``entries``: oldest first."""

    owner: Owner
    technical: Entry
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class OwnerPage:
    """Everything that an owner may see of the case.  ``severity`` and ``expected_on`` are the desk's word."""

    ref: CaseRef
    who: Invited = field(repr=False)
    state: State
    severity: str
    expected_on: date | None
    proposed_on: date | None
    solved_on: date | None
    technical: Entry
    entries: tuple[Entry, ...]

    @property
    def acts(self) -> tuple[Act, ...]:
        return acts_for(self.state)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in which an owner waits for the desk."""

    case: CaseRef
    owner: str
    why: Asks


def owners_of(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> tuple[Owner, ...]:
    """Who was invited, in that order.  ``NoSuchCase`` for anyone but the desk."""
    rows = every(Invitation, "invited_at", "id", case=ref)
    return _owners(viewer, ref, rows, keys)


def _owners(viewer: Actor, ref: CaseRef, rows: Sequence[Invitation], keys: VaultKeys) -> tuple[Owner, ...]:
    if not rows:
        return ()
    privates = guests.private_keys(viewer, ref, [row.id for row in rows], keys)
    letters = forwarding.states_of(row.letter for row in rows)
    return tuple(
        Owner(
            row.id,
            CaseRef(row.case),
            kept.open_who(row, privates[row.id]),
            State(row.state),
            row.by,
            row.invited_at,
            letters.get(row.letter, ""),
            row.arrived_at,
            row.looked_at,
            row.due_on,
            row.proposed_on,
            row.solved_on,
            Asks(row.asks),
            row.asked_at,
        )
        for row in rows
        if row.id in privates
    )


def thread(viewer: Actor, ref: CaseRef, owner: str, keys: VaultKeys) -> Thread:
    """One owner's thread, for the desk.  ``NoSuchOwner``."""
    cases.case_for(viewer, ref, keys)
    found = _owners(viewer, ref, list(Invitation.objects.filter(pk=owner, case=ref)), keys)
    if not found:
        raise NoSuchOwner("Nobody like that was invited to this case.")
    entries = _entries(ref, owner, guests.private_keys(viewer, ref, (owner,), keys)[owner])
    return Thread(found[0], _technical(entries), entries)


def threads_of(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> tuple[tuple[Owner, tuple[Entry, ...]], ...]:
    """Every owner with what was written, for the timeline of the case: few looks, however many owners."""
    found = owners_of(viewer, ref, keys)
    if not found:
        return ()
    privates = guests.private_keys(viewer, ref, [owner.id for owner in found], keys)
    rows = models.Entry.objects.filter(invitation__case=ref).order_by("invitation", "number")
    opened = [(row.invitation_id, kept.opened(row, ref, privates[row.invitation_id])) for row in rows]
    return tuple((one, tuple(entry for owner, entry in opened if owner == one.id)) for one in found)


def page_for(looking: Looking) -> OwnerPage:
    """The page of the owner who is in."""
    row = Invitation.objects.filter(pk=looking.owner, case=looking.ref).exclude(state=State.WITHDRAWN).first()
    if row is None:
        raise NoSuchOwner(ENDED)
    entries = _entries(looking.ref, row.id, looking.private)
    seen = guests.glance(looking.ref)
    return OwnerPage(
        looking.ref,
        kept.open_who(row, looking.private),
        State(row.state),
        seen.severity,
        row.due_on or seen.expected_on,
        row.proposed_on,
        row.solved_on,
        _technical(entries),
        entries,
    )


def file_for_handler(
    viewer: Actor, ref: CaseRef, owner: str, file_id: str, keys: VaultKeys, folder: Path
) -> FileContent:
    """A file of an owner's thread, for the desk.  ``NoSuchFile``."""
    private = guests.private_keys(viewer, ref, (owner,), keys).get(owner)
    if private is None:
        raise NoSuchFile("There is no such file.")
    return _file(ref, owner, file_id, private, folder)


def file_for_owner(looking: Looking, file_id: str, folder: Path) -> FileContent:
    """A file of one's own thread; any other one does not exist."""
    return _file(looking.ref, looking.owner, file_id, looking.private, folder)


def waiting() -> tuple[Waiting, ...]:
    """What owners did that nobody at the desk has looked at, the longest waiting first."""
    rows = looks(Invitation, "case", "id", "asks", order=("asked_at",), most=MOST_WAITING, asks__not="")
    return tuple(Waiting(CaseRef(case), owner, Asks(asks)) for case, owner, asks in rows)


def _entries(ref: CaseRef, owner: str, private: bytes) -> tuple[Entry, ...]:
    rows = models.Entry.objects.filter(invitation=owner, invitation__case=ref).order_by("number")
    return tuple(kept.opened(row, ref, private) for row in rows)


def _technical(entries: Sequence[Entry]) -> Entry:
    return next(entry for entry in reversed(entries) if entry.kind is EntryKind.TECHNICAL)


def _file(ref: CaseRef, owner: str, file_id: str, private: bytes, folder: Path) -> FileContent:
    entry_id, _, place = file_id.partition("-")
    row = models.Entry.objects.filter(pk=entry_id, invitation=owner, invitation__case=ref).first()
    held: tuple[FileRef, ...] = kept.opened(row, ref, private).files if row else ()
    if not (place.isdecimal() and len(place) < 4 and int(place) < len(held)):
        raise NoSuchFile("There is no such file.")
    file = held[int(place)]
    where = SealedFile.from_plain(file.sealed)
    return FileContent(file.name, file.content_type, where.size, files.read(folder, where), file.kind, file.scan)
