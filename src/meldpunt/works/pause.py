"""When to do what follows on letters: in a pause between them, so that the next one does not wait for it."""

import time
from collections.abc import Callable

QUIET = 0.2  # seconds without a letter
AT_MOST = 5.0  # seconds for which it waits while letters keep coming
SOON, EVERY = 0.01, 0.05  # seconds between two looks at the spool, just after a letter and later


class Pause:
    """Hears of letters.  ``clock`` counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = float("-inf")  # the last letter
        self._first: float | None = None  # the first one that nothing has followed on yet

    def broken(self) -> None:
        """A letter was opened."""
        self._last = self._clock()
        self._first = self._last if self._first is None else self._first

    def is_long_enough(self) -> bool:
        """Whether what follows on letters is to be done now; then it counts as done."""
        waited = self._first is not None and self._clock() - self._first >= AT_MOST
        if not waited and self._is_young():
            return False
        self._first = None
        return True

    @property
    def look_again(self) -> float:
        """Seconds until the next look at the spool."""
        return SOON if self._is_young() else EVERY

    def _is_young(self) -> bool:
        return self._clock() - self._last < QUIET
