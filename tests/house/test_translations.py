"""Every sentence that a person may read stands in the Dutch catalogue, whole."""

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from meldpunt.policy import not_toml

HOUSE = Path(__file__).parents[2] / "src" / "meldpunt"
CATALOGUE = HOUSE / "site" / "locale" / "nl" / "LC_MESSAGES" / "django.po"
WITH_A_LINE = ("document.py", "tables.py", "clauses.py", "details.py", "working_days.py", "contradictions.py")
KEYWORDS = {*DEFAULT_KEYWORDS, "gettext_lazy", "ngettext_lazy", "pgettext_lazy", "gettext_noop"}


def messages_of(source, options=None):
    for _line, function, message, _comments in extract_python(io.BytesIO(source.encode()), KEYWORDS, [], options or {}):
        if not message:
            continue
        first = (
            message[1] if function.startswith("pgettext") else (message[0] if isinstance(message, tuple) else message)
        )
        if first:
            yield first


def messages_in_template(text):
    """What ``_("…")`` and ``trans`` ask the catalogue for."""
    options = {"trimmed": "true", "silent": "false"}
    for _line, _function, message, _comments in babel_extract(io.BytesIO(text.encode()), KEYWORDS, [], options):
        yield message[0] if isinstance(message, tuple) else message


def refusals_of(tree):
    """The sentences of refusals: ``raise SomeRefusal("…")`` and the like."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            first = node.exc.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.endswith((".", "?")):
                yield first.value


def used():
    found = {}
    for path in sorted(HOUSE.rglob("*.html")):
        for message in messages_in_template(path.read_text()):
            found.setdefault(message, path)
    for path in sorted(HOUSE.rglob("*.py")):
        source = path.read_text()
        for message in messages_of(source):
            found.setdefault(message, path)
        if path.relative_to(HOUSE).parts[0] not in ("site", "works"):  # what only an operator reads is English
            # what is wrong in a policy is said with its line in front (policy.errors)
            start = "Line %(line)d: " if path.parent.name == "policy" and path.name in WITH_A_LINE else ""
            for message in refusals_of(ast.parse(source)):
                found.setdefault(start + message, path)
    for message in (not_toml.PLAIN, *not_toml.MEANT.values()):
        found.setdefault("Line %(line)d, column %(column)d: " + message, HOUSE / "policy" / "not_toml.py")
    return found


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="nl")


def dutch(catalogue):
    return {(m.id[0] if isinstance(m.id, tuple) else m.id): m for m in catalogue if m.id}


def test_every_sentence_has_its_dutch(catalogue):
    known = dutch(catalogue)
    missing = sorted(
        f"{path.relative_to(HOUSE)}: {message}"
        for message, path in used().items()
        if message not in known or not all(_strings(known[message])) or known[message].fuzzy
    )
    assert missing == []


def test_no_place_for_a_word_is_lost_in_translation(catalogue):
    wrong = []
    for message in catalogue:
        if not message.id:
            continue
        wanted = set(
            re.findall(r"%\(\w+\)[sd]|\{\w*\}", " ".join(message.id if isinstance(message.id, tuple) else [message.id]))
        )
        for text in _strings(message):
            if set(re.findall(r"%\(\w+\)[sd]|\{\w*\}", text)) - wanted:
                wrong.append(text)
    assert wrong == []


def _strings(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)
