"""The page that lists the sentences, what the software does about them, and the tests: written anew, it is the same."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from meldpunt.policy.default import default_text
from meldpunt.policy.document import read

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("promises_page", ROOT / "scripts" / "promises.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_as_the_script_writes_it(script: ModuleType) -> None:
    assert script.PAGE.read_text("utf-8") == script.page(), "run scripts/promises.py"


def test_every_sentence_that_is_enforced_has_a_test_of_its_name(script: ModuleType) -> None:
    policy = read(default_text(name="Organisation", contact="cvd@organisation.example", languages=("en",)))
    enforced = {clause.id for clause in policy.asks + policy.promises if clause.enforced}
    assert enforced and enforced <= {id for id, names in script.tests().items() if names}
