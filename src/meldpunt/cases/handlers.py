"""Who has a case: for those who tell a handler something, and open nothing."""

from meldpunt.cases.models import Case


def handler_of(ref: str) -> str:
    """The user name of who has the case; empty when nobody has it, or there is no such case."""
    return Case.objects.filter(ref=ref).values_list("handler", flat=True).first() or ""
