"""What could not be opened: tried again later and later, and never often enough to stop the others."""

import contextlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

FIRST, LONGEST = 1.0, 900.0  # seconds before an item is tried again; doubled every time
SEVERAL = 60.0  # the longest where more than one is hindered: then it is not the item
MOST_DEATHS = 2  # of the opener, over one item
FILE = "opener.at"  # in the data folder: what the opener has in hand
WIDTH = 64


class Patience:
    """When to try again what the machine has hindered.  In memory: a fresh opener tries at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: dict[str, int] = {}
        self._again: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._tries)

    def hindered(self, token: str) -> None:
        tries = self._tries[token] = self._tries.get(token, 0) + 1
        longest = LONGEST if len(self._tries) == 1 else SEVERAL
        self._again[token] = self._clock() + min(FIRST * 2.0 ** min(tries - 1, 20), longest)

    def over(self, token: str) -> None:
        """It is opened, or held.  If it was hindered before, what hindered the others may be gone, too."""
        if self._tries.pop(token, 0):
            self._again.clear()

    def ripe(self, tokens: Sequence[str]) -> list[str]:
        """Those whose time has come."""
        now = self._clock()
        return [token for token in tokens if self._again.get(token, now) <= now]


class InHand:
    """A small file that says which item is being opened: it outlives an opener that dies over it.

    Not synced: it is for a process that dies, and not for a machine that does.  ``suspect`` is the item
    that was in hand when the opener before this one died, and how many have died so in a row.
    """

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
        token, _, deaths = os.pread(self._file, WIDTH, 0).decode("ascii", "replace").strip().partition(" ")
        self.suspect, self.deaths = token, 0
        with contextlib.suppress(ValueError):
            self.deaths = int(deaths or 0) + 1 if token else 0

    @property
    def is_deadly(self) -> bool:
        """Whether the suspect has had its chances."""
        return bool(self.suspect) and self.deaths >= MOST_DEATHS

    def takes(self, token: str) -> None:
        deaths = self.deaths if token == self.suspect else 0
        self._write(f"{token} {deaths}")

    def lays_down(self, token: str) -> None:
        self._write("")
        if token == self.suspect:
            self.suspect, self.deaths = "", 0

    def close(self) -> None:
        os.close(self._file)

    def _write(self, words: str) -> None:
        os.pwrite(self._file, words.ljust(WIDTH).encode(), 0)
