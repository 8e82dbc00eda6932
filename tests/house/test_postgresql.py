"""The rooms do nothing that PostgreSQL could not do: their own tests run on a real one."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
ROOMS = (
    "ledger",
    "cases",
    "promises",
    "conversation",
    "triage",
    "conduct",
    "remediation",
    "privacy",
    "publication",
    "oversight",
    "intake/test_outcomes.py",
    "desk/same_moment.py",
)


def binaries():
    """The newest server on this machine, wherever Debian keeps it."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    found += [Path(on_path).parent] if on_path else []
    return max(found, key=str, default=None)


@pytest.fixture
def server():
    """A server of our own on a free loopback port; its address."""
    where = binaries()
    if where is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is missing (Debian: postgresql)")
        pytest.skip("PostgreSQL is missing (Debian: postgresql)")
    # the server refuses to run as root
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="meldpunt-pg-", ignore_cleanup_errors=True) as folder:
        if as_user:
            shutil.chown(folder, "postgres", "postgres")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]

        def run(name, *words):
            command = [*as_user, str(where / name), *words]
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)

        data = f"{folder}/data"
        run("initdb", "-D", data, "-A", "trust", "-U", "meldpunt", "-E", "UTF8", "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
        run("pg_ctl", "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgresql://meldpunt@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


@pytest.mark.parametrize("half", [0, 1])  # so that two workers share it
def test_the_rooms_keep_their_promises_on_postgresql(server, half):
    tests = [f"tests/{room}" for room in ROOMS[half::2]]
    # it would have the settings read before the tests' own conftest says which database
    mine = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not real", *tests],
        cwd=ROOT,
        env={**mine, "TEST_DATABASE": server},
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:]
    assert "failed" not in run.stdout
