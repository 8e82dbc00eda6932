"""The parent's side of the OpenPGP child: start it, ask it, replace it when it dies.

One child per process, made when first needed.  Its folder for GnuPG homes is in memory
where the machine has one, locked by us while we live; folders of parents that were killed
are swept away at the next start.
"""

import atexit
import fcntl
import os
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
from meldpunt.vault.errors import EngineFailed, TooLarge

SECONDS = 60  # of wall-clock time for one question
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
    """A running child and its folder."""

    def __init__(self) -> None:
        place = _memory()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        self._lock = os.open(self.folder, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        _sweep(place, self.folder)
        self.overdue = False
        self.owner = os.getpid()
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "meldpunt.vault.pgpchild", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", os.defpath), **ENVIRONMENT},
        )
        self._due = float("inf")
        threading.Thread(target=self._watch, name="pgp-watch", daemon=True).start()

    def ask(self, head: pgpwire.Head, pieces: Sequence[bytes]) -> tuple[pgpwire.Head, list[bytes]]:
        """One question, one answer.  ``EOFError`` or ``OSError`` when the child is gone."""
        assert self.process.stdin and self.process.stdout  # noqa: S101
        self._due = time.monotonic() + SECONDS
        try:
            pgpwire.put(self.process.stdin, head, pieces)
            return pgpwire.take(self.process.stdout)
        finally:
            self._due = float("inf")

    def _watch(self) -> None:
        """Kill the child over a question that takes too long.  One thread for all: starting one costs much."""
        while self.process.poll() is None:
            time.sleep(WATCH)
            if time.monotonic() > self._due:
                self.overdue = True
                self.process.kill()

    def close(self) -> None:
        """End it, and everything that it kept.  It gets a moment to stop its agents."""
        if self.owner != os.getpid():
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


_turn = threading.Lock()
_child: Child | None = None


def ask(head: pgpwire.Head, pieces: Sequence[bytes]) -> tuple[pgpwire.Head, list[bytes]]:
    """Put one question to the child of this process.

    A child that was killed from outside is replaced and asked again, once.  One that ran
    out of memory or time over this very question is replaced, and the answer is ``TooLarge``.
    """
    global _child
    with _turn:
        for _attempt in range(2):
            if _child is None or _child.owner != os.getpid():
                _child = Child()
            try:
                answer = _child.ask(head, pieces)
            except (EOFError, OSError):
                ended, _child = _child, None
                ended.close()
                if ended.process.returncode not in KILLED_FROM_OUTSIDE or ended.overdue:
                    raise TooLarge("Reading this would take too much memory or time.") from None
                continue
            if answer[0].get("last"):
                _child.close()
                _child = None
            return answer
    raise EngineFailed("The OpenPGP engine does not stay alive.")


@atexit.register
def close() -> None:
    """End the child of this process, if it has one."""
    global _child
    if _child is not None:
        _child.close()
        _child = None


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
