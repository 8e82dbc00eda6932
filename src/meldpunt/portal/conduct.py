"""What the reporter can prove: the statement of receipt and the safe-harbour statement; and what they may say to it."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from meldpunt.cases.visits import Visiting, visiting
from meldpunt.conduct import commands as conduct
from meldpunt.conduct import queries
from meldpunt.conversation import proving
from meldpunt.conversation.queries import ReporterPage
from meldpunt.ground.values import REPORTER
from meldpunt.policy import queries as policy
from meldpunt.portal.middleware import PortalRequest
from meldpunt.portal.panels import Panel
from meldpunt.portal.visit import COOKIE, act

NAME = "conduct"
TEXT, PDF = "text/plain; charset=utf-8", "application/pdf"


def panel(request: PortalRequest, visit: Visiting, page: ReporterPage) -> tuple[Panel, ...]:
    """The files that prove something, and the one question that belongs to them."""
    words = {
        "proof": proving.has_proof(visit),
        "view": queries.for_reporter(visit),
        "zone": policy.current().policy.calendar.zone,
    }
    return (Panel("portal/conduct.html", words),)


@require_POST
def ask(request: PortalRequest) -> HttpResponse:
    """Please confirm in writing that there are no legal consequences."""
    return act(request, NAME, lambda visit: conduct.ask(visit, by=REPORTER, now=request.now))


@require_POST
def dispute(request: PortalRequest) -> HttpResponse:
    """I do not agree."""
    text = request.POST.get("dispute", "")
    return act(request, NAME, lambda visit: conduct.dispute(visit.ref, text, by=REPORTER, now=request.now))


@require_safe
def receipt_statement(request: PortalRequest) -> HttpResponse:
    visit = _visit(request)
    return _file(proving.proof_for(visit).statement, f"receipt-statement-{visit.ref}.txt.asc", TEXT)


@require_safe
def report_file(request: PortalRequest) -> HttpResponse:
    """The report with the salt in front of it: the bytes to which the statement commits us."""
    visit = _visit(request)
    return _file(proving.proof_for(visit).report, f"report-{visit.ref}.txt", TEXT)


@require_safe
def safe_harbour_text(request: PortalRequest) -> HttpResponse:
    visit = _visit(request)
    return _file(queries.statement_for(visit).signed, f"safe-harbour-{visit.ref}.txt.asc", TEXT)


@require_safe
def safe_harbour_pdf(request: PortalRequest) -> HttpResponse:
    visit = _visit(request)
    return _file(queries.statement_for(visit).pdf, f"safe-harbour-{visit.ref}.pdf", PDF)


def _visit(request: PortalRequest) -> Visiting:
    request.private = True
    return visiting(request.COOKIES.get(COOKIE, ""), request.now)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    """Always a download, and never a page of ours: a report is a stranger's text."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
