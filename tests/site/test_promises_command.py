"""Promises on the command line: of one case, all that are due, and the score."""

import json
import subprocess
import sys

import pytest
from tests.works.engines import environ_for

LETTER = b"From: Rui <rui@reporter.example>\nSubject: een lek\nMessage-ID: <one@r.example>\n\nDe deur staat open.\n"


@pytest.fixture
def run(folder):
    def one(*words, given=b""):
        command = [sys.executable, "-m", "meldpunt.site.cli", *words, "--json"]
        done = subprocess.run(command, env=environ_for(folder), input=given, capture_output=True, timeout=60)
        return done.returncode, json.loads(done.stdout), done.stderr.decode()

    return one


@pytest.mark.real
def test_a_promise_says_what_is_due_when_and_of_which_sentence(run):
    _, letter, _ = run("intake", "-", given=LETTER)
    _, case, _ = run("case", letter["case"])
    promise = next(one for one in case["promises"] if one["kind"] == "assessment")
    assert (promise["sentence"], promise["state"], promise["kept_by"], promise["kept_at"]) == ("P1", "open", "", None)
    assert promise["due"] == promise["due_on"]
    assert promise["late_from"] > promise["due"]

    code, due, said = run("due", "--redraw")
    assert (code, [one["sentence"] for one in due]) == (0, ["P1"])
    assert "drawn anew: 2." in said

    code, score, _ = run("score")
    assert {line["promise"]: line["open"] for line in score["promises"]} == {"P1": 1, "P4": 1}
    code, public, _ = run("score", "--public")
    assert (code, public) == (1, {"error": "There is no public score."})
    code, public, _ = run("score", "--public", "--draw")
    assert (code, [one["periods"] for one in public["promises"]]) == (0, [[]] * 7)
