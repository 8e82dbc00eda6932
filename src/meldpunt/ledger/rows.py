"""Rows written and read fast: one prepared statement per question, for what happens many times a second or a page.

The same rows in the same transaction as ``bulk_create`` would write and ``filter`` would find; without composing
the SQL anew for every one of them, which costs more than the database does.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from meldpunt.ledger.line import ask
from meldpunt.ledger.line import cursor as _cursor
from meldpunt.ledger.line import line as _line
from meldpunt.ledger.one_look import answers, forget

Row = TypeVar("Row", bound=models.Model)
Convert = Callable[[Any, Any, Any], Any]
COUNT = ("count",)  # in the place of the columns that are wanted
COMPARED = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def insert(*rows: models.Model, or_ignore: bool = False) -> None:
    """Write new rows of one table, whose keys their columns do not give are left to the database.

    ``or_ignore``: a row that is there already stays as it is.  The rows do not learn their keys.
    """
    forget(type(rows[0]))
    line = _line()
    form = _form(type(rows[0]), line.vendor)
    _cursor(line).executemany(form.or_ignore if or_ignore else form.sql, [form.values(row, line) for row in rows])


def add_up(column: str, *rows: models.Model) -> None:
    """Add what ``column`` of these new rows of one table says to the row that is alike in every other; or write it.

    The other columns are unique together.
    """
    forget(type(rows[0]))
    line = _line()
    form = _form(type(rows[0]), line.vendor)
    _cursor(line).executemany(_adding(type(rows[0]), line.vendor, column), [form.values(row, line) for row in rows])


@functools.cache
def _adding(kind: type[models.Model], vendor: str, column: str) -> str:
    quote, table = _line().ops.quote_name, kind._meta.db_table
    alike = ", ".join(quote(one.column or one.name) for one in _columns(kind) if one.name != column)
    more = f"{quote(column)} = {quote(table)}.{quote(column)} + EXCLUDED.{quote(column)}"
    return f"{_form(kind, vendor).sql} ON CONFLICT ({alike}) DO UPDATE SET {more}"


def insert_one(row: models.Model) -> None:
    """Write one new row, which learns its key."""
    line = _line()
    form = _form(type(row), line.vendor)
    [[row.pk]] = ask(form.returning, form.values(row, line))
    row._state.adding = False


def change(kind: type[models.Model], values: Mapping[str, Any], **where: Any) -> int:
    """Give these columns these values in the rows whose columns have those; how many there were."""
    forget(kind)
    line = _line()
    given = [_field(kind, name).get_db_prep_save(value, line) for name, value in values.items()]
    given += [_field(kind, name).get_db_prep_value(value, line) for name, value in where.items()]
    cursor = _cursor(line)
    cursor.execute(_change(kind, line.vendor, tuple(values), tuple(where)), given)
    return int(cursor.rowcount)


@contextmanager
def lightly() -> Iterator[None]:
    """A transaction that does not wait for the disk: for what nobody misses after a power cut.

    Within another transaction it is a part of that one, and waits with it.
    """
    line = _line()
    if line.in_atomic_block:
        yield
    elif line.vendor == "sqlite":
        with line.cursor() as cursor:
            before = cursor.execute("PRAGMA synchronous").fetchone()[0]
            cursor.execute("PRAGMA synchronous=NORMAL")
            try:
                with transaction.atomic():
                    yield
            finally:
                cursor.execute(f"PRAGMA synchronous={before}")
    else:
        with transaction.atomic(), line.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
            yield


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
    forget(kind)
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
    _cursor(line).executemany(_plain_statement(kind, tuple(names)), written)
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
    found = _found(kind, wanted, (), 1, where)
    return tuple(found[0]) if found else None


def looks(
    kind: type[models.Model], *wanted: str, order: tuple[str, ...] = (), most: int = 0, **where: Any
) -> list[tuple[Any, ...]]:
    """These columns of the rows whose columns have these values.  ``every`` says the rest."""
    return [tuple(row) for row in _found(kind, wanted, order, most, where)]


def first(kind: type[Row], /, **where: Any) -> Row | None:
    """The row whose columns have these values, ``None`` for none; of several any.  ``every`` says the rest."""
    found = every(kind, most=1, **where)
    return found[0] if found else None


def every(kind: type[Row], /, *order: str, most: int = 0, skip: int = 0, **where: Any) -> list[Row]:
    """The whole rows whose columns have these values: as ``filter(**where).order_by(*order)[skip:][:most]`` does.

    ``where`` and ``order`` name columns of the table itself (``case_id``, ``-number``); a tuple is one of several,
    ``None`` is nothing there; ``at__lte`` compares (also ``lt``, ``gte``, ``gt``), ``who__not`` leaves out.
    """
    return list(_found(kind, (), order, most, where, skip))


def count(kind: type[models.Model], /, **where: Any) -> int:
    """How many rows have these values in their columns."""
    return int(_found(kind, COUNT, (), 0, where)[0][0])


def _found(
    kind: type[models.Model],
    wanted: tuple[str, ...],
    order: tuple[str, ...],
    most: int,
    where: Mapping[str, Any],
    skip: int = 0,
) -> list[Any]:
    """The rows as the framework would give them, or the values of those columns of theirs that are ``wanted``.

    What was answered before is the same again, so the caller must change neither the list nor what is in it.
    """
    known, key = answers(kind), (wanted, order, most, skip, *where.items())
    if known is not None and key in known:
        return known[key]
    asked = {name: value if isinstance(value, tuple) else (value,) for name, value in where.items()}
    if () in asked.values():
        return []  # one of none
    line = _line()
    forms = tuple((name.partition("__")[0], _how(name, several)) for name, several in asked.items())
    given = tuple(
        _field(kind, name).get_db_prep_value(one, line)
        for (name, how), several in zip(forms, asked.values(), strict=True)
        if "%s" in how
        for one in several
    )
    rows = ask(_question(kind, forms, order, (most, skip), line.vendor, wanted), given)
    columns, turned = _read_columns(kind, line.vendor, wanted)
    found: list[Any] = [_converted(row, turned, line) for row in rows]
    if not wanted:
        found = [kind.from_db(DEFAULT_DB_ALIAS, columns, row) for row in found]
    if known is not None:
        known[key] = found
    return found


def _how(name: str, several: tuple[Any, ...]) -> str:
    """What is asked of a column.  Written as a partial index has it, so that the database knows its own index."""
    compared = name.partition("__")[2]
    if compared in COMPARED:
        return f"{{}} {COMPARED[compared]} %s"
    if len(several) > 1:
        asked = f"{{}} IN ({', '.join(['%s'] * len(several))})"
    else:
        asked = {None: "{} IS NULL", True: "{}", False: "NOT {}"}.get(_plain(several[0]), "{} = %s")
    return f"NOT ({asked})" if compared == "not" else asked


def _plain(value: Any) -> Any:
    """The value when it is nothing, true or false; a word that no column has for any other, also for one and zero."""
    return value if value is None or isinstance(value, bool) else "other"


def _converted(
    row: Sequence[Any], turned: Sequence[tuple[int, Sequence[Convert], Any]], line: BaseDatabaseWrapper
) -> list[Any]:
    """A row as the framework would give it: moments with their zone, JSON as what it says."""
    values = list(row)
    for place, converts, column in turned:
        for convert in converts:
            values[place] = convert(values[place], column, line)
    return values


@functools.cache
def _read_columns(
    kind: type[models.Model], vendor: str, wanted: tuple[str, ...] = ()
) -> tuple[list[str], tuple[tuple[int, Sequence[Convert], Any], ...]]:
    """What the columns are called (all, or those ``wanted``), and which need to be turned into what they mean."""
    if wanted == COUNT:
        return [], ()
    fields = _fields(kind, wanted)
    columns = [field.get_col(kind._meta.db_table) for field in fields]
    converts = [[*_line().ops.get_db_converters(one), *one.get_db_converters(_line())] for one in columns]
    turned = tuple((at, those, columns[at]) for at, those in enumerate(converts) if those)
    return [field.attname for field in fields], turned


@functools.lru_cache(maxsize=2048)  # there are as many as questions, times the numbers of values in their lists
def _question(
    kind: type[models.Model],
    forms: tuple[tuple[str, str], ...],
    order: tuple[str, ...],
    span: tuple[int, int],
    vendor: str,
    wanted: tuple[str, ...] = (),
) -> str:
    """``forms``: columns, each with what is asked of it.  ``vendor`` is part of the key, as quoting is its own."""
    quote = _line().ops.quote_name
    named = ", ".join(quote(field.column or field.name) for field in _fields(kind, wanted)) if wanted != COUNT else ""
    where = " AND ".join(how.format(quote(_field(kind, name).column)) for name, how in forms)
    by = ", ".join(quote(_field(kind, one.lstrip("-")).column) + " DESC" * one.startswith("-") for one in order)
    parts = (
        f"SELECT {named or 'COUNT(*)'} FROM {quote(kind._meta.db_table)}",  # noqa: S608  our own names
        f"WHERE {where}" if where else "",
        f"ORDER BY {by}" if by else "",
        f"LIMIT {span[0]}" if span[0] else "",
        f"OFFSET {span[1]}" if span[1] else "",
    )
    return " ".join(filter(None, parts))


def _fields(kind: type[models.Model], wanted: tuple[str, ...]) -> Sequence[Any]:
    return [_field(kind, name) for name in wanted] or kind._meta.concrete_fields


@functools.cache
def _field(kind: type[models.Model], name: str) -> Any:
    return next(one for one in kind._meta.concrete_fields if name in (one.name, one.attname))
