"""Letters from files: single ones, mbox files, Maildirs, and what comes in through a pipe.

Bytes are given out exactly as they stand (an mbox's separator lines are no part of a letter).  One letter
is in memory at a time, and never much more of it than the door would take.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from meldpunt.intake.rules import LIMIT_LETTER

STDIN = "-"
FIRST = b"From "  # how an mbox begins
ONE_LETTER = ".eml"  # the ending of a file that is one letter, even when it was saved with a separator line
# After an empty line, the next letter of an mbox begins.  There is a time in it, unlike in "From here on".
SEPARATOR = re.compile(rb"From .*\d:\d\d")
KEPT = LIMIT_LETTER + 1  # one more than the limit, so that the door can see that it is too large


@dataclass(frozen=True, slots=True)
class Found:
    """One letter.  ``source`` is the path as given (``path#n`` in an mbox); ``trouble``: why it has no bytes."""

    source: str
    raw: bytes = field(default=b"", repr=False)
    trouble: str = ""


def letters(paths: list[str]) -> Iterator[Found]:
    """Every letter in these files and folders, in the order given; folders sorted by name."""
    for path in paths:
        try:
            if path == STDIN:
                yield from _in_stream(STDIN, sys.stdin.buffer)
            elif Path(path).is_dir():
                yield from _in_folder(path)
            else:
                with open(path, "rb") as file:
                    yield from _in_stream(path, file)
        except OSError as trouble:
            yield Found(path, trouble=f"The file cannot be read: {(trouble.strerror or 'unknown').lower()}.")


def files_in(paths: list[str]) -> int:
    """How many files there are to read, for a progress bar; 0 when nobody can tell."""
    if STDIN in paths:
        return 0
    return sum(len(_of_folder(Path(path))) if Path(path).is_dir() else 1 for path in paths)


def _in_folder(path: str) -> Iterator[Found]:
    for file in _of_folder(Path(path)):
        yield from letters([str(file)])


def _of_folder(folder: Path) -> list[Path]:
    """The letters of a Maildir (``new`` and ``cur``), or all files of a plain folder and those below it.

    Hidden files are not letters.
    """
    boxes = [folder / name for name in ("new", "cur") if (folder / name).is_dir()] or [folder]
    found = [file for box in boxes for file in sorted(box.rglob("*"))]
    return [file for file in found if file.is_file() and not file.name.startswith(".")]


def _in_stream(source: str, stream: BinaryIO) -> Iterator[Found]:
    first = stream.readline()
    if not first.startswith(FIRST) or source.lower().endswith(ONE_LETTER):
        yield Found(source, first + stream.read(max(KEPT - len(first), 0)))
        return
    for number, raw in enumerate(_in_mbox(stream), start=1):
        yield Found(f"{source}#{number}", raw)


def _in_mbox(stream: BinaryIO) -> Iterator[bytes]:
    """The letters of an mbox whose first separator was read already."""
    letter, after_empty = bytearray(), False
    for line in stream:
        if after_empty and SEPARATOR.match(line):
            yield _without_last_empty_line(letter)
            letter, after_empty = bytearray(), False
            continue
        after_empty = line in (b"\n", b"\r\n")
        if len(letter) < KEPT:
            letter += line
    yield _without_last_empty_line(letter)


def _without_last_empty_line(letter: bytearray) -> bytes:
    """The empty line before a separator belongs to the mbox."""
    for end in (b"\r\n", b"\n"):
        if letter.endswith(b"\n" + end):
            return bytes(letter[: -len(end)])
    return bytes(letter)
