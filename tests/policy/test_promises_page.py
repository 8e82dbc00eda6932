"""docs/promises.md says what holds now."""

import importlib.util
from pathlib import Path

from meldpunt.policy.clauses import ASKS, PROMISES
from meldpunt.policy.enforcement import DOES

ROOT = Path(__file__).parents[2]


def generator():
    spec = importlib.util.spec_from_file_location("promises_page", ROOT / "scripts" / "promises.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_promises_is_up_to_date():
    assert (ROOT / "docs" / "promises.md").read_text("utf-8") == generator().page(), "run scripts/promises.py"


def test_every_sentence_has_its_line():
    assert set(DOES) == {*ASKS, *PROMISES}
