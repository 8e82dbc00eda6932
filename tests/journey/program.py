"""The real program: ``meldpunt up`` in a folder of its own on free ports, and the command line beside it.

Everything that the program writes anywhere stands below ``folder``: the data, its temporary
files, its home, and (outside the data) what it printed.  It is ended by the numbers of
its own processes, never by a name.
"""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ports import free_ports

CONTACT = "meldpunt@voorbeeldstad.example"
ORGANISATION = "Gemeente Voorbeeldstad"
PASSWORD = "drie gele fietsen zingen"
MELDPUNT = (sys.executable, "-m", "meldpunt.site.cli")
READY = "Ready after"
STARTS_WITHIN, STOPS_WITHIN = 40.0, 20.0  # seconds, on a busy machine


def until(what: str, true: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Look again and again, and return the first true answer; fail with ``what`` after ``seconds``."""
    end = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < end, f"waited {seconds:.0f} s in vain for {what}"
        time.sleep(0.01)
    return answer


@dataclass(frozen=True)
class Account:
    """A handler's user name and the secret of their generator of codes."""

    username: str
    secret: str


class Program:
    """One installation.  ``found`` it, ``start`` it; ``stop`` it, or kill it and start it again."""

    def __init__(self, folder: Path, smtp: str) -> None:
        self.folder, self.data = folder, folder / "data"
        self.printed = folder / "printed.log"
        self.temporary, self.home = folder / "tmp", folder / "home"
        for place in (folder, self.temporary, self.home):
            place.mkdir(exist_ok=True)
        self.password_file = folder / "password"
        self.password_file.write_text(PASSWORD + "\n")
        self.web, self.desk_port, self.lmtp = free_ports(3)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MELDPUNT_")}
        self.environ = {
            **clean,
            "MELDPUNT_DATA": str(self.data),
            "MELDPUNT_WEB": f"127.0.0.1:{self.web}",
            "MELDPUNT_DESK": f"127.0.0.1:{self.desk_port}",
            "MELDPUNT_LMTP": f"127.0.0.1:{self.lmtp}",
            "MELDPUNT_SMTP": smtp,
            "TMPDIR": str(self.temporary),
            "HOME": str(self.home),
            "PYTHONUNBUFFERED": "1",
        }
        self.host = "127.0.0.1"  # what a browser calls this machine
        self.runs_within = 60.0  # seconds, for a command
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def portal(self) -> str:
        return f"http://{self.host}:{self.web}"

    @property
    def desk(self) -> str:
        return f"http://{self.host}:{self.desk_port}"

    @property
    def said(self) -> str:
        """Everything that ``up`` has printed so far, by whichever of its processes."""
        return self.printed.read_text("utf-8", "replace") if self.printed.exists() else ""

    # -- the command line

    def run(self, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*MELDPUNT, *words],
            env={**self.environ, **environ},
            capture_output=True,
            text=True,
            check=False,
            timeout=self.runs_within,
        )

    def answer(self, *words: str) -> Any:
        """What a command says with ``--json``; it must succeed."""
        done = self.run(*words, "--json")
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def found(self, username: str = "hanna", name: str = "Hanna") -> Account:
        """Make the house and its first handler, without a browser."""
        words = ("--name", ORGANISATION, "--contact", CONTACT, "--url", "https://www.voorbeeldstad.example")
        who = ("--handler", username, "--handler-name", name, "--password-file", str(self.password_file))
        return Account(username, self.answer("init", *words, *who)["totp_secret"])

    def add_handler(self, username: str, name: str, role: str = "handler") -> Account:
        secret = ("--password-file", str(self.password_file))
        made = self.answer("user", "add", username, "--name", name, "--role", role, *secret)
        return Account(username, made["totp_secret"])

    def rows(self, question: str, *values: str) -> list[Any]:
        """Look into the database without writing, while the program runs."""
        database = f"file:{self.data}/meldpunt.sqlite3?mode=ro"
        with contextlib.closing(sqlite3.connect(database, uri=True, timeout=20)) as connection:
            return connection.execute(question, values).fetchall()

    # -- its life

    def start(self) -> None:
        """Run ``up`` and return when every door answers."""
        before = self.said.count(READY)
        self.launch()
        self.wait_until_ready(before)

    def launch(self) -> None:
        """Run ``up`` and return at once."""
        with self.printed.open("ab") as out:
            self.process = subprocess.Popen(
                [*MELDPUNT, "up"], env=self.environ, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait_until_ready(self, before: int = 0) -> None:
        """Until it has said once more than ``before`` that it is ready, and the desk answers too."""
        until("the program to be ready", lambda: self._is_up(before), STARTS_WITHIN)

    def _is_up(self, before: int) -> bool:
        assert self.process
        assert self.process.poll() is None, f"the program ended by itself:\n{self.said}"
        return self.said.count(READY) > before and answers(f"{self.desk}/healthz")

    def stop(self) -> int:
        """Ctrl-C.  Returns the exit code; every process must have gone."""
        assert self.process
        family = self.family()
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(STOPS_WITHIN)
        _until_gone(family)
        self.process = None
        return code

    def family(self) -> list[int]:
        """The numbers of all processes of the program, the supervisor first."""
        assert self.process
        return [self.process.pid, *_descendants(self.process.pid)]

    def engine(self, name: str) -> int | None:
        """The number of the process that runs ``meldpunt.works.<name>``, when it lives."""
        assert self.process
        for number in _descendants(self.process.pid):
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
                if words[1:3] == [b"-m", f"meldpunt.works.{name}".encode()]:
                    return number
        return None

    def kill_engine(self, name: str) -> int:
        """SIGKILL one process; the supervisor is to start another.  Returns its number."""
        number: int = until(f"{name} to live", lambda: self.engine(name))
        os.kill(number, signal.SIGKILL)
        return number

    def kill_supervisor(self) -> None:
        """SIGKILL the supervisor alone: what it started must end by itself, and free the ports."""
        assert self.process
        family = self.family()
        self.process.kill()
        self.process.wait(STOPS_WITHIN)
        _until_gone(family)
        self.process = None

    def kill_everything(self) -> None:
        """SIGKILL every process of the program at once, as when the power fails."""
        assert self.process
        supervisor = self.process.pid
        os.kill(supervisor, signal.SIGSTOP)  # so that it starts nobody new while we count
        family: list[int] = []
        while fresh := [number for number in self.family() if number not in {*family, supervisor}]:
            family += fresh  # once more, for whoever was being started at that moment
            for number in fresh:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
        self.process.kill()
        self.process.wait(STOPS_WITHIN)
        _until_gone([*family, supervisor])
        self.process = None

    def end(self) -> None:
        """Whatever happened before: nothing of it runs afterwards."""
        if self.process and self.process.poll() is None:
            self.kill_everything()


def answers(url: str) -> bool:
    """Whether somebody says 200 there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _descendants(parent: int) -> list[int]:
    """Children, grandchildren and so on, from /proc."""
    children: dict[int, list[int]] = {}
    for number, above, _state in _processes():
        children.setdefault(above, []).append(number)
    found, look = [], [parent]
    while look:
        below = children.get(look.pop(), [])
        found += below
        look += below
    return found


def _processes() -> Iterator[tuple[int, int, str]]:
    """(number, parent's number, state) of every process."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                state, above = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                yield int(entry.name), int(above), state


def _until_gone(numbers: list[int]) -> None:
    def gone() -> bool:
        alive = {number for number, _above, state in _processes() if state not in "ZX"}
        return not alive & set(numbers)

    until("every process of the program to end", gone, STOPS_WITHIN)
