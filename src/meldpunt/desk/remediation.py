"""The solution on a case's page: where it stands, what can be done, and whom the reporter waits for."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from meldpunt.conversation.queries import CasePage
from meldpunt.desk import remediation_words as words
from meldpunt.desk.case import act
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.panels import Panel, Place
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.promises.queries import in_the_way
from meldpunt.remediation import commands, queries
from meldpunt.remediation.errors import NotNow
from meldpunt.remediation.rules import OWED, Act, Fix, How, Standing, acts_for, nobody_answered

NAME = "solution"
PER_PAGE = 25


def panel(request: DeskRequest, page: CasePage) -> tuple[Panel, ...]:
    """What somebody has to look at comes first; what can be done, after the letters."""
    ref = page.case.ref
    standing = queries.standing_of(ref)
    if not standing.verdict:
        return ()
    shown = _words(request, ref, standing)
    first = standing.closed or standing.fix is Fix.DISPUTED or shown["silent"]
    found = (Panel("desk/remediation_first.html", Place.FIRST, shown),) if first else ()
    return found if standing.closed else (*found, Panel("desk/remediation.html", Place.ACT, shown))


def _words(request: DeskRequest, ref: CaseRef, standing: Standing) -> dict[str, Any]:
    silent = nobody_answered(standing, request.now)
    return {
        "standing": standing,
        "acts": acts_for(standing),
        "silent": silent,
        "hows": [(how, word) for how, word in words.HOW.items() if silent or how is not How.NOBODY],
        "how": words.HOW.get(standing.how, ""),
        "why": words.REASONS.get(standing.why, ""),
        "owed": Act.CLOSE in acts_for(standing) and any(kind in OWED for kind in in_the_way(ref)),
    }


@require_POST
def confirm(request: DeskRequest, ref: str) -> HttpResponse:
    """It is solved, and who found so."""

    def work() -> None:
        how = request.POST.get("how", "")
        if how not in tuple(How):
            raise NotNow("Please say who found that it is solved.")
        commands.confirm(CaseRef(ref), How(how), by=request.actor, now=request.now)

    return act(request, ref, NAME, work)


@require_POST
def notice(request: DeskRequest, ref: str) -> HttpResponse:
    """What came after the end has been read."""
    return act(request, ref, NAME, lambda: commands.notice(CaseRef(ref), by=request.actor, now=request.now))


@require_safe
def closed(request: DeskRequest) -> HttpResponse:
    """The closed reports: nothing is lost from sight."""
    typed = request.GET.get("page", "")
    page = min(max(int(typed), 1), 10_000) if typed.isdecimal() and len(typed) < 6 else 1
    found = queries.closed(request.actor, keys=request.keys, page=page, size=PER_PAGE)
    shown = {
        "rows": [(row, words.REASONS.get(row.why, row.why)) for row in found.rows],
        "page": page,
        "before": page - 1,
        "next": page + 1 if found.more else None,
        "zone": policy.current().policy.calendar.zone,
    }
    return render(request, "desk/remediation_closed.html", shown)
