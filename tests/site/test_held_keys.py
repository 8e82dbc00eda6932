"""A key that was missing comes: the letters that were held for it open."""

import json
import subprocess
import sys

from tests.works.engines import CONTACT, environ_for

from meldpunt.vault import openpgp


def test_importing_a_key_says_how_many_held_letters_open_now(folder, tmp_path):
    old = openpgp.make_key("Voorbeeldstad", CONTACT)
    sealed = openpgp.encrypt(b"De deur staat open.\n", [openpgp.public_copy(old, expires=None)])
    letter = b"From: Rui <rui@reporter.example>\nSubject: een lek\nMessage-ID: <one@r.example>\n\n" + sealed
    (tmp_path / "old.key").write_bytes(old)

    def run(*words, given=b""):
        command = [sys.executable, "-m", "meldpunt.site.cli", *words]
        done = subprocess.run(command, env=environ_for(folder), input=given, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    line = json.loads(run("intake", "-", "--json", given=letter))
    assert (line["outcome"], line["why"]) == ("held", "cannot-decrypt")
    said = run("keys", "import", str(tmp_path / "old.key"))
    [ref] = [word.strip(".") for word in said.split() if word.count("-") == 2]
    assert f"1 held letter opens now: {ref}." in said
    assert "De deur staat open." in run("case", ref)
    assert "held letter" not in run("keys", "import", str(tmp_path / "old.key"))
