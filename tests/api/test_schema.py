"""What the description says is what the program does: thousands of requests made from it, against the real process."""

import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from tests.ports import free_address
from tests.works.engines import CONTACT, environ_for, folder, founded, start, until  # noqa: F401  fixtures

from meldpunt.tokens.rules import PREFIX, digest_of
from meldpunt.works import listening

SECRET = PREFIX + "s" * 43
LETTER = f"From: rui@reporter.example\r\nTo: {CONTACT}\r\nSubject: tax page\r\n\r\nIt opens.\r\n"
CONFIG = """
request-timeout = 20
[parameters]
"path.ref" = "{ref}"
[checks]
positive_data_acceptance.enabled = true
positive_data_acceptance.expected-statuses = [200, 201, 404, 409, 422]
[phases.coverage]
generate-duplicate-query-parameters = false
[phases.stateful]
enabled = false
[generation]
max-examples = 8
deterministic = true
"""


def cli(environ, *arguments, given=None):
    command = [sys.executable, "-m", "meldpunt.site.cli", *arguments]
    return subprocess.run(command, env=environ, input=given, capture_output=True, check=True, timeout=120).stdout


def give_token(data):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    until = datetime(2099, 1, 1, tzinfo=UTC)
    database = sqlite3.connect(data / "meldpunt.sqlite3", timeout=30)
    with database:
        database.execute(
            "INSERT INTO tokens_token (id, holder, label, digest, scope, made_at, expires_at)"
            " VALUES ('0123456789ab', 'hanna', 'x', ?, 'act', ?, ?)",
            (digest_of(SECRET), str(now)[:19], str(until)[:19]),
        )
        database.execute("INSERT INTO cases_heldrole (person, role) VALUES ('hanna', 'handler')")
    database.close()


def acts_in(data):
    """What was done with a program, by the log."""
    database = sqlite3.connect(data / "meldpunt.sqlite3", timeout=30)
    rows = database.execute("SELECT facts FROM ledger_entry WHERE kind = 'token.acted'").fetchall()
    database.close()
    return {json.loads(facts)["act"] for (facts,) in rows}


@pytest.mark.real
def test_the_real_process_does_what_its_description_says(folder, start, tmp_path):  # noqa: F811
    address = free_address()
    environ = environ_for(folder, api=address, api_per_minute="1000000")
    out = cli(environ, "intake", "-", "--json", given=LETTER.encode())
    ref = json.loads(out.splitlines()[0])["case"]
    give_token(folder)
    host, port = address.split(":")
    engine = start({**environ, "MELDPUNT_ROLE": "api"}, "meldpunt.works.web", host, port)
    until(lambda: listening.speaks_http(address, "/healthz"), 60)
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG.format(ref=ref))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    command += [f"http://{address}/v1/openapi.json", "-H", f"Authorization: Bearer {SECRET}", "--no-color"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=240, cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert "unresolvable" not in ran.stdout
    assert acts_in(folder) == {"take", "note", "reply"}, "requests that are right were among them"
    assert "Traceback" not in engine.said and "rui@reporter" not in engine.said and SECRET not in engine.said
