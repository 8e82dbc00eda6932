"""Hear what happened, and keep the table of promises true to it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from meldpunt.ground.values import Actor
from meldpunt.ledger import log
from meldpunt.ledger.log import Told
from meldpunt.policy import queries as policy
from meldpunt.policy.rules import due
from meldpunt.promises.events import PromiseMissed
from meldpunt.promises.models import Promise
from meldpunt.promises.rules import Kind, end_of

FOLLOWER = "promises"


@transaction.atomic(savepoint=False)
def hear(told: Told, *, by: Actor, now: datetime) -> None:
    """Answer one entry of the ledger: start, keep or move a promise."""
    answer = _ANSWERS.get(told.kind)
    if answer:
        answer(told)


def _opened(told: Told) -> None:
    """P1: the term runs from receipt, under the policy of that day."""
    received = datetime.fromisoformat(told.facts["received_at"])
    terms = policy.version(told.facts["policy_version"]).policy
    owed = due(terms.assessment, received, terms.calendar)
    Promise.objects.update_or_create(
        case=told.stream,
        kind=Kind.ASSESSMENT,
        defaults={"started_at": received, "due_on": owed.due_on, "late_from": owed.late_from},
    )


def _taken(told: Told) -> None:
    Promise.objects.filter(case=told.stream, kept_at__isnull=True).update(handler=told.facts["handler"])


def _assessed(told: Told) -> None:
    """P1 is kept by a person's letter with a verdict and a date (or why none); P6 begins with the date."""
    if not told.by.startswith("handler:"):
        return
    handler = told.facts["handler"]
    Promise.objects.filter(case=told.stream, kind=Kind.ASSESSMENT, kept_at__isnull=True).update(
        kept_at=told.at, kept_by=told.by, handler=handler
    )
    fix = Promise.objects.filter(case=told.stream, kind=Kind.FIX).first()
    expected = told.facts["expected_on"]
    if not expected:
        Promise.objects.filter(case=told.stream, kind=Kind.FIX, kept_at__isnull=True).delete()
        return
    due_on = date.fromisoformat(expected)
    zone = policy.version(told.facts["policy_version"]).policy.calendar.zone
    fields: dict[str, Any] = {"due_on": due_on, "late_from": end_of(due_on, zone), "handler": handler}
    if fix is None:
        Promise.objects.create(case=told.stream, kind=Kind.FIX, started_at=told.at, **fields)
    elif fix.due_on != due_on:
        Promise.objects.filter(pk=fix.pk).update(moved=fix.moved + 1, miss_told=False, **fields)


def _missed(told: Told) -> None:
    """Only when the table is drawn anew: the entry itself was written with the mark."""
    Promise.objects.filter(
        case=told.stream, kind=told.facts["promise"], due_on=told.facts["due_on"], kept_at__isnull=True
    ).update(miss_told=True)


_ANSWERS = {
    "case.opened": _opened,
    "case.taken": _taken,
    "case.assessed": _assessed,
    "promise.missed": _missed,
}


@transaction.atomic
def note_missed(*, by: Actor, now: datetime, most: int = 100) -> int:
    """Tell the ledger of every promise whose time has run out, once each.  Returns how many.

    Let the follower catch up before: what it has not heard yet cannot be known to be late, or kept.
    """
    late = Promise.objects.filter(kept_at__isnull=True, miss_told=False, late_from__lte=now)
    rows = list(late.select_for_update().order_by("late_from", "id")[:most])
    for row in rows:
        log.append(row.case, PromiseMissed(row.kind, row.due_on.isoformat()), by=by, now=now)
    Promise.objects.filter(pk__in=[row.pk for row in rows]).update(miss_told=True)
    return len(rows)
