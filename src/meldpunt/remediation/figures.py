"""How long solutions took, and what is closed already, by period.  For figures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count

from meldpunt.ledger.slots import slot_of, within
from meldpunt.remediation.models import Standing


def days_to_fix(edges: Sequence[datetime], zone: ZoneInfo) -> Mapping[tuple[int, str, int], int]:
    """Of reports that came in a period: by (period, severity, days), how many were solved in so many days."""
    solved = Standing.objects.filter(within("received_at", edges), landed_on__isnull=False)
    rows = solved.annotate(slot=slot_of("received_at", edges)).order_by()
    found: Counter[tuple[int, str, int]] = Counter()
    for slot, severity, received_at, landed_on in rows.values_list("slot", "severity", "received_at", "landed_on"):
        if received_at and landed_on:
            found[slot, severity, max((landed_on - received_at.astimezone(zone).date()).days, 0)] += 1
    return found


def closed(edges: Sequence[datetime]) -> Mapping[int, int]:
    """How many reports that came in a period are closed."""
    rows = Standing.objects.filter(within("received_at", edges), closed_at__isnull=False)
    counted = rows.annotate(slot=slot_of("received_at", edges)).order_by().values_list("slot")
    return dict(counted.annotate(count=Count("pk")))
