"""Whatever this room can refuse, it can refuse in Dutch."""

import ast
import re
from datetime import date
from pathlib import Path

from babel.messages.pofile import read_po

from meldpunt.policy.calendar import CLOSING_DAY, EQUATED_DAY, holidays
from meldpunt.policy.tables import KINDS

SOURCE = Path(__file__).parents[2] / "src" / "meldpunt"
CATALOGUE = SOURCE / "site" / "locale" / "nl" / "LC_MESSAGES" / "django.po"
WITH_A_LINE = ("refuse", "BadPolicy", "in_order")
SAID = ("refuse", "Unreadable", "in_order", "Sentence")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def refusal_names() -> set[str]:
    tree = ast.parse((SOURCE / "policy" / "errors.py").read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)} | set(SAID)


def sentences() -> set[str]:
    """The first argument of everything that looks like a refusal being made."""
    found = {f"Line %(line)d: {sentence}" for sentence in KINDS.values()}
    names = refusal_names()
    for file in [*(SOURCE / "policy").glob("*.py"), SOURCE / "site" / "cli_deadline.py"]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in names:
                    found.add(("Line %(line)d: " if name in WITH_A_LINE else "") + node.args[0].value)
    return found


def catalogue() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def test_every_refusal_has_its_dutch():
    assert len(sentences()) > 30
    assert sentences() - set(catalogue()) == set()


def test_a_term_or_zone_refused_within_a_policy_has_its_dutch_too():
    within = {
        s for s in sentences() if s.startswith(("No such term", "No such time zone", '"%(text)s" is not possible'))
    }
    assert len(within) == 3
    assert {f"Line %(line)d: {sentence}" for sentence in within} <= set(catalogue())


def test_every_reason_for_not_counting_a_day_has_its_dutch():
    reasons = {EQUATED_DAY, CLOSING_DAY, "Saturday", "Sunday", *holidays(date(2026, 1, 1).year).values()}
    assert reasons <= set(catalogue())


def test_translations_are_filled_in_with_the_same_words():
    for english, dutch in catalogue().items():
        assert dutch
        assert set(PLACEHOLDER.findall(english)) == set(PLACEHOLDER.findall(dutch)), english
