"""What is inside an archive, as its own directory says it.  Nothing is unpacked to disk, nothing is run.  Pure.

A directory is a stranger's words, too: sizes are what it declares.  Bounds: of a zip only the
directory is read, ``MOST`` entries of it; a compressed tar is unpacked in memory piece by piece
and thrown away, until ``MOST_OUT`` bytes.  No input raises anything.
"""

import bz2
import lzma
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from meldpunt.intake import textual

MOST = 10_000  # entries that are looked at
SHOWN = 1000  # entries that are shown
MOST_OUT = {"gzip": 64 << 20, "bzip2": 16 << 20, "xz": 16 << 20, "tar": 64 << 20}  # bytes unpacked to find entries
BOMB_RATIO = 100  # times its own size, from which it is called a bomb ...
BOMB_SIZE = 100 << 20  # ... when it is this large besides
MEMORY = 64 << 20  # for the dictionary of an xz file
PIECE = 64 << 10
_NAME = 300  # characters of a name that are shown
_MORE = 8192  # bytes of what a tar says about the next entry


class Trouble(StrEnum):
    BOMB = "bomb"  # it declares, or unpacks to, far more than it is
    TOO_MANY = "too-many"  # more entries than are looked at
    TOO_LARGE = "too-large"  # more inside than is unpacked to look
    BROKEN = "broken"  # its directory cannot be read to the end


class Entry(NamedTuple):
    """``size`` as declared, in bytes.  ``leaves``: unpacked by its name it would land elsewhere."""

    name: str
    size: int
    encrypted: bool = False
    leaves: bool = False


@dataclass(slots=True)
class Listing:
    """``count`` and ``total`` are of all entries that were looked at; ``entries`` the first of them."""

    entries: list[Entry] = field(default_factory=list)
    count: int = 0
    total: int = 0
    trouble: Trouble | None = None

    def add(self, entry: Entry) -> None:
        self.count += 1
        self.total += entry.size
        if len(self.entries) < SHOWN:
            self.entries.append(entry)


def listing(data: bytes, kind: str) -> Listing:
    """The entries of an archive of this kind (``filetypes.ARCHIVES``)."""
    found = Listing()
    if kind in ("zip", "office", "odf", "jar"):
        _zip(data, found)
    elif kind == "tar":
        _tar(_pieces(data), found, len(data), MOST_OUT[kind])
    else:
        _tar(_unpacked(data, kind), found, len(data), MOST_OUT[kind])
    if found.total > BOMB_SIZE and found.total > len(data) * BOMB_RATIO:
        found.trouble = Trouble.BOMB
    return found


_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")


def _zip(data: bytes, found: Listing) -> None:
    start, end = _directory(data)
    packed = 0
    while start + _ENTRY.size <= end and data.startswith(b"PK\x01\x02", start):
        if found.count >= MOST:
            found.trouble = Trouble.TOO_MANY
            return
        head = _ENTRY.unpack_from(data, start)
        flags, packed_size, size = head[3], head[8], head[9]
        name_at, name_size, extra, comment = start + _ENTRY.size, head[10], head[11], head[12]
        name = data[name_at : name_at + name_size]
        if size == 0xFFFFFFFF or packed_size == 0xFFFFFFFF:
            size, packed_size = _large(data[name_at + name_size : name_at + name_size + extra], size, packed_size)
        found.add(_entry(name.decode("utf-8" if flags & 0x800 else "cp437", "replace"), size, bool(flags & 1)))
        packed += packed_size
        start = name_at + name_size + extra + comment
    if packed > len(data) and found.total > BOMB_SIZE:
        found.trouble = Trouble.BOMB  # entries that share their bytes
    elif start != end:
        found.trouble = Trouble.BROKEN


def _directory(data: bytes) -> tuple[int, int]:
    """Where the directory begins and ends; (0, -1) when there is none."""
    at = data.rfind(b"PK\x05\x06", max(len(data) - 0xFFFF - _END.size, 0))
    if at < 0 or at + _END.size > len(data):
        return 0, -1
    size, start = _END.unpack_from(data, at)[5:7]
    end = at
    if start == 0xFFFFFFFF or size == 0xFFFFFFFF:
        at = data.rfind(b"PK\x06\x06", max(at - (1 << 20), 0), at)
        if at < 0 or at + _END_64.size > len(data):
            return 0, -1
        size, end = _END_64.unpack_from(data, at)[8], at
    return max(end - size, 0), end  # something may stand before the archive, so not ``start``


