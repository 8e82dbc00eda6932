"""Log lines that say where something went wrong, and never what was in it."""

import logging
import traceback
from typing import Any


class Places(logging.Formatter):
    """An exception is told by its kind and its place in the code: its words may hold what somebody wrote."""

    def format(self, record: logging.LogRecord) -> str:
        words = logging.Formatter.format(self, _without_words(record))
        return words.replace("\n", " ") if record.exc_info else words

    def formatException(self, ei: Any) -> str:
        kind, _value, trace = ei
        last = traceback.extract_tb(trace)[-1:]
        where = f" at {last[0].filename.rsplit('/', 1)[-1]}:{last[0].lineno}" if last else ""
        return f"({kind.__name__}{where})"


def _without_words(record: logging.LogRecord) -> logging.LogRecord:
    """A request's path is not repeated either: a one-time link is one."""
    if record.name.startswith("django.request"):
        record.msg, record.args = "a request failed with status %s", (getattr(record, "status_code", "?"),)
    return record
