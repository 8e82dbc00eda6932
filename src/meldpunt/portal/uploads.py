"""Files are sealed while they arrive.

Django hands over every piece of a file as it comes in; it goes straight through the seal to
the data folder.  Nothing is ever whole in memory or readable on the disk.  A file beyond the
limits is let go at once; the rest of the form is still read, so that no typed word is lost.
"""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from meldpunt.intake import filetypes, rules
from meldpunt.intake.errors import TooLarge
from meldpunt.intake.rules import Upload
from meldpunt.vault import files
from meldpunt.vault.files import Writer


@dataclass(slots=True)
class Arriving:
    """The sealed files of one request.  What nobody kept by its end is thrown away."""

    writers: list[Writer] = field(default_factory=list)
    trouble: TooLarge | None = None

    def keep(self) -> None:
        """A command has taken the files over."""
        for writer in self.writers:
            writer.settle()
        self.writers.clear()

    def discard(self) -> None:
        for writer in self.writers:
            writer.discard()
        self.writers.clear()


@dataclass(frozen=True, slots=True)
class SealedUpload:
    """What stands in ``request.FILES``."""

    upload: Upload

    def close(self) -> None:
        """Django closes every upload at the end of a request; there is nothing open here."""


class SealingHandler(FileUploadHandler):
    """The only upload handler: counts, measures and seals."""

    request: Any
    chunk_size = 64 * 2**10

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.sizes: list[int] = []
        self.writer: Writer | None = None
        self.head = b""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.writer, self.head = None, b""
        self._check([*self.sizes, 0])
        self.writer = files.create(settings.MELDPUNT_DATA)
        self.request.arriving.writers.append(self.writer)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.writer is not None  # noqa: S101 - new_file made it, or skipped the file
        self._check([*self.sizes, start + len(raw_data)])
        self.head = raw_data[: filetypes.HEAD] if start == 0 else self.head
        self.writer.write(raw_data)

    def file_complete(self, file_size: int) -> SealedUpload:  # type: ignore[override]
        assert self.writer is not None  # noqa: S101
        self.sizes.append(file_size)
        name = (self.file_name or "file")[:200]
        kind = (self.content_type or "application/octet-stream")[:100]
        sealed = self.writer.finish(settled=False).plain()
        return SealedUpload(Upload(name, kind, sealed, filetypes.kind_of(self.head)))

    def _check(self, sizes: list[int]) -> None:
        try:
            rules.check_files(sizes)
        except TooLarge as trouble:
            self.request.arriving.trouble = trouble
            raise SkipFile from None


def uploads_of(request: Any, name: str = "files") -> tuple[Upload, ...]:
    """The files that came in the form's field ``name``, sealed."""
    return tuple(sealed.upload for sealed in request.FILES.getlist(name))
