"""Shared by all tests: a data folder of the run's own, and a house that is founded in it."""

import os
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings as django_settings
from hypothesis import settings

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("meldpunt", deadline=None)
settings.load_profile("meldpunt")

# Before Django reads its settings: nothing of the machine's own environment leaks into a test.
for name in [name for name in os.environ if name.startswith("MELDPUNT_") and name != "MELDPUNT_KNOWN_ANSWERS"]:
    del os.environ[name]
_run = tempfile.TemporaryDirectory(prefix="meldpunt-tests-", ignore_cleanup_errors=True)
os.environ["MELDPUNT_DATA"] = str(Path(_run.name) / "data")
# The same rooms on PostgreSQL: TEST_DATABASE=postgresql://user@127.0.0.1:5432/name make fast
if database := os.environ.get("TEST_DATABASE"):
    os.environ["MELDPUNT_DATABASE"] = database
# Named here and not in pyproject.toml: what stands there is read before this file is.
os.environ["DJANGO_SETTINGS_MODULE"] = "meldpunt.site.settings"
if not database:  # SQLite's is in memory, in each of several processes too
    django_settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = ":memory:"
django.setup()


def pytest_collection_modifyitems(config, items):
    """What looks at pages begins first, the longest before the rest, at the head of each half: so no worker is left
    alone with minutes of it at the end, and the houses that are looked at are young.

    On another database only what uses one is tried: the rest has run already.
    """
    look = [one for one in items if one.path.parent.name == "look"]
    look.sort(key=lambda one: one.get_closest_marker("long") is None)
    others = [one for one in items if one.path.parent.name != "look"]
    half = max(len(items) // 2 - len(look[::2]), 0)
    items[:] = [*look[::2], *others[:half], *look[1::2], *others[half:]]
    if not database:
        return
    asks = [one for one in items if "db" in one.fixturenames or one.get_closest_marker("django_db")]
    config.hook.pytest_deselected(items=[one for one in items if one not in asks])
    items[:] = asks


@pytest.fixture
def house(db, tmp_path):
    """A founded house in the test's own database and folder: see ``tests.build.House``."""
    from tests.build import found  # here, so that tests without a house do not load one

    return found(tmp_path / "data")


@pytest.fixture(autouse=True, scope="session")
def passwords_cost_little():
    """Argon2id with little work in it, here: hundreds of tests sign in, and none is about its cost."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    with pytest.MonkeyPatch.context() as patch:
        for cost, least in (("time_cost", 1), ("memory_cost", 64), ("parallelism", 1)):
            patch.setattr(Argon2PasswordHasher, cost, least)
        yield
