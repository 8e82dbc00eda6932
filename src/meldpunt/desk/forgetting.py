"""The reporter asks to be forgotten: the decision stands first on the page of the case."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from meldpunt.conversation.queries import CasePage
from meldpunt.desk.answer import letterhead
from meldpunt.desk.case import act
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.panels import Panel, Place
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import CaseRef
from meldpunt.privacy import forgetting

NAME = "forget"


def panel(request: DeskRequest, page: CasePage) -> tuple[Panel, ...]:
    """Only while it waits, and only for who may decide."""
    if not may(request.actor, Right.PRIVACY):
        return ()
    asked = forgetting.asked_of(request.actor, page.case.ref, request.keys)
    if asked is None or asked.decided_at:
        return ()
    return (Panel("desk/forgetting.html", Place.FIRST, {"asked": asked}),)


@require_POST
def decide(request: DeskRequest, ref: str) -> HttpResponse:
    """Erase, or say why not: by the button that was pressed."""

    def work() -> None:
        case, now = CaseRef(ref), request.now
        if "erase" in request.POST:
            forgetting.grant(case, keys=request.keys, by=request.actor, now=now)
        else:
            reason = request.POST.get("reason", "")
            forgetting.decline(case, reason, letterhead(), keys=request.keys, by=request.actor, now=now)

    return act(request, ref, NAME, work)
