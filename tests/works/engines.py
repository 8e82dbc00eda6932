"""A founded house in a folder of its own, free ports, and engines started as the real programs they are.

Shared by tests/works and tests/site: their ``conftest.py`` take the fixtures from here.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CONTACT = "meldpunt@voorbeeldstad.example"


def environ_for(data: Path, **settings: str) -> dict[str, str]:
    """The environment of this test run without any setting of its own, then these."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MELDPUNT_")}
    named = {f"MELDPUNT_{name.upper()}": value for name, value in settings.items()}
    return {**clean, "MELDPUNT_DATA": str(data), "PYTHONUNBUFFERED": "1", **named}


def until(true: Callable[[], object], seconds: float = 60.0) -> None:
    """Look again and again; fail when it takes too long."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


class Engine:
    """One process of ours.  ``said`` is what it wrote so far."""

    def __init__(self, log: Path, environ: dict[str, str], *module: str) -> None:
        self._log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *module], env=environ, stdout=out, stderr=subprocess.STDOUT
            )

    @property
    def said(self) -> str:
        return self._log.read_text()

    def hears(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ends(self, seconds: float = 60.0) -> int:
        return self.process.wait(seconds)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house, made once."""
    data = tmp_path_factory.mktemp("founded") / "data"
    command = ["init", "--name", "Voorbeeldstad", "--contact", CONTACT]
    subprocess.run(
        [sys.executable, "-m", "meldpunt.site.cli", *command],
        env=environ_for(data),
        check=True,
        capture_output=True,
    )
    return data


@pytest.fixture
def folder(founded: Path, tmp_path: Path) -> Path:
    """A fresh copy of a founded data folder."""
    return Path(shutil.copytree(founded, tmp_path / "data"))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Start engines; whatever still runs at the end of the test is ended."""
    engines: list[Engine] = []

    def start(environ: dict[str, str], *module: str) -> Engine:
        engines.append(Engine(tmp_path / f"engine-{len(engines)}.log", environ, *module))
        return engines[-1]

    yield start
    for engine in engines:
        if engine.process.poll() is None:
            engine.process.kill()
            engine.process.wait()
