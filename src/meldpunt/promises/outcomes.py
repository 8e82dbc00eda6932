"""What became of the promises, counted by the database; for the score.

The words are those of ``rules.State``; what is due today is open.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Case, Count, F, Q, Value, When

from meldpunt.ledger.slots import HoursBetween, slot_of, within
from meldpunt.promises.models import Promise
from meldpunt.promises.rules import Kind, State


def _standing(now: datetime) -> Case:
    """``rules.state_at``, said to the database."""
    kept, ended = Q(kept_at__isnull=False), Q(ended_at__isnull=False)
    return Case(
        When(kept & Q(kept_at__gte=F("late_from")), then=Value(State.KEPT_LATE.value)),
        When(kept & Q(partly=True), then=Value(State.KEPT_IN_PART.value)),
        When(kept, then=Value(State.KEPT.value)),
        When(ended & Q(ended_at__lt=F("late_from")), then=Value(State.ENDED.value)),
        When(ended, then=Value(State.MISSED.value)),
        When(late_from__lte=now, then=Value(State.LATE.value)),
        default=Value(State.OPEN.value),
    )


def by_day(now: datetime) -> Iterator[tuple[str, date, str, int]]:
    """How many promises of a kind that were due on a local day stand how: (kind, day, state, count)."""
    rows = Promise.objects.annotate(state=_standing(now)).values_list("kind", "due_on", "state").order_by()
    yield from rows.annotate(count=Count("id")).iterator(chunk_size=2000)


def answers() -> Iterator[tuple[date, datetime, datetime]]:
    """Of every assessment that was given: (the day it was due, received, given)."""
    rows = Promise.objects.filter(kind=Kind.ASSESSMENT, kept_at__isnull=False).order_by()
    for due_on, received, given in rows.values_list("due_on", "started_at", "kept_at").iterator(chunk_size=5000):
        if given is not None:
            yield due_on, received, given


def not_in_time(now: datetime, since: date, most: int) -> list[tuple[str, str, date, str]]:
    """The newest promises due since a local day that were not kept in time: (case, kind, day, state)."""
    rows = Promise.objects.filter(due_on__gte=since, late_from__lte=now).annotate(state=_standing(now))
    late = rows.filter(state__in=(State.KEPT_LATE, State.MISSED, State.LATE))
    return list(late.order_by("-due_on", "case", "id").values_list("case", "kind", "due_on", "state")[:most])


def by_slot(now: datetime, edges: Sequence[date]) -> Mapping[tuple[int, str], int]:
    """How many promises that were due in a period stand how: by (period, state)."""
    rows = Promise.objects.filter(within("due_on", edges)).annotate(slot=slot_of("due_on", edges), state=_standing(now))
    counted = rows.order_by().values_list("slot", "state").annotate(count=Count("pk"))
    return {(slot, state): count for slot, state, count in counted}


def hours_taken(edges: Sequence[datetime]) -> Iterator[tuple[str, int, int, int]]:
    """How long reports of a period waited for the first word of a person, and for the assessment.

    (``update`` or ``assessment``, period, whole hours, how many): many took as long as others.
    """
    firsts = Promise.objects.filter(
        within("started_at", edges), kind__in=(Kind.UPDATE, Kind.ASSESSMENT), number=1, kept_at__isnull=False
    )
    rows = firsts.annotate(slot=slot_of("started_at", edges), hours=HoursBetween(F("kept_at"), F("started_at")))
    yield from rows.order_by().values_list("kind", "slot", "hours").annotate(count=Count("pk")).iterator()
