"""Asking a virus scanner over its socket, as ClamAV's daemon listens; one that does not answer stops nothing."""

import contextlib
import socket
import threading

import pytest

from meldpunt.intake import clamd
from meldpunt.intake.clamd import Scanner

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Daemon(threading.Thread):
    """Reads INSTREAM to its end, keeps what it was given, and answers with ``answer(content)``."""

    def __init__(self, path, answer):
        super().__init__(daemon=True)
        self.answer, self.given = answer, []
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(str(path))
        self.door.listen()

    def run(self):
        while True:
            try:
                line, _ = self.door.accept()
            except OSError:
                return
            with line, line.makefile("rb") as file:
                assert file.read(10) == b"zINSTREAM\0"
                content = b""
                while size := int.from_bytes(file.read(4), "big"):
                    content += file.read(size)
                self.given.append(content)
                with contextlib.suppress(BrokenPipeError):  # who asked has gone
                    line.sendall(self.answer(content))


def by_content(content):
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@pytest.fixture
def start(tmp_path):
    daemons = []

    def start(answer=by_content):
        daemons.append(Daemon(tmp_path / "clamd.ctl", answer))
        daemons[-1].start()
        return daemons[-1]

    yield start
    Scanner.rests_until = 0.0
    for daemon in daemons:
        daemon.door.close()


def scan(tmp_path, *chunks):
    return Scanner(str(tmp_path / "clamd.ctl")).scan(chunks)


def test_clean_and_found(start, tmp_path):
    daemon = start()
    large = b"x" * 200_000
    assert scan(tmp_path, b"hello ", b"", large) == "clean"
    assert scan(tmp_path, EICAR) == "found Eicar-Test-Signature"
    assert scan(tmp_path) == "clean"
    assert daemon.given == [b"hello " + large, EICAR, b""]


@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"",
        b"stream: <b>x</b> FOUND\0",
        b"\xff" * 9000,
        b"stream: OK and more\0",
    ],
)
def test_any_other_answer_is_not_checked(start, tmp_path, answer):
    start(lambda content: answer)
    assert scan(tmp_path, b"x") == ""


def test_no_daemon_is_not_checked(tmp_path):
    assert scan(tmp_path, b"x") == ""
    assert Scanner("").scan((b"x",)) == ""


def test_a_daemon_that_lets_us_wait_is_left_alone_for_a_while(start, tmp_path, monkeypatch):
    monkeypatch.setattr(clamd, "ANSWER_WITHIN", 0.2)
    done = threading.Event()
    daemon = start(lambda content: bytes(done.wait(5) and 0))
    assert scan(tmp_path, b"x") == ""
    assert scan(tmp_path, b"y") == ""  # nobody asks now
    done.set()
    assert b"y" not in daemon.given


def test_what_was_found_is_kept_with_the_file(house, start, tmp_path):
    from tests.build import BASE
    from tests.cast import HANNA, MONDAY_NINE

    from meldpunt.cases import queries as cases
    from meldpunt.works.opener import House, open_one

    start()
    raw = (
        b'From: Rui <rui@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\n\r\nSee.\r\n--b\r\nContent-Type: text/plain; name=good.txt\r\n\r\nhello\r\n"
        b"--b\r\nContent-Type: text/plain; name=bad.txt\r\n\r\n" + EICAR + b"\r\n--b--\r\n"
    )
    opener = House(house.keys, house.folder, BASE, str(tmp_path / "clamd.ctl"))
    done = open_one(house.receive(raw), opener, now=MONDAY_NINE)
    [report] = cases.written(HANNA, done.case, house.keys)
    assert {file.name: (file.kind, file.scan) for file in report.files} == {
        "good.txt": ("text", "clean"),
        "bad.txt": ("text", "found Eicar-Test-Signature"),
    }


def test_only_a_socket_in_the_file_system_is_taken(tmp_path):
    from meldpunt.site.config import BadSetting, load

    environ = {"MELDPUNT_DATA": str(tmp_path)}
    assert load({**environ, "MELDPUNT_CLAMD": "/run/clamav/clamd.ctl"}).clamd == "/run/clamav/clamd.ctl"
    with pytest.raises(BadSetting, match="path of a socket"):
        load({**environ, "MELDPUNT_CLAMD": "127.0.0.1:3310"})
