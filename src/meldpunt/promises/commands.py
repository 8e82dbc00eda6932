"""Hear what happened, and keep the table of promises true to it."""

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from django.db import transaction

from meldpunt.cases import giving
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import follow, log
from meldpunt.ledger.log import Told
from meldpunt.ledger.rows import insert_plain
from meldpunt.policy import queries as policy
from meldpunt.policy.shape import Policy
from meldpunt.promises import drawing, tally
from meldpunt.promises.drawing import Row
from meldpunt.promises.events import PromiseMissed, PromiseReminded
from meldpunt.promises.models import OPEN, Promise
from meldpunt.promises.queries import Unreminded

FOLLOWER, HEARS = "promises", drawing.CONCERN
COLUMNS = tuple(Row.__dataclass_fields__)
_VALUES = attrgetter(*COLUMNS)
BATCH = 1000  # rows written at once when the table is drawn anew


@transaction.atomic(savepoint=False)
def hear(told: Told, *, by: Actor, now: datetime) -> None:
    """Answer one entry of the ledger: start, keep, move or end promises of its case."""
    if told.kind not in HEARS or (told.kind == "letter.written" and told.facts["automatic"]):
        return
    if told.kind == drawing.TAKEN_BACK:
        _draw_anew(told)
        return
    kept = list(Promise.objects.filter(case=told.stream).order_by("id")) if told.kind != "case.opened" else []
    rows = [Row(*(getattr(promise, name) for name in COLUMNS)) for promise in kept]
    before, counted = [asdict(row) for row in rows], tally.of(rows)
    if not drawing.answer(rows, told, _policies()):
        return
    tally.moved(counted, tally.of(rows))
    for promise, row, was in zip(kept, rows, before, strict=False):
        changed = {name: value for name, value in asdict(row).items() if value != was[name]}
        if changed:
            Promise.objects.filter(pk=promise.pk).update(**changed)
    _keep(told.stream, rows[len(kept) :])


def _keep(case: str, rows: Iterable[Row]) -> None:
    insert_plain(Promise, ("case", *COLUMNS), ((case, *_VALUES(row)) for row in rows))


def _draw_anew(told: Told) -> None:
    """The promises of one case as they are without the letter that was taken back."""
    known = (one for one in log.read(told.stream) if one.number <= told.number)
    counted = tally.of(Promise.objects.filter(case=told.stream))
    Promise.objects.filter(case=told.stream).delete()
    rows: list[Row] = []
    policies = _policies()
    for entry in drawing.standing(known):
        drawing.answer(rows, entry, policies)
    _keep(told.stream, rows)
    tally.moved(counted, tally.of(rows))


def _policies() -> Callable[[int], Policy]:
    """The policies by version, each looked up once."""
    return functools.cache(lambda number: policy.version(number).policy)


@transaction.atomic
def rebuild(*, by: Actor, now: datetime) -> int:
    """Throw the table away and draw it anew from the ledger.  Returns how many promises there are.

    One transaction: whoever looks meanwhile sees the old table, or the new one.
    """
    follow.hold(FOLLOWER)
    Promise.objects.all().delete()
    drawn = _drawn(log.by_stream(drawing.CONCERN))
    count = 0
    while written := insert_plain(Promise, ("case", *COLUMNS), islice(drawn, BATCH)):
        count += written
    tally.draw()
    follow.move_to_end(FOLLOWER)
    return count


def _drawn(entries: Iterable[Told]) -> Iterator[tuple[Any, ...]]:
    policies = _policies()
    for case, told in groupby(entries, attrgetter("stream")):
        rows: list[Row] = []
        for entry in drawing.standing(told):
            drawing.answer(rows, entry, policies)
        yield from ((case, *_VALUES(row)) for row in rows)


@transaction.atomic
def note_reminded(promise: Unreminded, *, by: Actor, now: datetime) -> None:
    """Somebody is being told of it, in this transaction; the ledger says how far up."""
    told = PromiseReminded(promise.kind, promise.due_on.isoformat(), promise.step)
    log.append(promise.case, told, by=by, now=now)
    Promise.objects.filter(pk=promise.id).update(reminded=promise.step)


@transaction.atomic
def note_missed(*, by: Actor, now: datetime, most: int = 100) -> int:
    """Tell the ledger of every promise whose time has run out, once each.  Returns how many.

    Let the follower catch up before: what it has not heard yet cannot be known to be late, or kept.
    """
    late = Promise.objects.filter(OPEN, miss_told=False, late_from__lte=now)
    rows = list(late.select_for_update().order_by("late_from", "id")[:most])
    for row in rows:
        log.append(row.case, PromiseMissed(row.kind, row.due_on.isoformat()), by=by, now=now)
    Promise.objects.filter(pk__in=[row.pk for row in rows]).update(miss_told=True)
    return len(rows)


@transaction.atomic
def release_all(person: str, *, by: Actor, now: datetime) -> None:
    """What somebody handled, and what is still owed in it, waits for somebody else to take it."""
    held = Promise.objects.filter(OPEN, handler=person).order_by("case").values_list("case", flat=True).distinct()
    for ref in list(held):
        giving.release(CaseRef(ref), by=by, now=now)
