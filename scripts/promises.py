"""Write docs/promises.md anew: each sentence of the default policy, what the software does, and the test that shows it.

Run it after a change of the default policy, of policy/enforcement.py, or of a test that is named after a sentence.
"""

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

from meldpunt.policy.default import default_text
from meldpunt.policy.document import read
from meldpunt.policy.enforcement import DOES
from meldpunt.policy.shape import Clause, clause_words

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "promises.md"
NAMED = re.compile(r"test_([AP][1-7])_")
HEAD = """\
# What is promised, and what keeps it

A disclosure policy asks seven things and promises seven. Each sentence of the default policy is something that the
software does, measures or refuses, and a test that bears its number shows so through the running program. A sentence
that is marked *not enforced* is only words so far. This page is written by `scripts/promises.py`.
"""
TABLE = "| | The policy says | Meldpunt | Shown by |\n|---|---|---|---|\n"


def page() -> str:
    """The whole page."""
    policy = read(default_text(name="Organisation", contact="cvd@organisation.example", languages=("en",)))
    shown = tests()
    parts = [HEAD]
    for title, clauses in (("The organisation asks", policy.asks), ("The organisation promises", policy.promises)):
        parts.append(f"\n## {title}\n\n{TABLE}" + "".join(row(clause, shown[clause.id]) for clause in clauses))
    return "".join(parts)


def row(clause: Clause, names: list[str]) -> str:
    title, text = clause_words(clause, "en")
    does = DOES[clause.id] if clause.enforced else f"*Not enforced.* Meant: {DOES[clause.id]}"
    return f"| {clause.id} | **{title}.** {text} | {does} | {'<br>'.join(names) or 'no test yet'} |\n"


def tests() -> defaultdict[str, list[str]]:
    """For each sentence the tests that are named after it, as ``file::name``."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and (named := NAMED.match(node.name)):
                found[named[1]].append(f"`{path.relative_to(ROOT).as_posix()}::{node.name}`")
    return found


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} is written.\n")
