"""Rows written and read fast: one prepared statement per question, for what happens many times a second or a page.

The same rows in the same transaction as ``bulk_create`` would write and ``filter`` would find; without composing
the SQL anew for every one of them, which costs more than the database does.
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

Row = TypeVar("Row", bound=models.Model)
Convert = Callable[[Any, Any, Any], Any]


def insert(*rows: models.Model, or_ignore: bool = False) -> None:
    """Write new rows of one table, whose keys their columns do not give are left to the database.

    ``or_ignore``: a row that is there already stays as it is.  The rows do not learn their keys.
    """
    line = _line()
    form = _form(type(rows[0]), line.vendor)
    with line.cursor() as cursor:
        cursor.executemany(form.or_ignore if or_ignore else form.sql, [form.values(row, line) for row in rows])


def insert_one(row: models.Model) -> None:
    """Write one new row, which learns its key."""
    line = _line()
    form = _form(type(row), line.vendor)
    with line.cursor() as cursor:
        cursor.execute(form.returning, form.values(row, line))
        row.pk = cursor.fetchone()[0]
    row._state.adding = False


def change(kind: type[models.Model], values: Mapping[str, Any], **where: Any) -> int:
    """Give these columns these values in the rows whose columns have those; how many there were."""
    line = _line()
    given = [_field(kind, name).get_db_prep_save(value, line) for name, value in values.items()]
    given += [_field(kind, name).get_db_prep_value(value, line) for name, value in where.items()]
    with line.cursor() as cursor:
        cursor.execute(_change(kind, line.vendor, tuple(values), tuple(where)), given)
        return int(cursor.rowcount)


def _line() -> BaseDatabaseWrapper:
    """The connection itself: what stands before it costs more than the work."""
    return connections[DEFAULT_DB_ALIAS]


@dataclass(frozen=True)
class _Form:
    """How a new row of one table is written."""

    sql: str
    or_ignore: str
    returning: str
    columns: tuple[tuple[str, Callable[..., Any] | None], ...]  # each with what turns it into the database's form

    def values(self, row: models.Model, line: BaseDatabaseWrapper) -> list[Any]:
        return [turn(getattr(row, name), line) if turn else getattr(row, name) for name, turn in self.columns]


# what both databases take as Python has it
_AS_IT_IS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)


@functools.cache
def _form(kind: type[models.Model], vendor: str) -> _Form:
    """``vendor`` is part of the key: quoting is the database's own."""
    quote, columns = _line().ops.quote_name, _columns(kind)
    names = ", ".join(quote(one.column or one.name) for one in columns)
    places = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {quote(kind._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608  our own names
    turned = tuple((one.attname, None if isinstance(one, _AS_IT_IS) else one.get_db_prep_save) for one in columns)
    return _Form(sql, f"{sql} ON CONFLICT DO NOTHING", f"{sql} RETURNING id", turned)


@functools.cache
def _change(kind: type[models.Model], vendor: str, values: tuple[str, ...], where: tuple[str, ...]) -> str:
    quote = _line().ops.quote_name
    setting = ", ".join(f"{quote(_field(kind, name).column)} = %s" for name in values)
    asked = " AND ".join(f"{quote(_field(kind, name).column)} = %s" for name in where)
    return f"UPDATE {quote(kind._meta.db_table)} SET {setting} WHERE {asked}"  # noqa: S608  our own names


def insert_plain(kind: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write very many new rows of one table, given as the values of the columns ``names``; how many there were.

    Only what the database keeps in another form is converted: moments, days, JSON.
    """
    known = {one.name: one for one in _columns(kind)}
    line = _line()
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


def look(kind: type[models.Model], *wanted: str, **where: Any) -> tuple[Any, ...] | None:
    """These columns of a row whose columns have these values, ``None`` for none; of several any."""
    line = _line()
    given = [_field(kind, name).get_db_prep_value(value, line) for name, value in where.items()]
    with line.cursor() as cursor:
        cursor.execute(_question(kind, tuple((name, 1) for name in where), (), 1, line.vendor, wanted), given)
        row = cursor.fetchone()
    return None if row is None else tuple(_converted(row, _read_columns(kind, line.vendor, wanted)[1]))


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
    line = _line()
    given = [field.get_db_prep_value(one, line) for field, several in fields for one in several]
    names = tuple((name, len(several)) for name, several in asked.items())
    with line.cursor() as cursor:
        cursor.execute(_question(kind, names, order, most, line.vendor), given)
        found = cursor.fetchall()
    columns, turned = _read_columns(kind, line.vendor)
    return [kind.from_db(DEFAULT_DB_ALIAS, columns, _converted(row, turned)) for row in found]


def _converted(row: Sequence[Any], turned: Sequence[tuple[int, Sequence[Convert], Any]]) -> list[Any]:
    """A row as the framework would give it: moments with their zone, JSON as what it says."""
    values, line = list(row), _line()
    for place, converts, column in turned:
        for convert in converts:
            values[place] = convert(values[place], column, line)
    return values


@functools.cache
def _read_columns(
    kind: type[models.Model], vendor: str, wanted: tuple[str, ...] = ()
) -> tuple[list[str], tuple[tuple[int, Sequence[Convert], Any], ...]]:
    """What the columns are called (all, or those ``wanted``), and which need to be turned into what they mean."""
    fields = _fields(kind, wanted)
    columns = [field.get_col(kind._meta.db_table) for field in fields]
    converts = [[*_line().ops.get_db_converters(one), *one.get_db_converters(_line())] for one in columns]
    turned = tuple((at, those, columns[at]) for at, those in enumerate(converts) if those)
    return [field.attname for field in fields], turned


@functools.cache
def _question(
    kind: type[models.Model],
    names: tuple[tuple[str, int], ...],
    order: tuple[str, ...],
    most: int,
    vendor: str,
    wanted: tuple[str, ...] = (),
) -> str:
    """``names``: each with how many values it may have.  ``vendor`` is part of the key, as quoting is its own."""
    quote = _line().ops.quote_name
    columns = ", ".join(quote(field.column or field.name) for field in _fields(kind, wanted))
    where = " AND ".join(f"{quote(_field(kind, one).column)} IN ({', '.join(['%s'] * n)})" for one, n in names)
    by = ", ".join(quote(_field(kind, one.lstrip("-")).column) + " DESC" * one.startswith("-") for one in order)
    parts = (
        f"SELECT {columns} FROM {quote(kind._meta.db_table)}",  # noqa: S608  our own names
        f"WHERE {where}" if where else "",
        f"ORDER BY {by}" if by else "",
        f"LIMIT {most}" if most else "",
    )
    return " ".join(filter(None, parts))


def _fields(kind: type[models.Model], wanted: tuple[str, ...]) -> Sequence[Any]:
    return [_field(kind, name) for name in wanted] or kind._meta.concrete_fields


@functools.cache
def _field(kind: type[models.Model], name: str) -> Any:
    return next(one for one in kind._meta.concrete_fields if name in (one.name, one.attname))
