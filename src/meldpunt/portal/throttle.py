"""Wrong receipts get slower and slower answers; right ones never wait.

Nobody is told apart, so there is nothing to note about anybody: the pace is the whole
process's.  A receipt has 130 random bits, so this protects the machine, not the secret.
Only one wrong try at a time is kept waiting, so that the others cannot take all threads.
"""

import threading
import time
from collections.abc import Callable

FREE = 3  # wrong tries that cost nothing: people mistype
FORGIVEN_AFTER = 10.0  # seconds in which one wrong try is forgotten
LONGEST = 4.0  # seconds


class WrongTries:
    """Counts wrong tries and forgets them again.  The clock is any that only goes forward, in seconds."""

    def __init__(self, tick: Callable[[], float] = time.monotonic, wait: Callable[[float], None] = time.sleep) -> None:
        self._tick, self._wait = tick, wait
        self._lock, self._waiting = threading.Lock(), threading.Lock()
        self._count, self._since = 0.0, tick()

    def note(self) -> float:
        """One more wrong try.  Returns how many seconds its answer should wait."""
        with self._lock:
            now = self._tick()
            self._count = max(0.0, self._count - (now - self._since) / FORGIVEN_AFTER) + 1
            self._since = now
            beyond = self._count - FREE
        return min(LONGEST, 0.25 * 2 ** min(beyond, 10)) if beyond > 0 else 0.0

    def slow_down(self) -> None:
        """Wait as long as a wrong try should, unless another one is waiting already."""
        seconds = self.note()
        if seconds and self._waiting.acquire(blocking=False):
            try:
                self._wait(seconds)
            finally:
                self._waiting.release()
