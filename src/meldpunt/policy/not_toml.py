"""What is wrong with a text that is no TOML, in sentences of our own, with line and column.  Pure.

The standard parser tells it in English, in words for programmers.  What it means is known by how it begins.
"""

import re

from meldpunt.policy.errors import BadPolicy

WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)")
PLAIN = "this is not valid TOML."
TWICE = "this is not valid TOML: the same name stands there twice."
QUOTE = "this is not valid TOML: a text begins with a quote and does not end with one."
BRACKET = "this is not valid TOML: a bracket is not closed."
LINE = "this is not valid TOML: a line is a name, = and a value, or a [name] in brackets."
MORE = "this is not valid TOML: after a value nothing more may stand on the line."
VALUE = "this is not valid TOML: a value is missing here, or it is none. Text stands between quotes."
BACKSLASH = "this is not valid TOML: a backslash within a text is written twice."
MEANT = {
    "Cannot": TWICE,
    "Duplicate": TWICE,
    "Unterminated": QUOTE,
    "Found invalid": QUOTE,
    "Illegal character '\\n'": QUOTE,
    "Unclosed": BRACKET,
    "Expected ']": BRACKET,
    "Expected '=": LINE,
    "Invalid initial": LINE,
    "Invalid statement": LINE,
    "Expected newline": MORE,
    "Invalid value": VALUE,
    "Invalid date": VALUE,
    "Unescaped": BACKSLASH,
    "Invalid hex": BACKSLASH,
    "Escaped": BACKSLASH,
}


def not_toml(said: str, text: str) -> BadPolicy:
    """The refusal of a text of which the parser said this."""
    found, lines = WHERE.search(said), text.rstrip("\n").split("\n")
    at_the_end = (len(lines), len(lines[-1]) + 1)
    line, column = (int(found[1]), int(found[2])) if found and found[1] else at_the_end
    sentence = next((meant for begin, meant in MEANT.items() if said.startswith(begin)), PLAIN)
    return BadPolicy(sentence, line=line, column=column)
