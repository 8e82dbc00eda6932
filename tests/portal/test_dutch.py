"""Whatever the portal and the frame of all pages say in English, they say in Dutch."""

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).parents[2] / "src" / "meldpunt"
CATALOGUE = SOURCE / "site" / "locale" / "parts" / "portal.nl.po"
OURS = ["portal/*.py", "site/tags.py", "site/errors.py"]
PAGES = ["templates/base.html", "templates/parts/*.html", "templates/portal/*.html", "templates/errors/*.html"]
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%\((\w+)\)[sd]")


def said() -> set[str]:
    """Every sentence that is marked for translation, in code and in templates."""
    code = [file.read_text("utf-8") for pattern in OURS for file in SOURCE.glob(pattern)]
    pages = [templatize(file.read_text("utf-8")) for pattern in PAGES for file in SOURCE.glob(pattern)]
    found = set()
    for text in code:
        ast.parse(text)
        for _line, message, _comments, _context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            found.add(message if isinstance(message, str) else message[0])
    for text in pages:
        for message in re.findall(r"""n?gettext\((u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")""", text):
            found.add(ast.literal_eval(message))
    return found


def catalogue():
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def known():
    return {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue()}


def test_everything_has_its_dutch():
    assert len(said()) > 150
    assert said() - known() == set()


def test_nothing_is_translated_by_halves():
    assert [m.id for m in catalogue() if not all([m.string] if isinstance(m.string, str) else m.string)] == []


@pytest.mark.parametrize("message", catalogue(), ids=lambda message: str(message.id)[:40])
def test_the_words_that_are_filled_in_are_the_same(message):
    english = message.id if isinstance(message.id, str) else message.id[1]
    dutch = message.string if isinstance(message.string, str) else message.string[1]
    assert sorted(PLACE.findall(dutch)) == sorted(PLACE.findall(english))
    assert re.findall(r"<[^>]+>", dutch) == re.findall(r"<[^>]+>", english)
