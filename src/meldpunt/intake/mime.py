"""The tree of a MIME letter, cut from its exact bytes.  Pure.

The standard library's parser does not give back the bytes that it read, and a signature is
over those; besides, it raises on input that people send.  This one never raises.  Each node
knows where it stands in the letter, and the bounds below hold whatever comes.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from meldpunt.intake import textual
from meldpunt.intake.textual import Parameters

MAX_PARTS = 1000
MAX_DEPTH = 20
MAX_HEADERS = 500  # per part
MAX_AFTER_BOUNDARY = 200  # blanks after a boundary
MAX_HEADER_BLOCK = 1 << 20  # bytes of headers of one part; what follows counts as its body

_TYPE = re.compile(r"[!#-.0-9A-Za-z^-~]+/[!#-.0-9A-Za-z^-~]+")
_NAME = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")


@dataclass(slots=True)
class Part:
    """One node: ``source[start:end]``, whose body begins at ``split``."""

    source: bytes = field(repr=False)
    start: int
    split: int
    end: int
    headers: list[tuple[str, bytes]] = field(repr=False)
    content: Parameters
    parts: list["Part"] = field(default_factory=list)

    @property
    def raw(self) -> bytes:
        """All of it, exactly as it came."""
        return self.source[self.start : self.end]

    @property
    def body(self) -> bytes:
        """What follows the headers, exactly as it came."""
        return self.source[self.split : self.end]

    @property
    def type(self) -> str:
        return self.content.value

    def first(self, name: str) -> bytes:
        """The first header of this name, unfolded; ``b""`` when there is none."""
        return next((value for key, value in self.headers if key == name), b"")

    def every(self, name: str) -> list[bytes]:
        return [value for key, value in self.headers if key == name]

    def text(self, name: str) -> str:
        return textual.header_text(self.first(name))

    @property
    def disposition(self) -> Parameters:
        return textual.parameters(self.first("content-disposition"))

    @property
    def name(self) -> str:
        """The file name, made safe; ``""`` when it has none."""
        given = self.disposition.words.get("filename") or self.content.words.get("name") or ""
        return textual.file_name(given)

    @property
    def data(self) -> bytes:
        """The body with its transfer encoding undone, as well as that goes."""
        encoding = re.split(
            r"[\s;(\"]", self.first("content-transfer-encoding").decode("latin-1").lower().lstrip(' "')
        )[0]
        if encoding == "base64":
            return textual.unbase64(self.body)
        if encoding == "quoted-printable":
            return quopri.decodestring(self.body)
        if encoding in ("x-uuencode", "uuencode", "x-uue"):
            return _unuuencoded(self.body)
        return self.body

    def shown(self) -> str:
        """The body of a text part as text."""
        data, charset = self.data, self.content.words.get("charset", "")
        if not charset and self.type == "text/html":
            charset = textual.html_charset(data)
        return textual.decoded(data, charset)

    def walk(self) -> Iterator["Part"]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(slots=True)
class _Budget:
    parts: int = MAX_PARTS
    overdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed letter; ``cut`` when it had more parts or levels than are read."""

    root: Part
    cut: bool


def parse(raw: bytes) -> Tree:
    """Read a letter, or what was inside an encrypted one."""
    budget = _Budget()
    if b"\n" not in raw:  # nobody ends lines so any more, but old machines keep such files
        raw = raw.replace(b"\r", b"\n")
    start = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n)*(?:>?From [^\n]*\n)?").match(
        raw
    )  # an mbox has a separator line there
    return Tree(_part(raw, start.end() if start else 0, len(raw), budget, 0, b"text/plain"), budget.overdrawn)


