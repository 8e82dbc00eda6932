"""A ZIP file that is made while it is sent: nothing of it rests on the disk, and memory stays small."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime


class _Outlet(io.RawIOBase):
    """Takes what the archive writes, and gives it away."""

    def __init__(self) -> None:
        super().__init__()
        self._taken: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._taken.append(piece)
        return len(piece)

    def given(self) -> bytes:
        piece, self._taken = b"".join(self._taken), []
        return piece


def stream(inside: Iterable[tuple[str, Iterator[bytes]]], at: datetime) -> Iterator[bytes]:
    """The archive in pieces.  ``inside``: names, and what each file holds; ``at``: the date of all of them (UTC)."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, chunks in inside:
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            with archive.open(entry, "w", force_zip64=True) as one:
                for chunk in chunks:
                    one.write(chunk)
                    yield outlet.given()
            yield outlet.given()
    yield outlet.given()
