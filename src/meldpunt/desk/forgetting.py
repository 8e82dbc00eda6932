"""The reporter asks to be forgotten: the decision stands first on the page of the case."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from meldpunt.conversation.queries import CasePage
from meldpunt.desk import triage_letter
from meldpunt.desk.answer import letterhead
from meldpunt.desk.case import act, case_words
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.panels import Panel, Place
from meldpunt.desk.sending import fresh_key
from meldpunt.desk.triage_letter import Letter
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import CaseRef
from meldpunt.privacy import forgetting

NAME = "forget"
LETTER = Letter(_("Why it is not erased now"), NAME, "not-erased")


def panel(request: DeskRequest, page: CasePage) -> tuple[Panel, ...]:
    """Only while it waits, and only for who may decide."""
    if not may(request.actor, Right.PRIVACY):
        return ()
    asked = forgetting.asked_of(request.actor, page.case.ref, request.keys)
    if asked is None or asked.decided_at:
        return ()
    return (Panel("desk/forgetting.html", Place.FIRST, {"asked": asked}),)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: DeskRequest, ref: str) -> HttpResponse:
    """Erase, or say why not, by the button that was pressed.  Either is looked at before it happens."""
    case = CaseRef(ref)
    if request.method != "POST":
        return _look(request, case)
    who: dict[str, Any] = {"keys": request.keys, "by": request.actor, "now": request.now}
    if "erase" in request.POST:
        return act(request, ref, NAME, lambda: forgetting.grant(case, **who))
    if "letter" in request.POST:
        return triage_letter.send(
            request,
            case,
            LETTER,
            lambda text, head, promised: forgetting.decline(case, text, head, promised=promised, **who),
        )
    reason = request.POST.get("reason", "")
    if not reason.strip():
        return act(request, ref, NAME, lambda: forgetting.decline(case, reason, letterhead(), **who))
    return triage_letter.page(request, case, LETTER, reason)


def _look(request: DeskRequest, case: CaseRef) -> HttpResponse:
    """What is erased and what stays, before the button that nobody can undo."""
    words = case_words(request, case)
    asked = forgetting.asked_of(request.actor, case, request.keys)
    if asked is None or asked.decided_at:
        return redirect("desk:case", case)
    return render(request, "desk/forgetting_look.html", {**words, "asked": asked, "once": fresh_key()})
