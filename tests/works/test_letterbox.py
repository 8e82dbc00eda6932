"""Letters from files, as they stand."""

import io
import sys
from types import SimpleNamespace

import pytest

from meldpunt.works import letterbox
from meldpunt.works.letterbox import letters

ONE = b"From: a@a.example\nSubject: one\n\nFirst.\n"
TWO = b"Subject: two\n\nFrom here on:\n>From quoted\n\n"


def found(*paths) -> list[tuple[str, bytes]]:
    return [(one.source, one.raw) for one in letters([str(path) for path in paths])]


def mbox(*raws: bytes) -> bytes:
    return b"".join(b"From a@a.example Mon Nov 23 10:00:00 2026\n" + raw + b"\n" for raw in raws)


def test_a_single_letter(tmp_path):
    (tmp_path / "one.eml").write_bytes(ONE)
    assert found(tmp_path / "one.eml") == [(f"{tmp_path}/one.eml", ONE)]


def test_an_empty_file_is_a_letter_with_nothing_in_it(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    assert found(tmp_path / "empty") == [(f"{tmp_path}/empty", b"")]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_mbox_is_taken_apart_and_nothing_is_changed(tmp_path, end):
    raws = [raw.replace(b"\n", end) for raw in (ONE, TWO)]
    (tmp_path / "box").write_bytes(mbox(ONE, TWO).replace(b"\n", end))
    assert found(tmp_path / "box") == [(f"{tmp_path}/box#1", raws[0]), (f"{tmp_path}/box#2", raws[1])]


def test_a_from_line_without_an_empty_line_before_it_is_text(tmp_path):
    raw = b"Subject: x\n\ntext\nFrom now on it works.\n"
    (tmp_path / "box").write_bytes(mbox(raw))
    assert found(tmp_path / "box") == [(f"{tmp_path}/box#1", raw)]


def test_a_letter_that_was_saved_with_its_separator_line_is_still_one_letter(tmp_path):
    (tmp_path / "one.eml").write_bytes(mbox(ONE, TWO))
    assert found(tmp_path / "one.eml") == [(f"{tmp_path}/one.eml", mbox(ONE, TWO))]


def test_a_maildir(tmp_path):
    for box, name in (("cur", "2:2,S"), ("new", "1"), ("tmp", "3")):
        (tmp_path / box).mkdir()
        (tmp_path / box / name).write_bytes(name.encode())
    assert found(tmp_path) == [(f"{tmp_path}/new/1", b"1"), (f"{tmp_path}/cur/2:2,S", b"2:2,S")]
    assert letterbox.files_in([str(tmp_path)]) == 2


def test_a_plain_folder_is_read_by_name_without_hidden_files(tmp_path):
    for name in ("b.eml", "a.eml", ".DS_Store"):
        (tmp_path / name).write_bytes(name.encode())
    assert [raw for _, raw in found(tmp_path)] == [b"a.eml", b"b.eml"]


def test_a_file_that_is_not_there_does_not_stop_the_others(tmp_path):
    (tmp_path / "one.eml").write_bytes(ONE)
    missing, there = letters([str(tmp_path / "nowhere"), str(tmp_path / "one.eml")])
    assert missing.trouble == "The file cannot be read: no such file or directory." and there.raw == ONE


@pytest.mark.parametrize(("raw", "sources"), [(ONE, ["-"]), (mbox(ONE, TWO), ["-#1", "-#2"])])
def test_what_comes_in_through_a_pipe(monkeypatch, raw, sources):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    assert [one.source for one in letters(["-"])] == sources


def test_no_more_than_the_limit_is_kept_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(letterbox, "KEPT", 1000)
    (tmp_path / "huge").write_bytes(b"Subject: x\n\n" + b"x" * 5000)
    (tmp_path / "box").write_bytes(mbox(b"Subject: x\n\n" + b"x\n" * 5000, ONE))
    huge, long, one = letters([str(tmp_path / "huge"), str(tmp_path / "box")])
    assert len(huge.raw) == 1000 and 1000 <= len(long.raw) < 1100 and one.raw == ONE
