"""The cases of one sender, found by the keyed token of their address.  Needs no key."""

from datetime import datetime

from django.db.models import Max

from meldpunt.cases.models import Case
from meldpunt.ground.values import CaseRef

MOST = 100  # cases of one sender that are looked at together, the newest


def sender_of(ref: str) -> str:
    """The token of the reporter's address; empty when there is none, or no such case."""
    return Case.objects.filter(ref=ref).values_list("sender", flat=True).first() or ""


def alive_cases(sender: str, since: datetime) -> list[CaseRef]:
    """The cases of this sender in which anybody wrote anything after ``since``, newest first."""
    rows = Case.objects.filter(sender=sender).annotate(last=Max("record__at")).filter(last__gt=since)
    return [CaseRef(ref) for ref in rows.order_by("-id").values_list("ref", flat=True)[:MOST]] if sender else []
