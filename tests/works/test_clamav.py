"""ClamAV's own daemon beside us, with one signature of ours: nothing is fetched."""

import io
import os
import shutil
import socket
import subprocess
import time
import zipfile

import pytest
from tests.intake.test_clamd import EICAR

from meldpunt.intake.clamd import Scanner

pytestmark = pytest.mark.real
PATIENCE = 60  # seconds that the daemon may take to start


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """The socket of a daemon that knows one virus."""
    program = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("clamd is missing (Debian: clamav-daemon)")
        pytest.skip("clamd is missing (Debian: clamav-daemon)")
    folder = tmp_path_factory.mktemp("clamav")
    (folder / "known").mkdir()
    (folder / "known" / "ours.ndb").write_text(f"Meldpunt.Eicar:0:*:{EICAR.hex()}\n", "ascii")
    door = folder / "clamd.ctl"
    (folder / "clamd.conf").write_text(
        f"LocalSocket {door}\nDatabaseDirectory {folder / 'known'}\nTemporaryDirectory {folder}\n"
        "Foreground yes\nMaxThreads 2\nStreamMaxLength 2M\n",
        "utf-8",
    )
    with subprocess.Popen(
        [program, "-c", str(folder / "clamd.conf")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as running:
        try:
            _wait_for(door, running)
            yield str(door)
        finally:
            running.terminate()


def _wait_for(door, running):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(door))
                return
            except OSError:
                assert running.poll() is None, running.stdout.read().decode(errors="replace")
        time.sleep(0.05)
    pytest.fail("clamd does not listen")


def packed(content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", content)
    return out.getvalue()


def test_the_real_daemon_finds_what_it_knows_also_in_an_archive(daemon):
    assert Scanner(daemon).scan((b"hello", b" world" * 50_000)) == "clean"
    assert Scanner(daemon).scan((EICAR[:20], EICAR[20:])) == "found Meldpunt.Eicar.UNOFFICIAL"
    assert Scanner(daemon).scan((packed(EICAR),)) == "found Meldpunt.Eicar.UNOFFICIAL"
    assert Scanner(daemon).scan((packed(b"hello"),)) == "clean"


def test_what_the_real_daemon_finds_too_large_is_not_checked(daemon):
    assert Scanner(daemon).scan([b"x" * 65_536] * 48) == ""
    assert Scanner(daemon).scan((EICAR,)) == "found Meldpunt.Eicar.UNOFFICIAL"
