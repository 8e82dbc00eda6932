"""The files of what arrived: put away sealed, and looked at while their plain bytes pass.

What a file really is, and what a virus scanner says of it, is kept with it inside the sealed record.
"""

from pathlib import Path

from meldpunt.cases.rules import FileRef
from meldpunt.intake import filetypes, textual
from meldpunt.intake.clamd import Scanner
from meldpunt.intake.letter import Attachment
from meldpunt.intake.rules import Upload
from meldpunt.vault import files
from meldpunt.vault.errors import CannotOpen
from meldpunt.vault.files import SealedFile


class Filing:
    """For one letter, form or message.  ``clamd``: the socket of a virus scanner, or empty."""

    def __init__(self, folder: Path, clamd: str = "", item: str = "") -> None:
        """``item``: the token of what waits.  Files that were put away for it before and never filed are removed."""
        self.folder = folder
        self._replaced: list[str] = []
        self._list = folder / "files" / f"{item}.filing" if item else None
        self._scanner = Scanner(clamd)
        self._undo()

    def _undo(self) -> None:
        """It waits still, so whoever put these away died before the case had them."""
        if self._list and self._list.exists():
            for path in self._list.read_text().split():
                files.remove(self.folder, path)
            self._list.unlink()

    def put_away(self, file: Attachment) -> FileRef:
        """A file of a letter: sealed and on the disk when this returns."""
        writer = files.create(self.folder)
        if self._list:
            with self._list.open("a") as put_away:
                put_away.write(f"{writer.path}\n")
        writer.write(file.data)
        sealed = writer.finish()
        scan = self._scanner.scan((file.data,))
        return FileRef(file.name, file.content_type, sealed.plain(), filetypes.kind_of(file.data), scan)

    def looked_at(self, file: Upload | FileRef) -> FileRef:
        """A file that came by the web and is sealed already.  One that does not open stays as it is."""
        where = SealedFile.from_plain(file.sealed)
        name = textual.file_name(file.name) or "file"
        try:
            kind = filetypes.kind_of(next(files.read(self.folder, where), b""))
            scan = self._scanner.scan(files.read(self.folder, where))
        except CannotOpen:
            kind = scan = ""
        return FileRef(name, file.content_type, file.sealed, kind, scan)

    def in_place_of(self, file: Upload, opened: tuple[Attachment, ...]) -> tuple[FileRef, ...]:
        """What was inside a file that came encrypted; see ``done``."""
        path = SealedFile.from_plain(file.sealed).path
        files.unsettle(self.folder, path)
        self._replaced.append(path)
        return tuple(self.put_away(one) for one in opened)

    def done(self) -> None:
        """All is filed: the files that others have taken the place of may go."""
        if self._list:
            self._list.unlink(missing_ok=True)
        for path in self._replaced:
            files.remove(self.folder, path)
        self._replaced.clear()
