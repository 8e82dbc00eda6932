"""Beside a case: for whom it is, who handles it, and the forms that change that."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from meldpunt.cases import access, giving
from meldpunt.conversation.queries import CasePage
from meldpunt.desk import roles
from meldpunt.desk.case import act
from meldpunt.desk.doors import NO_PAGE
from meldpunt.desk.errors import NoSuchPage
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.panels import Panel, Place
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import CaseRef

NAME = "access"
ACTS: Mapping[str, Callable[..., None]] = MappingProxyType({"restrict": giving.restrict, "open": giving.open_up})
ACTS_WITH: Mapping[str, Callable[..., None]] = MappingProxyType(
    {"give": giving.give, "take-from": giving.take_from, "assign": giving.assign}
)


def panel(request: DeskRequest, page: CasePage) -> tuple[Panel, ...]:
    """Everybody who may see the case reads for whom it is; who may give it finds the forms."""
    named_only, given, leads = giving.audience(request.actor, page.case.ref)
    words = {"named_only": named_only, "given": given, "leads": leads, "handler": page.case.handler}
    if may(request.actor, Right.GIVE):
        able = roles.active_with(Right.CASE, Right.WORK)
        words |= {
            "may_open": may(request.actor, Right.EVERY_CASE),
            "to_give": sorted(able[Right.CASE] - set(given) - set(leads)),
            "to_handle": sorted(able[Right.WORK] - {page.case.handler}),
        }
    return (Panel("desk/access.html", Place.BESIDE, words),)


@require_POST
def change(request: DeskRequest, ref: str) -> HttpResponse:
    """One of the acts above.  Who has taken the case from themselves is led away from it."""
    wanted, person = request.POST.get("act", ""), request.POST.get("person", "")
    if wanted not in (*ACTS, *ACTS_WITH):
        raise NoSuchPage(NO_PAGE)

    def work() -> None:
        who = {"by": request.actor, "now": request.now}
        if wanted in ACTS:
            ACTS[wanted](CaseRef(ref), **who)
        else:
            ACTS_WITH[wanted](CaseRef(ref), person, **who)

    answer = act(request, ref, NAME, work)
    return answer if access.sees(request.actor, ref) else redirect("desk:inbox")