def _part(source: bytes, start: int, end: int, budget: _Budget, depth: int, default: bytes) -> Part:
    headers, split = _headers(source, start, end)
    kind = next((value for key, value in headers if key == "content-type"), b"")
    content = textual.parameters(kind if b"/" in kind else default)
    if not _TYPE.fullmatch(content.value):
        content = Parameters("text/plain" if depth == 0 else "application/octet-stream", content.words)
    part = Part(source, start, split, end, headers, content)
    boundary = content.words.get("boundary", "").encode("utf-8", "surrogateescape")
    if content.value.startswith("multipart/") and boundary:
        inner = b"message/rfc822" if content.value == "multipart/digest" else b"text/plain"
        part.parts = _children(part, b"--" + boundary, budget, depth, inner)
    return part


def _children(part: Part, mark: bytes, budget: _Budget, depth: int, default: bytes) -> list[Part]:
    if depth >= MAX_DEPTH:
        budget.overdrawn = True
        return []
    found = []
    for start, end in _pieces(part.source, part.split, part.end, mark):
        if budget.parts <= 0:
            budget.overdrawn = True
            break
        budget.parts -= 1
        found.append(_part(part.source, start, end, budget, depth + 1, default))
    return found


def _pieces(source: bytes, start: int, end: int, mark: bytes) -> Iterator[tuple[int, int]]:
    """What stands between the boundary lines; a missing last one is forgiven."""
    begun, at, first = -1, start, start
    while (at := source.find(mark, at, end)) >= 0:
        seen = min(at + len(mark) + MAX_AFTER_BOUNDARY, end)  # no further: looking for the line's end is not free
        line_end = source.find(b"\n", at + len(mark), seen)
        line_end = seen if line_end < 0 else line_end
        rest = source[at + len(mark) : line_end].strip()
        if (at > first and source[at - 1 : at] != b"\n") or rest not in (b"", b"--"):
            at += len(mark)
            continue
        if begun >= 0:
            yield begun, _before_line_end(source, begun, at)
        if rest == b"--":
            return
        begun = at = min(line_end + 1, end)
    if begun >= 0 and source[begun:end].strip():
        yield begun, end


def _before_line_end(source: bytes, begun: int, at: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    for size in (2, 1):
        if source[max(at - size, begun) : at] == b"\r\n"[-size:]:
            return at - size
    return at


def _headers(source: bytes, start: int, limit: int) -> tuple[list[tuple[str, bytes]], int]:
    """Name (lower case) and unfolded value of each header, and where the body begins."""
    found: list[tuple[str, bytes]] = []
    folded: list[bytes] = []
    name, at = "", start
    while at < limit and at - start < MAX_HEADER_BLOCK:
        end = source.find(b"\n", at, limit) + 1 or limit
        line = source[at:end].rstrip(b"\r\n")
        if not line:
            at = end
            break
        named = _NAME.match(line)
        if line[:1] in b" \t" and name:
            folded.append(line)
        elif named:
            _keep(found, name, folded)
            name, folded = named[1].decode("ascii").lower(), [line[named.end() :]]
        elif not _is_noise(line, found or name):
            break  # no header and no empty line before it: the body has begun
        at = end
    _keep(found, name, folded)
    return found, at


def _is_noise(line: bytes, begun: object) -> bool:
    """A line among headers that is none, but hardly text either."""
    return line.startswith((b"From ", b">From ")) or (bool(begun) and len(line) < 2)


def _keep(found: list[tuple[str, bytes]], name: str, folded: list[bytes]) -> None:
    if name and len(found) < MAX_HEADERS:
        found.append((name, b"".join(folded).strip()))


def _unuuencoded(body: bytes) -> bytes:
    out, begun, room = [], False, len(body)  # a line may claim more than it has
    for line in body.splitlines():
        if not begun:
            begun = line.startswith(b"begin ")
            continue
        if line.strip() in (b"", b"end", b"`") or room < 0:
            break
        out.append(_unuuencoded_line(line))
        room -= len(out[-1]) + 1
    return b"".join(out)


def _unuuencoded_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        size = (((line[0] - 32) & 63) * 4 + 5) // 3
        with suppress(binascii.Error):
            return binascii.a2b_uu(line[: size + 1])
    return b""
