"""Statements that the organisation signs: their shape on paper, and what commits us to a report.  Pure.

A statement is words of a template: a title, then blocks with an empty line between them.  What kind of block
it is follows from how it is written, so that the signed text and the PDF are drawn from the same words.
"""

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum

from meldpunt.cases.rules import Content
from meldpunt.conversation.rules import Draft

SALT_BYTES = 32
WIDTH = 76
BULLET = "* "
_FACT = re.compile(r"[^:\n]{2,40}: \S.*")


class Shape(StrEnum):
    """What a block of a statement is."""

    HEADING = "heading"  # one short line without an end mark
    FACTS = "facts"  # two or more lines of "name: value"
    LIST = "list"  # lines that begin with a star
    COMMAND = "command"  # lines that are indented: to be typed as they stand
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Block:
    shape: Shape
    lines: tuple[str, ...] = field(repr=False)


def blocks(statement: Draft) -> tuple[Block, ...]:
    """The body of a statement, block by block."""
    found = [part.strip("\n").split("\n") for part in statement.body.split("\n\n")]
    return tuple(Block(_shape(lines), tuple(lines)) for lines in found if any(lines))


def _shape(lines: list[str]) -> Shape:
    if all(line.startswith(BULLET) for line in lines):
        return Shape.LIST
    if all(line.startswith("$ ") for line in lines):
        return Shape.COMMAND
    if len(lines) > 1 and all(_FACT.fullmatch(line) for line in lines):
        return Shape.FACTS
    return Shape.HEADING if len(lines) == 1 and len(lines[0]) < 60 and lines[0][-1] not in ".:?!" else Shape.WORDS


def as_text(statement: Draft) -> str:
    """The statement as the text that is signed: lines of at most 76 characters, except what must stay whole."""
    parts = [statement.subject, "=" * len(statement.subject)]
    for block in blocks(statement):
        parts.append("")
        for line in block.lines:
            parts += [line] if block.shape in (Shape.FACTS, Shape.COMMAND) else _wrapped(line)
    return "\n".join(parts) + "\n"


def _wrapped(line: str) -> list[str]:
    """Words into lines; ``textwrap`` takes a millisecond for a statement, and one is made for every report."""
    hanging = "  " if line.startswith(BULLET) else ""
    words = line.split()
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= WIDTH:
            lines[-1] += f" {word}"
        else:
            lines.append(hanging + word)
    return lines


def report_bytes(salt: bytes, content: Content) -> bytes:
    """The report as a file whose SHA-256 is the commitment.

    UTF-8, every line ends in one LF.  First line: the salt, 64 hexadecimal digits.  Then, with an empty line
    before each: the subject, if there is one (``Subject: ...``); the text; and, if files came with it, one line
    for each: its SHA-256, two spaces, its name.  Never to be changed: what was committed to must come out again.
    """
    files = [f"{file.sealed['sha256']}  {_one_line(file.name)}" for file in content.files]
    text = content.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    subject = f"Subject: {_one_line(content.subject)}" if content.subject.strip() else ""
    parts = [salt.hex(), subject, text, "\n".join(files)]
    return ("\n\n".join(part for part in parts if part) + "\n").encode("utf-8", "replace")


def commitment_to(report: bytes) -> str:
    """What commits us to a report and tells nothing about it: SHA-256, in hex."""
    return hashlib.sha256(report).hexdigest()


def _one_line(text: str) -> str:
    return " ".join(text.split())
