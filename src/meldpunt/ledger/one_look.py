"""What one page was told already: every room looks up the case for itself, and the database hears of it once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Answers = dict[Any, list[Any]]  # by question
_answered: ContextVar[dict[type, Answers] | None] = ContextVar("answered", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """For a page, which only reads: what ``rows`` was asked within, it answers from memory when it is asked again.

    What is written within to a table, through ``rows``, makes all that was asked of that table be asked anew.
    """
    before = _answered.set({})
    try:
        yield
    finally:
        _answered.reset(before)


def answers(of: type) -> Answers | None:
    """What is known of one table; ``None`` where nothing is to be remembered."""
    known = _answered.get()
    return None if known is None else known.setdefault(of, {})


def forget(of: type | None = None) -> None:
    """Something was written to this table, or nobody knows to which."""
    if (known := _answered.get()) is not None:
        known.pop(of, None) if of else known.clear()
