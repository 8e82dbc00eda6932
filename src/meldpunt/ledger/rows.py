"""Rows written and read fast: one prepared statement per table, for what happens many times a second or a page.

The same rows in the same transaction as ``bulk_create`` would write and ``filter`` would find; without composing
the SQL anew for every one of them, which costs more than the database does.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

Row = TypeVar("Row", bound=models.Model)
Convert = Callable[[Any, Any, Any], Any]


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


def first(kind: type[Row], /, **where: Any) -> Row | None:
    """The row whose columns have these values, ``None`` for none; of several any.  ``every`` says the rest."""
    found = every(kind, most=1, **where)
    return found[0] if found else None


def every(kind: type[Row], /, *order: str, most: int = 0, **where: Any) -> list[Row]:
    """The whole rows whose columns have these values, as ``filter(**where).order_by(*order)[:most]`` finds them.

    ``where`` and ``order`` name columns of the table itself (``case_id``, ``-number``); a tuple is one of several.
    """
    asked = {name: value if isinstance(value, tuple) else (value,) for name, value in where.items()}
    fields = [(_field(kind, name), several) for name, several in asked.items()]
    given = [field.get_db_prep_value(one, connection) for field, several in fields for one in several]
    names = tuple((name, len(several)) for name, several in asked.items())
    with connection.cursor() as cursor:
        cursor.execute(_question(kind, names, order, most, connection.vendor), given)
        found = cursor.fetchall()
    columns, turned = _read_columns(kind, connection.vendor)
    return [kind.from_db(DEFAULT_DB_ALIAS, columns, _converted(row, turned)) for row in found]


def _converted(row: Sequence[Any], turned: Sequence[tuple[int, Sequence[Convert], Any]]) -> list[Any]:
    """A row as the framework would give it: moments with their zone, JSON as what it says."""
    values = list(row)
    for place, converts, column in turned:
        for convert in converts:
            values[place] = convert(values[place], column, connection)
    return values


@functools.cache
def _read_columns(
    kind: type[models.Model], vendor: str
) -> tuple[list[str], tuple[tuple[int, Sequence[Convert], Any], ...]]:
    """What the columns are called, and which need to be turned into what they mean."""
    fields = kind._meta.concrete_fields
    columns = [field.get_col(kind._meta.db_table) for field in fields]
    converts = [[*connection.ops.get_db_converters(one), *one.get_db_converters(connection)] for one in columns]
    turned = tuple((at, those, columns[at]) for at, those in enumerate(converts) if those)
    return [field.attname for field in fields], turned


@functools.cache
def _question(
    kind: type[models.Model], names: tuple[tuple[str, int], ...], order: tuple[str, ...], most: int, vendor: str
) -> str:
    """``names``: each with how many values it may have.  ``vendor`` is part of the key, as quoting is its own."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column or field.name) for field in kind._meta.concrete_fields)
    where = " AND ".join(f"{quote(_field(kind, one).column)} IN ({', '.join(['%s'] * n)})" for one, n in names)
    by = ", ".join(quote(_field(kind, one.lstrip("-")).column) + " DESC" * one.startswith("-") for one in order)
    parts = (
        f"SELECT {columns} FROM {quote(kind._meta.db_table)}",  # noqa: S608  our own names
        f"WHERE {where}" if where else "",
        f"ORDER BY {by}" if by else "",
        f"LIMIT {most}" if most else "",
    )
    return " ".join(filter(None, parts))


@functools.cache
def _field(kind: type[models.Model], name: str) -> Any:
    return next(one for one in kind._meta.concrete_fields if name in (one.name, one.attname))
