"""The reporter tries again: it is solved, or it is still there."""

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from meldpunt.cases.visits import Visiting
from meldpunt.conversation.queries import ReporterPage
from meldpunt.ground.values import REPORTER
from meldpunt.policy import queries as policy
from meldpunt.portal.forms import fresh
from meldpunt.portal.middleware import PortalRequest, public_keys
from meldpunt.portal.panels import Panel
from meldpunt.portal.visit import act
from meldpunt.remediation import commands, queries
from meldpunt.remediation.rules import Fix

NAME = "retest"


def panel(request: PortalRequest, visit: Visiting, page: ReporterPage) -> tuple[Panel, ...]:
    """The question, while it is asked; what to do after the end; else only why an answer was refused."""
    standing = queries.standing_of(visit.ref)
    asked = standing.fix is Fix.ASKED and not standing.closed
    shown = {
        "standing": standing,
        "asked": asked,
        "disputed": standing.fix is Fix.DISPUTED and not standing.closed,
        "zone": policy.current().policy.calendar.zone,
        "once": fresh(),
    }
    return (Panel("portal/remediation.html", shown, first=asked),)


@require_POST
def solved(request: PortalRequest) -> HttpResponse:
    """It is solved."""
    return act(request, NAME, lambda visit: commands.say_solved(visit, by=REPORTER, now=request.now))


@require_POST
def still_there(request: PortalRequest) -> HttpResponse:
    """It is still there, and what the reporter sees."""
    text, once = request.POST.get("seen", ""), request.POST.get("once", "")[:64] or fresh()

    def work(visit: Visiting) -> None:
        keys = public_keys(settings.MELDPUNT_DATA)
        commands.say_still_there(visit, text, once, keys=keys, by=REPORTER, now=request.now)

    return act(request, NAME, work)
