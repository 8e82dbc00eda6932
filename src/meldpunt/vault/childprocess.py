"""The parent's side of a limited child: start it, ask it, notice when it is dead or takes too long.

What runs in the child is ``confined``; what goes between the two is ``pgpwire``.  The child's folder
is in memory where the machine has one, locked by us while we live; folders of parents that were
killed are swept away at the next start.
"""

import fcntl
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from meldpunt.vault import pgpwire

SECONDS = 60.0  # of wall-clock time for one question
WATCH = 1.0  # seconds between two looks at whether it takes too long
MOMENT = 5  # seconds that a child gets to end by itself
KILLED_FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, 0)
PREFIX = "meldpunt-pgp-"
ENVIRONMENT = {
    "PYTHONPATH": str(Path(__file__).parents[2]),
    "LC_ALL": "C.UTF-8",
    "RUST_BACKTRACE": "0",  # else the library looks up a stack trace for every refusal, in 60 ms
}


class Child:
    """A running child and its folder.  ``module`` is what stands after ``python -m``.

    ``send`` and ``take`` raise ``OSError`` or ``EOFError`` when the child is gone.
    """

    def __init__(self, module: str) -> None:
        place = _memory()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        self._lock = os.open(self.folder, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        _sweep(place, self.folder)
        self.overdue = False
        self.owner = os.getpid()
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", module, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", os.defpath), **ENVIRONMENT},
        )
        self._due = float("inf")
        threading.Thread(target=self._watch, name="child-watch", daemon=True).start()

    @property
    def is_ours(self) -> bool:
        """Whether this process started it, and not the one that this was forked from."""
        return self.owner == os.getpid()

    @property
    def was_killed(self) -> bool:
        """Whether somebody else ended it, rather than its own limits; for a child that was closed."""
        return self.process.returncode in KILLED_FROM_OUTSIDE and not self.overdue

    def send(self, head: pgpwire.Head, pieces: Sequence[bytes], seconds: float = SECONDS) -> None:
        """Put a question, which may take so long from now on."""
        assert self.process.stdin  # noqa: S101
        self._due = time.monotonic() + seconds
        pgpwire.put(self.process.stdin, head, pieces)

    def take(self) -> tuple[pgpwire.Head, list[bytes]]:
        """Wait for what it says."""
        assert self.process.stdout  # noqa: S101
        found = pgpwire.take(self.process.stdout)
        self._due = float("inf")
        return found

    def has_spoken(self, seconds: float) -> bool:
        """Whether it says something, or ends, within so many seconds."""
        assert self.process.stdout  # noqa: S101
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def _watch(self) -> None:
        """Kill the child over a question that takes too long.  One thread for all: starting one costs much."""
        while self.process.poll() is None:
            time.sleep(WATCH)
            # once it has answered the time is ours, not the child's
            with suppress(OSError, ValueError):  # it is being closed at this moment
                if time.monotonic() > self._due and not self.has_spoken(0):
                    self.overdue = True
                    self.process.kill()

    def close(self) -> None:
        """End it, and everything that it kept.  It gets a moment to stop its agents."""
        if not self.is_ours:
            return
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                pipe.close() if pipe else None
        try:
            self.process.wait(MOMENT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self.is_ours:
            self.process.kill()
            self.close()


def _memory() -> Path:
    """A folder that is never on a disk, where there is one."""
    place = Path("/dev/shm")  # noqa: S108
    return place if os.access(place, os.W_OK) else Path(tempfile.gettempdir())


def _sweep(place: Path, ours: Path) -> None:
    """Remove what processes left that were killed: their locks are gone with them."""
    young = ours.stat().st_mtime - 60
    for other in place.glob(PREFIX + "*"):
        with suppress(OSError):
            if other == ours or other.stat().st_mtime > young or other.stat().st_uid != os.getuid():
                continue
            handle = os.open(other, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(other, ignore_errors=True)
            finally:
                os.close(handle)
