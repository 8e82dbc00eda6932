"""Tests are called alike in every process: otherwise they cannot be shared out, and none can be asked for by its name.

What a test is given by ``parametrize`` becomes part of its name, so nothing drawn by lot and no moment may stand in it,
nor in what it is made of, and it is no set (they have no order), unless ``ids`` gives names that do not depend on it.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
DRAWN = {"random", "secrets", "uuid", "urandom", "token_hex", "token_bytes", "token_urlsafe", "uuid4", "now", "time"}
DRAWN |= {"generate_private_key", "generate", "getpid", "mkdtemp", "id", "set", "frozenset"}


def changing(tree: ast.Module) -> list[int]:
    """The lines of a module whose tests may be called otherwise in another process."""
    made = {name.id: one.value for one in tree.body if isinstance(one, ast.Assign) for name in _names(one.targets)}
    return [call.lineno for call in map(_parametrize, ast.walk(tree)) if call and _differs(call, made)]


def _names(targets: list[ast.expr]) -> list[ast.Name]:
    return [one for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]


def _parametrize(node: ast.AST) -> ast.Call | None:
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "parametrize"
    return node if called else None


def _differs(call: ast.Call, made: dict[str, ast.expr]) -> bool:
    ids = next((one.value for one in call.keywords if one.arg == "ids"), None)
    named = isinstance(ids, ast.List | ast.Tuple | ast.Lambda)  # by hand, or by a rule that somebody thought of
    values = call.args[1] if len(call.args) > 1 else None
    return values is not None and not named and _by_lot(values, made, frozenset())


def _by_lot(node: ast.expr, made: dict[str, ast.expr], seen: frozenset[str]) -> bool:
    called = _called(node)
    if isinstance(node, ast.Lambda) or called == "sorted":  # a lambda is called later, in the test
        return False
    if isinstance(node, ast.Set | ast.SetComp) or called in DRAWN:
        return True
    if isinstance(node, ast.Name) and node.id in made and node.id not in seen:
        return _by_lot(made[node.id], made, seen | {node.id})
    return any(_by_lot(one, made, seen) for one in _within(node))


def _called(node: ast.expr) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _within(node: ast.expr) -> list[ast.expr]:
    """What it is made of.  A set that is one value among others is only counted in the name, not spelt."""
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return [node.elt, *(part.iter for part in node.generators)]
    parts = [one for one in ast.iter_child_nodes(node) if isinstance(one, ast.expr)]
    return [one for one in parts if not (isinstance(node, ast.List | ast.Tuple) and isinstance(one, ast.Set))]


def test_no_test_is_called_by_lot():
    found = [f"{path.relative_to(TESTS)}:{line}" for path in sorted(TESTS.rglob("*.py")) for line in _in(path)]
    assert found == []


def _in(path: Path) -> list[int]:
    return changing(ast.parse(path.read_text()))


@pytest.mark.parametrize(
    ("values", "changes"),
    [
        ("[secrets.token_hex(8)]", True),
        ("[uuid.uuid4(), 1]", True),
        ("MADE", True),
        ("{1, 2}", True),
        ("[one for one in {1, 2}]", True),
        ("[({1, 2}, 3)]", False),
        ("[clock.now()]", True),
        ("sorted({1, 2})", False),
        ("[1, 'two']", False),
        ("[lambda: uuid.uuid4()]", False),
        ("[uuid.uuid4()], ids=['one']", False),
    ],
)
def test_what_changes_is_seen(values, changes):
    module = f"MADE = [random.random()]\n@pytest.mark.parametrize('one', {values})\ndef test_it(one): ...\n"
    assert bool(changing(ast.parse(module))) is changes
