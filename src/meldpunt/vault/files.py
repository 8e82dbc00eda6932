"""Sealed files in the data folder: written while they arrive, in constant memory.

Every file has a key of its own and a random name; who holds the key (inside a sealed
record) can read it.  ``finish`` returns only after the file and its folder are on the disk.  Until then
its name says that it is not finished, so that what a killed process left can be told and swept away.
Who takes a file from a stranger lets that name stand until what names the file is kept, too (``settle``):
then nothing of a form that was never received stays behind.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from meldpunt.vault import sealing
from meldpunt.vault.errors import CannotOpen

UNFINISHED = ".part"
CONTEXT = "file"  # the key is the file's own, so there is nothing more to bind


@dataclass(frozen=True, slots=True)
class SealedFile:
    """Where a sealed file is and how to open it: itself a secret, kept in sealed records only."""

    path: str  # below <data>/files
    key: bytes = field(repr=False)
    size: int
    sha256: str

    def plain(self) -> dict[str, Any]:
        """For JSON inside a sealed record."""
        return {**asdict(self), "key": self.key.hex()}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "SealedFile":
        return cls(plain["path"], bytes.fromhex(plain["key"]), plain["size"], plain["sha256"])


class Writer:
    """One file on its way in.  Call ``finish``, or ``discard`` when it is not wanted after all."""

    def __init__(self, folder: Path) -> None:
        name = secrets.token_hex(16)
        self._path = f"{name[:2]}/{name}"
        self._full = folder / "files" / self._path
        self._full.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._part = self._full.with_suffix(UNFINISHED)
        self._key = sealing.new_key()
        handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: BinaryIO = os.fdopen(handle, "wb")
        self._sealer = sealing.Sealer(self._file, self._key, CONTEXT)

    @property
    def path(self) -> str:
        """Below ``<data>/files``; the same that ``finish`` gives."""
        return self._path

    @property
    def size(self) -> int:
        return self._sealer.size

    def write(self, piece: bytes) -> None:
        self._sealer.write(piece)

    def finish(self, settled: bool = True) -> SealedFile:
        """On the disk.  Not ``settled``: it can be read, and is swept away unless ``settle`` is called."""
        self._sealer.finish()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if settled:
            self._part.rename(self._full)
        _sync_folder(self._full.parent)
        return SealedFile(self._path, self._key, self._sealer.size, self._sealer.sha256)

    def settle(self) -> None:
        """What names the file is kept."""
        if self._part.exists():
            self._part.rename(self._full)

    def discard(self) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)
        self._full.unlink(missing_ok=True)


def create(folder: Path) -> Writer:
    """Begin a new sealed file in the data folder."""
    return Writer(folder)


def store(folder: Path, content: bytes, settled: bool = True) -> SealedFile:
    """Seal ``content`` as one file; ``settled`` as in ``Writer.finish``."""
    writer = create(folder)
    writer.write(content)
    return writer.finish(settled)


def read(folder: Path, sealed: SealedFile) -> Iterator[bytes]:
    """The plain bytes, in pieces.  Raises ``CannotOpen`` when the file is gone or damaged."""
    try:
        with _opened(folder / "files" / sealed.path) as source:
            yield from sealing.unseal_stream(source, sealed.key, CONTEXT, sealed.size)
    except FileNotFoundError:
        raise CannotOpen("The file is not there any more.") from None


def _opened(full: Path) -> BinaryIO:
    try:
        return full.open("rb")
    except FileNotFoundError:
        return full.with_suffix(UNFINISHED).open("rb")  # it came, and was not settled yet


def settle(folder: Path, path: str) -> None:
    """A file that somebody else finished belongs to something that is kept.  On the disk when this returns."""
    full = folder / "files" / path
    with contextlib.suppress(FileNotFoundError):
        full.with_suffix(UNFINISHED).rename(full)
    with contextlib.suppress(FileNotFoundError):
        _sync_folder(full.parent)  # whoever renamed it may not have come to this


def unsettle(folder: Path, path: str) -> None:
    """Soon nothing will name this file any more: it can still be read, and is swept away in time."""
    full = folder / "files" / path
    with contextlib.suppress(FileNotFoundError):
        full.rename(full.with_suffix(UNFINISHED))


def remove(folder: Path, path: str) -> None:
    """Take a sealed file off the disk; nothing happens when it is gone already."""
    full = folder / "files" / path
    full.unlink(missing_ok=True)
    full.with_suffix(UNFINISHED).unlink(missing_ok=True)


def sweep(folder: Path, older_than: datetime) -> int:
    """Remove what was begun before that moment and never finished.  Returns how many there were."""
    swept = 0
    for path in (folder / "files").glob(f"*/*{UNFINISHED}"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < older_than.timestamp():
                path.unlink()
                swept += 1
    return swept


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
