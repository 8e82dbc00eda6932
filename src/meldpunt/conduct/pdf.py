"""A statement as a tagged PDF (PDF/UA-1), that a screen reader reads as it stands.  The one door to Typst.

All words go in as data and are never markup; nothing outside this folder can be read while it is drawn, and
nothing is fetched.  What PDF/UA asks and a statement does not have (a title, headings in order) is refused.
"""

import json
from importlib import resources

import typst

from meldpunt.conduct.errors import NoPage
from meldpunt.conversation.rules import Draft
from meldpunt.conversation.statements import Shape, blocks


def drawn(statement: Draft, organisation: str, language: str) -> bytes:
    """The statement on paper, in ``language``.  ``NoPage`` when it cannot be drawn."""
    letter = {
        "title": statement.subject,
        "organisation": organisation,
        "language": language,
        "blocks": _data(statement),
    }
    template = resources.files(__package__).joinpath("statement.typ").read_bytes()
    words = {"letter": json.dumps(letter)}
    for own_fonts_only in (True, False):  # the machine's fonts only where ours do not have a character
        try:
            return bytes(
                typst.compile(
                    template,
                    format="pdf",
                    sys_inputs=words,
                    pdf_standards="ua-1",
                    ignore_system_fonts=own_fonts_only,
                )
            )
        except typst.TypstError:
            continue
    raise NoPage("The PDF could not be made: a character is in no font here.")


def _data(statement: Draft) -> list[dict[str, object]]:
    return [
        {"shape": block.shape, "lines": [_bare(block.shape, line) for line in block.lines]}
        for block in blocks(statement)
    ]


def _bare(shape: Shape, line: str) -> object:
    if shape is Shape.FACTS:
        name, _, value = line.partition(": ")
        return [name, value]
    return line[2:] if shape in (Shape.LIST, Shape.COMMAND) else line
