"""The row of this room that an act holds while it lasts, so that two of them take turns."""

from meldpunt.ground.values import CaseRef
from meldpunt.privacy.models import Standing


def hold(ref: CaseRef) -> Standing:
    """Lock this room's row of the case until the transaction ends, so that two acts take turns."""
    return Standing.objects.select_for_update().get_or_create(pk=ref)[0]
