"""SQLite has one writer at a time; here the next one is ready when the one before it is done.

SQLite's own wait sleeps longer each time, up to a tenth of a second, and so misses the few milliseconds between two
transactions of a process that has much to write: the mail gate stood for most of its time before a door that had
been open.
"""

import sqlite3
import time

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

EVERY = 0.001  # seconds between two tries


class DatabaseWrapper(base.DatabaseWrapper):
    """``timeout`` among the options: for how many seconds a transaction that is to begin waits for its turn."""

    def _start_transaction_under_autocommit(self) -> None:
        patience = self.settings_dict["OPTIONS"]["timeout"]
        self._let_sqlite_wait(0)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        except OperationalError as no:
            if not _is_busy(no.__cause__):
                raise
            self._wait_for_turn(time.monotonic() + patience)
        finally:
            self._let_sqlite_wait(patience)

    def _wait_for_turn(self, until: float) -> None:
        """Begin as soon as nobody else writes, asked of the library itself: a try costs little."""
        while True:
            time.sleep(EVERY)
            try:
                self.connection.execute(f"BEGIN {self.settings_dict['OPTIONS']['transaction_mode']}")
            except sqlite3.OperationalError as no:
                if not _is_busy(no) or time.monotonic() > until:
                    raise OperationalError(*no.args) from no
            else:
                return

    def _let_sqlite_wait(self, seconds: float) -> None:
        self.connection.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")


def _is_busy(trouble: BaseException | None) -> bool:
    return getattr(trouble, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
