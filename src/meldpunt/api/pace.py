"""A bucket for each token: so many requests at once, and so many a minute after that.  In memory, of this process."""

import math
import threading
import time
from collections.abc import Callable

AT_ONCE = 60  # requests, before the pace counts
MOST = 10_000  # tokens that are remembered


class Pace:
    def __init__(self, per_minute: int, tick: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._tick = per_minute / 60, tick
        self._full = float(max(AT_ONCE, per_minute))
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}  # how much is left, and when that was

    def wait(self, token: str) -> int:
        """Take one; 0, or the seconds after which there is one again."""
        with self._lock:
            at = self._tick()
            left, since = self._buckets.get(token, (self._full, at))
            left = min(self._full, left + (at - since) * self._rate)
            taken = left >= 1
            if len(self._buckets) >= MOST and token not in self._buckets:
                self._buckets.clear()
            self._buckets[token] = (left - 1 if taken else left, at)
        return 0 if taken else max(1, math.ceil((1 - left) / self._rate))
