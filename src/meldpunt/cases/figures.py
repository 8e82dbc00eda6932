"""How many reports came, by period, door and severity.  Counted along an index; opens nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count

from meldpunt.cases.models import Case
from meldpunt.ledger.slots import slot_of, within


def arrived(edges: Sequence[datetime]) -> Mapping[tuple[int, str, str], int]:
    """By (period, door, severity); the severity is empty while nobody has judged it."""
    rows = Case.objects.filter(within("received_at", edges)).annotate(slot=slot_of("received_at", edges)).order_by()
    counted = rows.values_list("slot", "door", "severity").annotate(count=Count("pk"))
    return {(slot, door, severity): count for slot, door, severity, count in counted}


def first_arrival() -> datetime | None:
    """When the first report came."""
    return Case.objects.order_by("received_at").values_list("received_at", flat=True).first()
