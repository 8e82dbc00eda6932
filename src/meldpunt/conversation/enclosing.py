"""Files that go along with a letter of ours: laid ready one by one, sealed, until the letter goes.

They are on the disk already, sealed, when they come here.  What names them lies beside the draft, for who laid them
ready and for one kind of letter, so that no step between choosing and sending can lose them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from meldpunt.cases import access, extras
from meldpunt.cases.rules import FileRef, Purpose
from meldpunt.conversation.errors import TooMuchEnclosed
from meldpunt.conversation.mime import File
from meldpunt.conversation.rules import Enclosed
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.vault import files as sealed_files
from meldpunt.vault.files import SealedFile
from meldpunt.vault.keyring import VaultKeys

KIND = "conversation.enclosed"  # sealed to the desk's key: no receipt opens it before the letter goes
MOST, MOST_BYTES = 10, 20 << 20  # as many as a reporter may send; what mail servers take, and a desk's form


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that was laid ready."""

    id: str
    file: FileRef

    @property
    def size(self) -> int:
        return int(self.file.sealed["size"])


@transaction.atomic
def lay_ready(ref: CaseRef, about: str, files: Sequence[FileRef], *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Let these go along with the actor's next letter of this kind.  ``TooMuchEnclosed``: none of them is taken."""
    access.admit(by, ref, Right.WRITE)
    there = [one.file for one in ready(by, ref, about, keys)]
    sizes = [int(file.sealed["size"]) for file in (*there, *files)]
    if len(sizes) > MOST or sum(sizes) > MOST_BYTES:
        raise TooMuchEnclosed(
            "A letter takes at most %(number)d files, together at most %(limit)d MiB. These were not added.",
            number=MOST,
            limit=MOST_BYTES >> 20,
        )
    for file in files:
        extras.put(ref, KIND, {"about": about, "file": file.plain()}, to=Purpose.DESK, by=by, now=now)


@transaction.atomic
def take_out(ref: CaseRef, id: str, *, keys: VaultKeys, by: Actor, now: datetime) -> str:
    """This one stays here after all.  Returns where it lies, to be removed; empty when there was none."""
    access.admit(by, ref, Right.WRITE)
    mine = [one for one in extras.of_case(by, ref, (KIND,), keys) if one.by == str(by) and one.id == id]
    extras.drop(ref, KIND, by=by, now=now, own=True, id=id)
    return str(mine[0].payload["file"]["sealed"]["path"]) if mine else ""


@transaction.atomic
def go(ref: CaseRef, about: str, *, keys: VaultKeys, by: Actor, now: datetime) -> tuple[FileRef, ...]:
    """What was laid ready for this letter, which takes it along from here."""
    going = ready(by, ref, about, keys)
    for one in going:
        extras.drop(ref, KIND, by=by, now=now, own=True, id=one.id)
    return tuple(one.file for one in going)


def ready(viewer: Actor, ref: CaseRef, about: str, keys: VaultKeys) -> tuple[Ready, ...]:
    """What this person has laid ready for their letter of this kind, in the order of coming."""
    found = extras.of_case(viewer, ref, (KIND,), keys)
    mine = [one for one in found if one.by == str(viewer) and one.payload["about"] == about]
    return tuple(Ready(one.id, FileRef(**one.payload["file"])) for one in mine)


def as_mail(enclosed: Enclosed) -> tuple[File, ...]:
    """As they go into a mail.  ``CannotOpen`` for one that is gone."""
    return tuple(File(one.name, one.content_type, _whole(one, enclosed.folder)) for one in enclosed.files)


def _whole(file: FileRef, folder: Path) -> bytes:
    return b"".join(sealed_files.read(folder, SealedFile.from_plain(file.sealed)))
