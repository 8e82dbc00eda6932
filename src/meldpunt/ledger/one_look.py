"""What one page was told already: every room looks up the case for itself, and the database hears of it once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Answers = dict[tuple[str, tuple[Any, ...]], list[Any]]
_answered: ContextVar[Answers | None] = ContextVar("answered", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """For a page, which only reads: what ``rows`` was asked within, it answers from memory when it is asked again.

    What is written within, through ``rows``, makes all of it be asked anew.
    """
    before = _answered.set({})
    try:
        yield
    finally:
        _answered.reset(before)


def answers() -> Answers | None:
    """What is known by question and values; ``None`` where nothing is to be remembered."""
    return _answered.get()


def forget() -> None:
    """Something was written."""
    if (known := _answered.get()) is not None:
        known.clear()
