"""Who wants to write waits for who writes, closely, and not for ever."""

import sqlite3
import threading

import pytest
from django.db import connections
from django.db.utils import OperationalError

from meldpunt.site.sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.django_db  # for the framework's leave; what is written goes to a file of its own


@pytest.fixture
def writer(tmp_path):
    """Makes connections to one file, each with its patience in seconds."""
    made = []

    def make(timeout):
        options = {"timeout": timeout, "transaction_mode": "IMMEDIATE"}
        about = {**connections["default"].settings_dict, "NAME": str(tmp_path / "one.sqlite3"), "OPTIONS": options}
        made.append(DatabaseWrapper(about, "another"))
        made[-1].inc_thread_sharing()
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def busy(tmp_path):
    """Somebody else who writes into it at this moment."""
    line = sqlite3.connect(tmp_path / "one.sqlite3", isolation_level=None)
    line.execute("BEGIN IMMEDIATE")
    yield line
    line.close()


def test_a_transaction_begins_when_the_one_before_it_ends(busy, writer):
    begun = threading.Event()

    def write():
        line = writer(30)
        line.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        begun.set()
        line.rollback()

    waits = threading.Thread(target=write)
    waits.start()
    assert not begun.wait(0.05)
    busy.execute("COMMIT")
    assert begun.wait(30)
    waits.join(30)


def test_it_does_not_wait_for_ever(busy, writer):
    with pytest.raises(OperationalError, match="locked"):
        writer(0).set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def test_what_else_goes_wrong_is_told_at_once(writer):
    line = writer(30)
    line.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with pytest.raises(OperationalError, match="within a transaction"):
        line._start_transaction_under_autocommit()
    line.rollback()
