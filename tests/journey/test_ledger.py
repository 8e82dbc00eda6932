"""A changed or removed entry of the ledger does not go unnoticed, even by somebody who has the file."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.journey.program import Program
from tests.journey.seen import somebody_else_reports
from tests.journey.sink import Sink

pytestmark = pytest.mark.real


def test_the_ledger_holds_and_one_changed_byte_is_found(program: Program, sink: Sink, tmp_path: Path) -> None:
    program.found()
    program.start()
    somebody_else_reports(program, sink)
    assert program.stop() == 0
    assert program.answer("ledger", "verify")["whole"] is True
    database = program.data / "meldpunt.sqlite3"
    [(number, facts)] = program.rows("SELECT number, facts FROM ledger_entry WHERE kind = 'case.opened'")
    changed = facts.replace('"lmtp"', '"lmtq"')
    assert changed != facts
    forge, remove = (
        f"{verb} WHERE number = {number}" for verb in ("UPDATE ledger_entry SET facts = ?", "DELETE FROM ledger_entry")
    )
    for statement, values in ((forge, (changed,)), (remove, ())):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            _write(database, statement, *values)
    assert program.run("ledger", "verify").returncode == 0

    untouched = shutil.copyfile(database, tmp_path / "untouched.sqlite3")
    triggers = program.rows("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entry'")
    assert len(triggers) >= 2
    for statement, values in ((forge, (changed,)), (remove, ())):
        for (name,) in triggers:
            _write(database, f'DROP TRIGGER "{name}"')
        _write(database, statement, *values)
        done = program.run("ledger", "verify")
        assert done.returncode == 1 and f"Entry {number}" in done.stdout, (statement, done.stdout)
        shutil.copyfile(untouched, database)
    assert program.run("ledger", "verify").returncode == 0


def _write(database: Path, statement: str, *values: str) -> None:
    """As somebody does who has the file and no program."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement, values)
