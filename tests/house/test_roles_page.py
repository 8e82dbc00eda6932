"""The page that says which role may what: written anew, it is the same."""

import importlib.util
from pathlib import Path

from django.utils import translation

from meldpunt.desk.people import RIGHTS, ROLES
from meldpunt.ground.rights import Right
from meldpunt.ground.values import AT_THE_DESK

SCRIPT = Path(__file__).parents[2] / "scripts" / "roles.py"


def test_the_page_is_as_the_script_writes_it():
    spec = importlib.util.spec_from_file_location("roles_page", SCRIPT)
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    with translation.override("en"):
        assert script.PAGE.read_text("utf-8") == script.page(), "run scripts/roles.py"


def test_every_role_and_right_has_its_words():
    assert set(ROLES) == set(AT_THE_DESK) and set(RIGHTS) == set(Right)