def _large(extra: bytes, size: int, packed: int) -> tuple[int, int]:
    """Sizes beyond 4 GiB, from the extra field that is for them."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            numbers = struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4)
            wanted = iter(numbers)
            size = next(wanted, size) if size == 0xFFFFFFFF else size
            return size, next(wanted, packed) if packed == 0xFFFFFFFF else packed
        at += 4 + length
    return size, packed


def _entry(name: str, size: int, encrypted: bool = False) -> Entry:
    shown = " ".join(textual.clean(name[:_NAME]).split())
    parts = name.replace("\\", "/").split("/")
    return Entry(shown or "?", size, encrypted, ".." in parts or parts[0] == "" or name[1:2] == ":")


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """``zlib`` with the manners of the two others."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail or data, max_length)


def _unpacked(data: bytes, kind: str) -> Iterator[bytes]:
    """The bytes inside, in pieces of at most ``PIECE``; ends early when they are damaged."""
    inner: _Gzip | bz2.BZ2Decompressor | lzma.LZMADecompressor
    inner = (
        _Gzip()
        if kind == "gzip"
        else bz2.BZ2Decompressor()
        if kind == "bzip2"
        else lzma.LZMADecompressor(memlimit=MEMORY)
    )
    at = 0
    try:
        while not inner.eof:
            given = b""
            if inner.needs_input:
                given = data[at : at + PIECE]
                at += PIECE
                if not given:
                    return
            yield inner.decompress(given, PIECE)
    except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError):
        return


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[at : at + PIECE] for at in range(0, len(data), PIECE))


BLOCK = 512


def _tar(pieces: Iterator[bytes], found: Listing, packed: int, most: int) -> None:
    """The entries of a tar; something that is none is one entry, without a name."""
    source, longer = _Source(pieces, most), b""
    head = source.take(BLOCK)
    if head[257:262] != b"ustar":
        source.skip(most)
        found.add(Entry("", source.read))
    while head[257:262] == b"ustar":
        if found.count >= MOST:
            found.trouble = Trouble.TOO_MANY
            return
        size = _octal(head[124:136])
        padded = -(-size // BLOCK) * BLOCK
        if head[156:157] in (b"x", b"g", b"L", b"K"):  # these say more about the next entry
            more = source.take(min(padded, _MORE))
            longer = _longer(head[156:157], more[:size]) or longer
            padded -= len(more)
        else:
            found.add(_entry(textual.decoded(longer or _short(head)), size))
            longer = b""
        source.skip(padded)
        head = source.take(BLOCK)
    if source.full:
        found.trouble = Trouble.BOMB if source.read > packed * BOMB_RATIO else Trouble.TOO_LARGE


def _short(head: bytes) -> bytes:
    """The name in the block of an entry itself."""
    name, before = head[:100].split(b"\0")[0], head[345:500].split(b"\0")[0]
    if head[262:263] != b"\0":  # GNU's own form keeps something else there
        return name
    return before + b"/" + name if before else name


def _longer(kind: bytes, more: bytes) -> bytes:
    """The name in the block before an entry: GNU's, or the standard's (``27 path=…``)."""
    if kind == b"L":
        return more.split(b"\0")[0]
    found = re.search(rb"\d+ path=([^\n]*)\n", more) if kind == b"x" else None
    return found[1] if found else b""


def _octal(text: bytes) -> int:
    """A tar's number: octal digits, or binary when its first bit is set."""
    if text[0] & 0x80:
        return int.from_bytes(text[1:], "big")
    digits = text.strip(b" \0")
    return int(digits, 8) if digits.isdigit() and not digits.strip(b"01234567") else 0


class _Source:
    """Reads through pieces without keeping them.  ``full`` when there was more than ``most``."""

    def __init__(self, pieces: Iterator[bytes], most: int) -> None:
        self._pieces, self._most, self._rest = pieces, most, b""
        self.read, self.full = 0, False

    def take(self, size: int) -> bytes:
        while len(self._rest) < size and self._more():
            pass
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def skip(self, size: int) -> None:
        while size > 0 and (self._rest or self._more()):
            step = min(size, len(self._rest))
            self._rest, size = self._rest[step:], size - step

    def _more(self) -> bool:
        if self.read >= self._most:
            self.full = True
            return False
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._rest += piece
        self.read += len(piece)
        return True
