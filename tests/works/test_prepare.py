"""Whether the database has to be brought up to date is a number inside it."""

import sqlite3
from contextlib import closing

import pytest
from tests.works.engines import environ_for

from meldpunt.works import prepare


def test_a_founded_house_has_nothing_to_do(folder):
    assert not prepare.is_due(folder, "")


@pytest.mark.parametrize("content", [None, b"", b"not a database at all, but long enough to be read" * 4])
def test_no_database_or_another_file_is_due(tmp_path, content):
    if content is not None:
        (tmp_path / prepare.DATABASE).write_bytes(content)
    assert prepare.is_due(tmp_path, "")


def test_after_an_upgrade_it_is_due_and_then_done(folder, start):
    with closing(sqlite3.connect(folder / prepare.DATABASE)) as database:
        database.execute("PRAGMA user_version=1")
    assert prepare.is_due(folder, "")
    assert start(environ_for(folder), "meldpunt.works.prepare").ends() == 0
    assert not prepare.is_due(folder, "")


def test_a_database_elsewhere_is_always_asked(folder):
    assert prepare.is_due(folder, "postgresql://somewhere/meldpunt")


def test_a_folder_is_made_for_its_owner_only(tmp_path):
    prepare.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_a_sentence(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(prepare.FolderUnusable, match="cannot be written to: file exists"):
        prepare.make_folder(tmp_path / "data")
