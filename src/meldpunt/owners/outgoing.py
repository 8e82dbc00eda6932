"""What goes to an owner, and the two measures it is held to.

The technical part, and every file of the report, goes through the gate of privacy and stands in its register.  What the
desk writes besides belongs to that; it is refused when it says who reported.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from meldpunt.cases import guests
from meldpunt.cases.rules import FileRef
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.owners import rules
from meldpunt.owners.rules import Invited
from meldpunt.privacy import commands as privacy
from meldpunt.privacy import drafts, traces
from meldpunt.privacy.errors import StillNamed
from meldpunt.privacy.rules import Ground, Leaving, Recipient, Use, What
from meldpunt.vault import files as sealed_files
from meldpunt.vault.files import SealedFile
from meldpunt.vault.keyring import VaultKeys


@dataclass(frozen=True, slots=True)
class Going:
    """A text for an owner; ``files``: ids of files of the report that go along."""

    text: str = field(repr=False)
    files: tuple[str, ...] = ()


def through_the_gate(
    ref: CaseRef, who: Invited, going: Going, folder: Path, *, keys: VaultKeys, by: Actor, now: datetime
) -> tuple[FileRef, ...]:
    """Let it leave, and write it into the register.  Raises as the gate does; ``StillNamed`` for a file as well."""
    text = rules.checked_text(going.text, files=len(going.files))
    leaving = Leaving(What.TECHNICAL, Recipient(who.kind, who.organisation), Use.SOLVE, Ground.NOT_PERSONAL)
    package = privacy.share(ref, leaving, text=text, files=going.files, keys=keys, by=by, now=now)
    found = guests.files_of(by, ref, package.files, keys)
    _check_files(found, drafts.technical_draft(by, ref, keys).known, folder)
    return found


def nameless(
    ref: CaseRef, text: str, files: Sequence[FileRef], folder: Path, *, keys: VaultKeys, by: Actor
) -> tuple[FileRef, ...]:
    """Refuse a message, or files of our own with it, that say who reported."""
    known = drafts.technical_draft(by, ref, keys).known
    if traces.says_who("\n".join([text, *(file.name for file in files)]), known):
        raise StillNamed("The text, or the name of a file, still says who reported. Please take out what is marked.")
    _check_files(files, known, folder)
    return tuple(files)


def _check_files(files: Sequence[FileRef], known: Sequence[str], folder: Path) -> None:
    for file in files:
        if traces.file_says_who(_pieces(file, folder), known):
            raise StillNamed(
                "The file %(name)s says who reported, or holds an OpenPGP key. It stays here.", name=file.name
            )


def _pieces(file: FileRef, folder: Path) -> Iterator[bytes]:
    return sealed_files.read(folder, SealedFile.from_plain(file.sealed))
