"""Two who reported the same: the later one checks who came first; the earlier one says whether they may."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from meldpunt.cases.errors import NoSuchFile
from meldpunt.cases.visits import Visiting, visiting
from meldpunt.conversation.proving import utc
from meldpunt.conversation.queries import ReporterPage
from meldpunt.ground.values import REPORTER
from meldpunt.policy import queries as policy
from meldpunt.portal.middleware import PortalRequest
from meldpunt.portal.panels import Panel
from meldpunt.portal.visit import COOKIE, act
from meldpunt.triage import duplicates, queries
from meldpunt.triage.asking import More
from meldpunt.triage.linking import Act, Check, acts_for

NAME = "duplicates"


def panel(request: PortalRequest, visit: Visiting, page: ReporterPage) -> tuple[Panel, ...]:
    """A question of ours that waits for an answer, the commitment, or the question whether others may read."""
    found = []
    asking = queries.asking_of(visit.ref)
    zone = policy.current().policy.calendar.zone
    if asking.state is More.ASKED:
        found.append(Panel("portal/needs_more.html", {"at": asking.at, "zone": zone}, first=True))
    if earlier := queries.earlier_for(visit):
        shown = {"earlier": earlier, "utc": utc(earlier.received_at), "zone": zone}
        found.append(Panel("portal/duplicate.html", shown))
    checks = queries.checks_for(visit)
    if Act.ALLOW in acts_for(checks):
        asked = Check.ASKED in checks
        found.append(Panel("portal/duplicate_check.html", {"asked": asked}, first=asked))
    return tuple(found)


@require_POST
def allow(request: PortalRequest) -> HttpResponse:
    """They may read my report."""
    return act(request, NAME, lambda visit: duplicates.allow(visit, by=REPORTER, now=request.now))


@require_POST
def decline(request: PortalRequest) -> HttpResponse:
    """They may not."""
    return act(request, NAME, lambda visit: duplicates.decline(visit, by=REPORTER, now=request.now))


@require_safe
def earlier_report(request: PortalRequest) -> HttpResponse:
    """The earlier report with its salt, once its reporter agreed; always a download."""
    request.private = True
    report = queries.opened_for(visiting(request.COOKIES.get(COOKIE, ""), request.now))
    if not report:
        raise NoSuchFile("There is no such file.")
    response = HttpResponse(report, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, "earlier-report.txt") or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
