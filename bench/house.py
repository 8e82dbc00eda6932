"""A data folder of the benchmark's own, and the real program running in it."""

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "var" / "bench"  # git knows nothing of it
CONTACT = "meldpunt@voorbeeldstad.example"
PROGRAM = Path(sys.executable).with_name("meldpunt")
PASSWORD = "only-for-measuring-8352"
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 120.0  # seconds; whoever waits longer waits for ever


def free_address() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{one.getsockname()[1]}"


def until(true: Callable[[], object], seconds: float = PATIENCE, every: float = 0.005) -> None:
    """Look again and again."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("waited too long")
        time.sleep(every)


@dataclass
class House:
    """A data folder; ``web``, ``desk`` and ``lmtp`` are where the program listens."""

    data: Path
    web: str = field(default_factory=free_address)
    desk: str = field(default_factory=free_address)
    lmtp: str = field(default_factory=free_address)

    def environ(self, **settings: str) -> dict[str, str]:
        """The environment without any setting of the machine's own, then ours."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("MELDPUNT_")}
        ours = {"data": str(self.data), "web": self.web, "desk": self.desk, "lmtp": self.lmtp, **settings}
        return {**clean, **{f"MELDPUNT_{name.upper()}": value for name, value in ours.items()}}

    def run(self, *command: str) -> dict[str, Any]:
        """One command of the program; what it answers with ``--json``."""
        done = subprocess.run(
            [PROGRAM, *command, "--json"], env=self.environ(), cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"meldpunt {command[0]}: {done.stdout}{done.stderr}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def found(self) -> None:
        self.run("init", "--name", "Voorbeeldstad", "--contact", CONTACT)

    def count(self, table: str) -> int:
        """How many rows there are now; for looking from outside while the program runs."""
        with contextlib.closing(sqlite3.connect(f"file:{self.data}/meldpunt.sqlite3?mode=ro", uri=True)) as line:
            number: int = line.execute(f"select count(*) from {table}").fetchone()[0]
            return number

    @contextlib.contextmanager
    def up(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Everything, as the operator starts it; ended with Ctrl-C's gentle sister."""
        with (self.data.parent / f"{self.data.name}.log").open("wb") as log:
            program = subprocess.Popen(
                [PROGRAM, "up"], env=self.environ(), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            until(lambda: answers(self) or _gone(program))
            yield program
        finally:
            program.terminate()
            program.wait(30)


def _gone(program: "subprocess.Popen[bytes]") -> bool:
    if program.poll() is not None:
        raise RuntimeError("meldpunt up did not start; see its log in var/bench.")
    return False


def answers(house: House) -> bool:
    """Whether both the web and LMTP answer."""
    return is_well(house.web) and said(house.lmtp, b"QUIT\r\n").startswith(b"220")


def is_well(address: str) -> bool:
    """Whether the web server there says that it is well."""
    health = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    return said(address, health).startswith(b"HTTP/1.1 200")


def said(address: str, words: bytes) -> bytes:
    """The first thing that a server says after these words; nothing when nobody listens."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=2) as line:
            line.sendall(words)
            return line.recv(200)
    except OSError:
        return b""


@contextlib.contextmanager
def temporary() -> Iterator[House]:
    """A founded house on the same disk as everything here, gone afterwards."""
    KEPT.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=KEPT))
    try:
        house = House(folder / "data")
        house.found()
        yield house
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def family(pid: int) -> dict[int, str]:
    """A process and all its descendants: what each is called, by its module."""
    found = {pid: "up"}
    for child in _children(pid):
        found |= {grandchild: _name(grandchild) for grandchild in family(child)}
    return found


def _children(pid: int) -> list[int]:
    listed: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            listed += [int(word) for word in task.read_text().split()]
    return listed


def _name(pid: int) -> str:
    """The engine's name; for a web server its role too."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    module = next((word.decode() for word in words if word.startswith(b"meldpunt.")), "")
    role = next(
        (
            word.partition(b"=")[2].decode()
            for word in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            if word.startswith(b"MELDPUNT_ROLE=")
        ),
        "",
    )
    last = module.rpartition(".")[2]
    return last if last not in ("web", "") else role or "web"


def cpu_seconds(pid: int) -> float:
    """CPU time of one process and of its children that have ended, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(one) for one in fields[11:15]) / TICKS


def forget_peak(pid: int) -> None:
    """Count the peak of a process's memory from here on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def memory(pid: int, which: str = "VmHWM") -> float:
    """MiB: the peak (``VmHWM``) or now (``VmRSS``)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(which):
            return int(line.split()[1]) / 1024
    return 0.0
