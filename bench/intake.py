"""PGP letters in, until all are cases in the database, beside the same letters done bare."""

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import house, letters, table
from bench.house import House
from bench.table import Line

EACH = 240  # letters of one measurement
AIM = 2.0


def lines(runs: int) -> Iterator[Line]:
    """One sender, and two at once."""
    letters.prepared()
    with house.temporary() as ours:
        letters.give_key(ours)
        with ours.up() as program:
            _warm(ours)
            for senders, words in ((1, "one sender"), (2, "two senders")):
                yield _line(ours, program.pid, senders, words, runs)


def _warm(ours: House) -> None:
    """The first letters start the OpenPGP child and fill caches."""
    _ours(ours, 1, "warm", letters.DISTINCT)


def _line(ours: House, pid: int, senders: int, words: str, runs: int) -> Line:
    floors, took, bare = [], [], 0.0
    busy = {name: 0.0 for name in ("mailgate", "opener", "OpenPGP child")}
    for run in range(runs):
        seconds, used_bare = _floor(senders, f"{senders}.{run}")
        floors.append(seconds)
        bare += used_bare
        before = _cpu(pid)
        took.append(_ours(ours, senders, f"{senders}.{run}"))
        for name, used in _cpu(pid).items():
            if name in busy:
                busy[name] += used - before.get(name, 0.0)
    floor, mine = table.median(floors), table.median(took)
    more: dict[str, Any] = {"CPU ms per letter, bare": bare * 1000 / EACH / runs}
    more |= {f"of the {name}": used * 1000 / EACH / runs for name, used in busy.items()}
    more["ratio of CPU"] = sum(busy.values()) / bare
    more |= {f"peak MiB of the {name}": peak for name, peak in _peaks(pid).items() if name in busy}
    more["runs"] = "/".join(f"{EACH / one:.0f}" for one in took)
    return Line(f"PGP letters in, {words}", floor / EACH, mine / EACH, AIM, table.per_second(EACH, floor, mine), more)


def _ours(ours: House, senders: int, mark: str, count: int = EACH) -> float:
    """Seconds from the first letter's first byte until all are cases."""
    upto = ours.count("cases_case") + count
    command = [sys.executable, "-m", "bench.sender", ours.lmtp]
    with _ready(command, senders, mark, count) as go:
        began = time.perf_counter()
        go()
        house.until(lambda: ours.count("cases_case") >= upto, every=0.03)
        return time.perf_counter() - began


def _floor(senders: int, mark: str) -> tuple[float, float]:
    """Seconds until all are stored, and CPU seconds."""
    with tempfile.TemporaryDirectory(prefix="floor-", dir=house.KEPT) as folder:
        command = [sys.executable, "-m", "bench.bare", str(Path(folder) / "floor.sqlite3")]
        with _ready(command, senders, mark, EACH) as go:
            began = time.perf_counter()
            used = go(wait=True)
            return time.perf_counter() - began, used


@contextlib.contextmanager
def _ready(command: list[str], senders: int, mark: str, count: int) -> Iterator["_Go"]:
    """So many processes that wait for the word."""
    share = count // senders
    started = [
        subprocess.Popen(
            [*command, str(share), f"{mark}.{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=house.ROOT,
        )
        for number in range(senders)
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
    named = {"pgpchild": "OpenPGP child"}
    return {one: named.get(name, name) for one, name in house.family(pid).items()}


def _cpu(pid: int) -> dict[str, float]:
    return {name: house.cpu_seconds(one) for one, name in _engines(pid).items()}


def _peaks(pid: int) -> dict[str, float]:
    return {name: house.memory(one) for one, name in _engines(pid).items()}
