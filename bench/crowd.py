"""Very many cases at once, for tables as long as they get: in the ledger, or as rows of the cases too.

Nothing of them is sealed, so none of them can be opened; they are due later than those that are.
"""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

BATCH = 2000


def add(cases: int, now: datetime) -> None:
    """So many more cases, with their promises: a row of the cases each, as long as a real one."""
    from django.db import transaction

    from meldpunt.cases.models import Case
    from meldpunt.ground.values import Actor, Role
    from meldpunt.promises import commands

    tell(cases, now)
    one = Case.objects.order_by("id").first()
    assert one is not None
    with transaction.atomic():
        for first in range(0, cases, BATCH):
            rows = []
            for number in range(first, min(first + BATCH, cases)):
                row = Case.objects.model(**{field.attname: getattr(one, field.attname) for field in Case._meta.fields})
                row.pk, row.ref, row.sender = None, _ref(number), ""
                row.opened_at = row.received_at = now - timedelta(hours=1, seconds=number % 3600)
                row.handler = "" if number % 10 < 3 else _handler(number)
                rows.append(row)
            Case.objects.bulk_create(rows)
    commands.rebuild(by=Actor(Role.OPERATOR, "bench"), now=now)


def tell(cases: int, now: datetime) -> None:
    """Entries of so many cases, chained and numbered as the ledger wants them."""
    from django.db import transaction

    from meldpunt.ledger import log
    from meldpunt.ledger.models import Entry

    numbers = itertools.count(log.length() + 1)
    entries: list[Entry] = []
    with transaction.atomic():
        for case in range(cases):
            before = log.NOTHING_BEFORE
            for step, (at, by, kind, facts) in enumerate(_history(case, now), 1):
                entry = Entry(number=next(numbers), stream=_ref(case), step=step, at=at, by=by, kind=kind)
                entry.facts, entry.before = facts, before
                entry.hash = before = log.hash_of(entry)
                entries.append(entry)
            if len(entries) >= BATCH or case == cases - 1:
                Entry.objects.bulk_create(entries)
                entries.clear()
    _heard()


def _ref(number: int) -> str:
    return f"ZZ-2026-{number:06}"


def _handler(number: int) -> str:
    return ("hanna", "joris", "noor")[number % 3]


def _heard() -> None:
    """The other rooms have read all of it long ago: only the table of promises is drawn here."""
    from django.db import transaction

    from meldpunt.ledger import follow
    from meldpunt.works import followers

    with transaction.atomic():
        for name in followers.FOLLOWERS:
            follow.hold(name)
            follow.move_to_end(name)


def _history(case: int, now: datetime) -> Iterator[tuple[datetime, str, str, dict[str, Any]]]:
    """Three in ten wait for an assessment, four for a solution, three are closed."""
    at = now - timedelta(hours=1, seconds=case % 3600)
    opened = {"received_at": at.isoformat(), "door": "form", "policy_version": 1, "language": "nl"}
    yield at, "machine:opener", "case.opened", {**opened, "reach": "mail", "protection": "confidential"}
    yield at, "machine:opener", "letter.written", _letter("acknowledgement", True)
    if case % 10 < 3:
        return
    later = at + timedelta(minutes=10)
    by = f"handler:{_handler(case)}"
    expected = (later + timedelta(days=20 + case % 300)).date().isoformat()
    severity = ("low", "medium", "high", "critical")[case % 4]
    facts = {"verdict": "confirmed", "severity": severity, "expected_on": expected, "handler": by[8:]}
    yield later, by, "letter.written", _letter("assessment", False)
    yield later, by, "case.assessed", {**facts, "policy_version": 1, "again": False, "date_by": ""}
    if case % 10 >= 7:
        yield later, by, "fix.landed", {"on": later.date().isoformat()}
        yield later, by, "report.closed", {"why": "solved"}


def _letter(about: str, automatic: bool) -> dict[str, Any]:
    return {"letter": "x" * 24, "about": about, "mode": "encrypted", "automatic": automatic}
