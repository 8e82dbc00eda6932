"""On the reporter's page: ask to be forgotten; what is erased, and what stays."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from meldpunt.cases.visits import Visiting
from meldpunt.conversation.queries import ReporterPage
from meldpunt.ground.values import REPORTER
from meldpunt.portal.middleware import PortalRequest
from meldpunt.portal.panels import Panel
from meldpunt.portal.policy import published_or_refuse
from meldpunt.portal.visit import act
from meldpunt.privacy import forgetting

NAME = "forget"


def panel(request: PortalRequest, visit: Visiting, page: ReporterPage) -> tuple[Panel, ...]:
    """Last on the page."""
    words = {"asked": forgetting.asked_for(visit), "zone": published_or_refuse(request).policy.calendar.zone}
    return (Panel("portal/forgetting.html", words),)


@require_POST
def ask(request: PortalRequest) -> HttpResponse:
    """Please erase who I am."""
    why = request.POST.get("why", "")
    return act(request, NAME, lambda visit: forgetting.ask(visit, why, by=REPORTER, now=request.now))
