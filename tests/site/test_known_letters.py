"""Some of the known letters through the command line, as an operator would try it: a folder for each key ring."""

import json
import subprocess
import sys

import pytest
from tests.intake.known import ANY, PGP, key_ring, right_any, right_pgp, rows
from tests.works.engines import environ_for

pytestmark = pytest.mark.real


def command(data, *words):
    """Run it; every line that it prints, by source."""
    done = subprocess.run(
        [sys.executable, "-m", "meldpunt.site.cli", *map(str, words)],
        env=environ_for(data),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def lines_of(data, files):
    lines = [json.loads(line) for line in command(data, "intake", "--json", *files).splitlines()]
    assert [line["source"] for line in lines] == [str(file) for file in files]
    return lines


def test_letters_of_any_kind(folder):
    some = rows(ANY)[::5]
    lines = lines_of(folder, [ANY / row["file"] for row in some])
    assert [row["id"] for row, line in zip(some, lines, strict=True) if not right_any(row, line)] == []
    assert {line["outcome"] for line in lines} <= {"opened", "joined", "held", "ignored"}


@pytest.mark.parametrize("ring", ["horde"])
def test_letters_with_pgp(folder, tmp_path, ring):
    some = [row for row in rows(PGP) if row["keyring"] == ring]
    keys, passphrase = key_ring(ring)
    (tmp_path / "word").write_text(passphrase)
    for key in keys:
        command(folder, "keys", "import", key, "--passphrase-file", tmp_path / "word")
    lines = lines_of(folder, [PGP / row["file"] for row in some])
    assert [row["id"] for row, line in zip(some, lines, strict=True) if not right_pgp(row, line)] == []
