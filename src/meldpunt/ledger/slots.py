"""Rows counted by the period that they fall in, and by how long something took: by the database, on both kinds."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Func, IntegerField, Q, Value, When

Edges = Sequence[date] | Sequence[datetime]  # where each period begins, and where the last one ends


def within(column: str, edges: Edges) -> Q:
    """Whether it falls in any of the periods."""
    return Q(**{f"{column}__gte": edges[0], f"{column}__lt": edges[-1]})


def slot_of(column: str, edges: Edges) -> Case:
    """Which of the periods it falls in, from 0.  For rows that are ``within``."""
    whens = [When(**{f"{column}__lt": edge}, then=Value(place)) for place, edge in enumerate(edges[1:-1])]
    return Case(*whens, default=Value(len(edges) - 2), output_field=IntegerField())


class HoursBetween(Func):
    """Whole hours from one moment to another."""

    output_field = IntegerField()
    arity = 2

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        # a millionth of a day mends what the fraction of a day loses
        template = "CAST((julianday(%(expressions)s) + 0.000001) * 24 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "CAST(FLOOR(EXTRACT(EPOCH FROM (%(expressions)s)) / 3600) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ", **more)
