"""Writing new rows fast: one prepared statement per table, for who writes many times a second.

The same rows in the same transaction as ``bulk_create`` would write; without composing the SQL anew for
every one of them, which costs more than the database does.
"""

import functools
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models


def insert(*rows: models.Model, or_ignore: bool = False) -> None:
    """Write new rows of one table, whose keys their columns do not give are left to the database.

    ``or_ignore``: a row that is there already stays as it is.  The rows do not learn their keys.
    """
    kind = type(rows[0])
    columns = _columns(kind)
    values = [
        [column.get_db_prep_save(column.pre_save(row, add=True), connection) for column in columns] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_statement(kind, connection.vendor, or_ignore), values)


def insert_plain(kind: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write very many new rows of one table, given as the values of the columns ``names``; how many there were.

    Only what the database keeps in another form is converted: moments, days, JSON.
    """
    known = {one.name: one for one in _columns(kind)}
    line = connections[DEFAULT_DB_ALIAS]  # itself: what stands before it costs more than the work
    turned = [
        (place, known[name].get_db_prep_save)
        for place, name in enumerate(names)
        if isinstance(known[name], models.DateField | models.JSONField)
    ]
    written = [list(row) for row in rows]
    for row in written:
        for place, turn in turned:
            if row[place] is not None:
                row[place] = turn(row[place], line)
    with line.cursor() as cursor:
        cursor.executemany(_plain_statement(kind, tuple(names)), written)
    return len(written)


@functools.cache
def _plain_statement(kind: type[models.Model], names: tuple[str, ...]) -> str:
    """Both databases quote names alike; who says otherwise is not supported."""
    known = {one.name: one.column for one in _columns(kind)}
    columns = ", ".join(f'"{known[name]}"' for name in names)
    places = ", ".join(["%s"] * len(names))
    return f'INSERT INTO "{kind._meta.db_table}" ({columns}) VALUES ({places})'  # noqa: S608  our own names


@functools.cache
def _columns(kind: type[models.Model]) -> tuple["models.Field[object, object]", ...]:
    return tuple(one for one in kind._meta.concrete_fields if not isinstance(one, models.AutoField))


@functools.cache
def _statement(kind: type[models.Model], vendor: str, or_ignore: bool) -> str:
    """``vendor`` is part of the key: quoting is the database's own."""
    quote = connection.ops.quote_name
    names = ", ".join(quote(one.column or one.name) for one in _columns(kind))
    places = ", ".join(["%s"] * len(_columns(kind)))
    ending = " ON CONFLICT DO NOTHING" if or_ignore else ""
    return f"INSERT INTO {quote(kind._meta.db_table)} ({names}) VALUES ({places}){ending}"  # noqa: S608  our own names
