"""On which line of a TOML text each key stands.  Pure.

The standard parser forgets where it found things.  This one does nothing else: it
walks over a text that the parser has already accepted, so it may be simple.
"""

import re
from typing import NamedTuple

Path = tuple[str | int, ...]  # ("promises", "P1", "text", "nl"); entries of lists of tables by number

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_DOTTED = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
HEADER = re.compile(rf"[ \t]*(?P<open>\[\[?)[ \t]*(?P<name>{_DOTTED})[ \t]*\]\]?")
ASSIGNMENT = re.compile(rf"[ \t]*(?P<name>{_DOTTED})[ \t]*=")
# what may stand within a value and hide a bracket, a quote or the end of a line
PIECE = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|[\[\]{}]|\n|[^\"'\#\[\]{}\n]+",
    re.DOTALL,
)


class Span(NamedTuple):
    """An assignment: its table, and where it, its value, and what belongs to it begins and ends."""

    table: Path
    start: int
    value: int
    end: int


class Lines:
    """Where the keys of one text stand; ``last`` is its last line.

    ``spans``: each assignment of the text, as offsets in ``text`` (which has plain line ends).  ``tables``: where
    each table begins, the one without a name at 0.  ``ends``: where its last assignment ends.
    """

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.last = self.text.rstrip("\n").count("\n") + 1
        self._found: dict[Path, int] = {}
        self._entries: dict[Path, int] = {}  # how many tables each list of tables has so far
        self.spans: dict[Path, Span] = {}
        self.tables: dict[Path, int] = {(): 0}
        self.ends: dict[Path, int] = {(): 0}
        self._walk()

    def of(self, path: Path) -> int:
        """The line of ``path``, or of the nearest thing around it; 1 when there is none."""
        while path and path not in self._found:
            path = path[:-1]
        return self._found.get(path, 1)

    def _walk(self) -> None:
        at, line = 0, 1
        here: Path = ()
        while at < len(self.text):
            end = self._end_of_statement(at)
            if header := HEADER.match(self.text, at):
                here = self._table(header, line)
                self.tables[here], self.ends[here] = at, end
            elif assignment := ASSIGNMENT.match(self.text, at):
                path = (*here, *_names(assignment["name"]))
                self._note(path, line)
                self.spans[path] = Span(here, at, assignment.end(), end)
                self.ends[here] = end
            line += self.text.count("\n", at, end)
            at = end

    def _table(self, header: re.Match[str], line: int) -> Path:
        """Note a ``[table]`` or ``[[entry]]`` and return its full path."""
        path: Path = ()
        *outer, last = _names(header["name"])
        for name in outer:
            path = self._newest((*path, name))
        path = (*path, last)
        if header["open"] == "[[":
            self._note(path, line)
            self._entries[path] = self._entries.get(path, 0) + 1
        path = self._newest(path)
        self._note(path, line)
        return path

    def _newest(self, path: Path) -> Path:
        """``path`` itself, or its newest entry when it is a list of tables."""
        return (*path, self._entries[path] - 1) if path in self._entries else path

    def _note(self, path: Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self._found.setdefault(path[:length], line)

    def _end_of_statement(self, at: int) -> int:
        depth = 0
        for piece in PIECE.finditer(self.text, at):
            if piece[0] == "\n" and depth <= 0:
                return piece.end()
            depth += (piece[0] in "[{") - (piece[0] in "]}")
        return len(self.text)


def _names(dotted: str) -> list[str]:
    """The parts of a dotted key, without quotes.  (Escapes within quotes are left as they are.)"""
    return [name[1:-1] if name[0] in "\"'" else name for name in re.findall(_KEY, dotted)]
