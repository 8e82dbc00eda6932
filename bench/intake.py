"""PGP letters in, until all are cases in the database, beside the same letters done bare."""

import contextlib
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import house, letters, table
from bench.house import House
from bench.table import Line

SMALL, LARGE = 240, 24  # letters of one measurement
AIM = 2.0
ENGINES = ("mailgate", "opener", "reader", "OpenPGP child", "clock")


def lines(runs: int) -> Iterator[Line]:
    """One sender, and two at once; letters of 6 KiB and of 5 MiB; both kinds of keys, and both together."""
    with house.temporary() as ours:
        letters.give_key(ours)
        with ours.up() as program:
            _warm(ours)
            for trial in TRIALS:
                yield _line(ours, program.pid, trial, runs)


@dataclass(frozen=True)
class Trial:
    words: str
    kinds: str
    each: int = SMALL
    senders: int = 1

    @property
    def mark(self) -> str:
        return f"{self.kinds.replace(',', '-')}.{self.senders}"


TRIALS = (
    Trial("6 KiB, Curve25519", "curve"),
    Trial("6 KiB, Curve25519, two senders", "curve", senders=2),
    Trial("6 KiB, RSA-4096", "rsa", SMALL // 2),
    Trial("6 KiB, both keys, two senders", "curve,rsa", senders=2),
    Trial("5 MiB, Curve25519", "large", LARGE),
    Trial("5 MiB, both keys, two senders", "large,large-rsa", LARGE, 2),
)


def _warm(ours: House) -> None:
    """The first letters start the children and fill caches."""
    _ours(ours, Trial("", "curve,rsa", 60), "warm")


def _line(ours: House, pid: int, trial: Trial, runs: int) -> Line:
    each = trial.each
    floors, took, bare = [], [], 0.0
    busy = {name: 0.0 for name in ENGINES}
    for run in range(runs):
        seconds, used_bare = _floor(trial, f"{trial.mark}.{run}")
        floors.append(seconds)
        bare += used_bare
        before = _cpu(pid)
        took.append(_ours(ours, trial, f"{trial.mark}.{run}"))
        for name, used in _cpu(pid).items():
            if name in busy:
                busy[name] += used - before.get(name, 0.0)
    floor, mine = table.median(floors), table.median(took)
    more: dict[str, Any] = {"CPU ms per letter, bare": bare * 1000 / each / runs}
    more |= {f"of the {name}": used * 1000 / each / runs for name, used in busy.items()}
    more["ratio of CPU"] = sum(busy.values()) / bare
    more |= {f"peak MiB of the {name}": peak for name, peak in _peaks(pid).items() if name in busy}
    more["runs"] = "/".join(f"{each / one:.1f}" for one in took)
    return Line(f"letters, {trial.words}", floor / each, mine / each, AIM, table.per_second(each, floor, mine), more)


def _ours(ours: House, trial: Trial, mark: str) -> float:
    """Seconds from the first letter's first byte until all are cases."""
    upto = ours.count("cases_case") + trial.each
    command = [sys.executable, "-m", "bench.sender", ours.lmtp]
    with _ready(command, trial, mark) as go:
        began = time.perf_counter()
        go()
        house.until(lambda: ours.count("cases_case") >= upto, every=0.03)
        return time.perf_counter() - began


def _floor(trial: Trial, mark: str) -> tuple[float, float]:
    """Seconds until all are stored, and CPU seconds."""
    with tempfile.TemporaryDirectory(prefix="floor-", dir=house.KEPT) as folder:
        command = [sys.executable, "-m", "bench.bare", str(Path(folder) / "floor.sqlite3")]
        with _ready(command, trial, mark) as go:
            began = time.perf_counter()
            used = go(wait=True)
            return time.perf_counter() - began, used


@contextlib.contextmanager
def _ready(command: list[str], trial: Trial, mark: str) -> Iterator["_Go"]:
    """So many processes that wait for the word."""
    share = trial.each // trial.senders
    started = [
        subprocess.Popen(
            [*command, trial.kinds, str(share), f"{mark}.{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=house.ROOT,
        )
        for number in range(trial.senders)
    ]
    try:
        for one in started:
            assert one.stdout
            if one.stdout.readline() != "ready\n":
                raise RuntimeError(f"{command[2]} did not start")
        yield _Go(started)
        for one in started:
            if one.wait(house.PATIENCE):
                raise RuntimeError(f"{command[2]} did not end well")
    finally:
        for one in started:
            one.kill()
            one.communicate()


class _Go:
    """The word: all of them begin at once.  With ``wait``: the CPU seconds that they say they took."""

    def __init__(self, started: list["subprocess.Popen[str]"]) -> None:
        self._started = started

    def __call__(self, wait: bool = False) -> float:
        for one in self._started:
            assert one.stdin
            one.stdin.write("go\n")
            one.stdin.flush()
        return sum(float(one.stdout.readline()) for one in self._started if one.stdout) if wait else 0.0


def _engines(pid: int) -> dict[int, str]:
    named = {"pgpchild": "OpenPGP child", "readerchild": "reader", "tick": "clock"}
    return {one: named.get(name, name) for one, name in house.family(pid).items()}


def _cpu(pid: int) -> dict[str, float]:
    used: dict[str, float] = defaultdict(float)
    for one, name in _engines(pid).items():
        used[name] += house.cpu_seconds(one)
    return used


def _peaks(pid: int) -> dict[str, float]:
    return {name: house.memory(one) for one, name in _engines(pid).items()}
