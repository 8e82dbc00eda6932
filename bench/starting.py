"""From ``meldpunt up`` until web and LMTP answer, beside the bare framework with our settings."""

import subprocess
import sys
import time
from collections.abc import Iterator

from bench import house, table
from bench.house import House
from bench.table import Line

AIM = 3.0
BARE = "import django; django.setup()"


def lines(runs: int) -> Iterator[Line]:
    """Warm: the second start of a house, by turns with the floor."""
    with house.temporary() as ours:
        _ours(ours), _floor(ours)
        pairs = [(_floor(ours), _ours(ours)) for _ in range(runs + 2)]
    floor, mine = (table.median(column) for column in zip(*pairs, strict=True))
    yield Line("start, warm", floor, mine, AIM, table.seconds(floor, mine))


def _ours(ours: House) -> float:
    began = time.perf_counter()
    with ours.up():
        return time.perf_counter() - began


def _floor(ours: House) -> float:
    settings = {**ours.environ(), "DJANGO_SETTINGS_MODULE": "meldpunt.site.settings"}
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", BARE], env=settings, cwd=house.ROOT, check=True)
    return time.perf_counter() - began
