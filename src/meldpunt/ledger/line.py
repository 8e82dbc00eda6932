"""The line to the database, and questions that are written by hand."""

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from meldpunt.ledger.one_look import forget

KEPT = "meldpunt_kept_cursor"


def line() -> BaseDatabaseWrapper:
    """The connection itself: what stands before it costs more than the work."""
    return connections[DEFAULT_DB_ALIAS]


def cursor(of: BaseDatabaseWrapper) -> CursorWrapper:
    """The connection's one cursor that is kept: to make one costs twice as much as a question.

    Only for who reads an answer to its end at once.  Where somebody counts the questions, or does something between
    question and answer, it is a fresh one.
    """
    if of.connection is None or of.queries_logged or of.execute_wrappers:
        return of.cursor()
    kept: CursorWrapper | None = vars(of).get(KEPT)
    if kept is None or kept.connection is not of.connection:
        kept = vars(of)[KEPT] = of.cursor()
    return kept


def ask(sql: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows that answer a question written by hand."""
    if not sql.startswith("SELECT"):
        forget()
    asked = cursor(line())
    asked.execute(sql, given)
    found: list[tuple[Any, ...]] = asked.fetchall()
    return found
