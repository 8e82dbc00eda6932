"""House rules that no linter knows.  Each failure names the file and the line."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "meldpunt"
FILES = sorted(p for p in HOUSE.rglob("*.py") if "migrations" not in p.parts)
FUNCTIONS = [
    (path, node)
    for path in FILES
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
]
COMMANDS = [(path, f) for path, f in FUNCTIONS if path.name == "commands.py" and not f.name.startswith("_")]
SHELLS = ("portal", "desk", "api", "works", "site")


def where(path, node=None):
    return f"{path.relative_to(HOUSE)}:{getattr(node, 'lineno', 1)}"


@pytest.mark.parametrize("path", FILES, ids=where)
def test_a_file_fits_on_a_few_screens(path):
    assert len(path.read_text().splitlines()) <= 320


def test_a_function_fits_in_one_glance():
    too_long = []
    for path, f in FUNCTIONS:
        body = f.body[1:] if ast.get_docstring(f) and len(f.body) > 1 else f.body
        if body[-1].end_lineno - body[0].lineno + 1 > 35:
            too_long.append(where(path, f))
    assert too_long == []


def test_every_room_says_what_it_is_for():
    assert [where(p) for p in HOUSE.glob("*/__init__.py") if not ast.get_docstring(ast.parse(p.read_text()))] == []


def test_every_module_that_does_something_says_what():
    silent = [
        where(p)
        for p in FILES
        if p.name not in ("models.py", "errors.py", "urls.py")
        and p.read_text().strip()
        and not ast.get_docstring(ast.parse(p.read_text()))
    ]
    assert silent == []


def test_every_command_is_one_transaction():
    loose = [
        where(path, f)
        for path, f in COMMANDS
        if not any(ast.unparse(d).startswith("transaction.atomic") for d in f.decorator_list)
    ]
    assert loose == []


def test_every_command_says_who_and_when():
    vague = [where(p, f) for p, f in COMMANDS if not {"by", "now"} <= {a.arg for a in f.args.kwonlyargs}]
    assert vague == []


def test_nothing_is_printed_or_logged_with_words_of_a_report():
    """Rooms do not log at all: a refusal carries a sentence, a shell says what happened."""
    loud = [
        where(path)
        for path in FILES
        if path.relative_to(HOUSE).parts[0] not in SHELLS and re.search(r"\blogging\b|\bprint\(", path.read_text())
    ]
    assert loud == []


def test_no_room_imports_inside_a_function():
    hidden = [
        where(path, node)
        for path, f in FUNCTIONS
        if path.relative_to(HOUSE).parts[0] not in SHELLS
        for node in ast.walk(f)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def committed():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_lock_names_a_registry():
    locks = [p for p in committed() if p.parent.name == "requirements" or "lock" in p.name]
    assert locks
    assert [p.name for p in locks if re.search(r"https?://|index-url|find-links", p.read_text())] == []
