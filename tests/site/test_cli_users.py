"""Addresses and absences of handlers, as an operator types them."""

import json
import subprocess
import sys

import pytest
from tests.works.engines import environ_for

pytestmark = pytest.mark.real


@pytest.fixture
def user(folder):
    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", "meldpunt.site.cli", "user", *words],
            env=environ_for(folder),
            capture_output=True,
            timeout=60,
        )
        return done.returncode, (done.stdout + done.stderr).decode()

    return run


def test_where_reminders_go_and_who_stands_in(user):
    assert user("add", "hanna")[0] == user("add", "imran")[0] == 0
    code, said = user("mail", "hanna", "h@voorbeeldstad.example", "--language", "en", "--json")
    assert code == 0 and json.loads(said) == {"user": "hanna", "address": "h@voorbeeldstad.example", "language": "en"}
    code, said = user("absent", "hanna", "--until", "9998-12-31", "--cover", "imran")
    assert (code, said) == (0, "hanna is away up to and with 9998-12-31; imran stands in.\n")
    assert user("absent", "hanna", "--until", "9998-12-31", "--cover", "piet") == (
        1,
        "meldpunt: No handler called piet.\n",
    )
