"""How many open promises there are of each sort, counted when one changes and not when somebody looks.

Two tables: how many are alike, and how many of those end at a moment.  They follow the table of promises in the
same transaction, and are drawn anew with it; both count only what is open and listed.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import connection

from meldpunt.ledger.line import ask
from meldpunt.ledger.rows import add_up, looks
from meldpunt.promises.choosing import Cell
from meldpunt.promises.drawing import Row
from meldpunt.promises.models import OPEN, Alike, Ending, Promise

SORT = ("handler", "kind", "severity", "verdict")
Sort = tuple[str, str, str, str]
Sorts = Counter[tuple[str, str, str, str, datetime]]


def of(rows: Iterable[Row | Promise]) -> Sorts:
    """How many of these promises end when, by their sort."""
    listed = (row for row in rows if row.kept_at is None and row.ended_at is None and row.listed)
    return Counter((row.handler, row.kind, row.severity, row.verdict, row.late_from) for row in listed)


def moved(before: Sorts, after: Sorts) -> None:
    """Count what changed: of the promises of a case, as they were and as they are."""
    change = Counter(after)
    change.subtract(before)
    ending = [Ending(**_named(sort), late_from=at, number=by) for (*sort, at), by in change.items() if by]
    whole: Counter[tuple[str, ...]] = Counter()
    for one in ending:
        whole[one.handler, one.kind, one.severity, one.verdict] += one.number
    alike = [Alike(**_named(sort), number=by) for sort, by in whole.items() if by]
    for kind, rows in ((Ending, ending), (Alike, alike)):
        if rows:
            add_up("number", *rows)
        if any(row.number < 0 for row in rows):
            kind.objects.filter(number=0).delete()


def draw() -> None:
    """Count the whole table of promises anew."""
    Alike.objects.all().delete()
    Ending.objects.all().delete()
    sort = ", ".join(SORT)
    which = "FROM promises_promise WHERE kept_at IS NULL AND ended_at IS NULL AND listed"
    with connection.cursor() as cursor:
        for table, by in (("promises_alike", sort), ("promises_ending", f"{sort}, late_from")):
            cursor.execute(f"INSERT INTO {table} ({by}, number) SELECT {by}, COUNT(*) {which} GROUP BY {by}")


def cells(without: Collection[str], now: datetime, tomorrow: datetime, monday: datetime) -> list[Cell]:
    """The open promises by sort, but those of the cases ``without``: how many, and how many end by those moments."""
    found: dict[Sort, list[int]] = defaultdict(lambda: [0, 0, 0, 0])  # a sort may be new since the question before
    for *sort, number in looks(Alike, *SORT, "number"):
        found[tuple(sort)][0] = number
    for *sort, late, today, week in _near(now, tomorrow, monday):
        found[tuple(sort)][1:] = late, today, week
    hidden = Promise.objects.filter(OPEN, listed=True, case__in=without) if without else Promise.objects.none()
    for *sort, end in hidden.values_list(*SORT, "late_from"):
        counted = found[tuple(sort)]
        counts = (True, end <= now, now < end <= tomorrow, now < end <= monday)
        counted[:] = [was - is_one for was, is_one in zip(counted, counts, strict=True)]
    return [Cell(*sort, *counted) for sort, counted in found.items()]


def _near(now: datetime, tomorrow: datetime, monday: datetime) -> list[tuple[str, str, str, str, int, int, int]]:
    late_from = Ending._meta.get_field("late_from")
    ends = [late_from.get_db_prep_value(at, connection) for at in (now, now, tomorrow, now, monday)]
    sort = ", ".join(SORT)
    return ask(
        f"SELECT {sort}, SUM(CASE WHEN late_from <= %s THEN number ELSE 0 END),"  # noqa: S608
        " SUM(CASE WHEN late_from > %s AND late_from <= %s THEN number ELSE 0 END),"
        " SUM(CASE WHEN late_from > %s THEN number ELSE 0 END)"
        f" FROM promises_ending WHERE late_from <= %s GROUP BY {sort}",
        ends,
    )


def _named(sort: Iterable[str]) -> dict[str, str]:
    return dict(zip(SORT, sort, strict=True))
