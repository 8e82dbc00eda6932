"""Duplicates at the desk: which report came first, and letting the later reporter check it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from meldpunt.cases import queries as cases
from meldpunt.conversation.queries import CasePage
from meldpunt.desk import triage_letter
from meldpunt.desk.answer import BY_ASSESSING, letterhead
from meldpunt.desk.case import case_words
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.triage_letter import Letter
from meldpunt.ground.errors import Conflict, Invalid, NotFound
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.promises.rules import end_of
from meldpunt.triage import duplicates, queries
from meldpunt.triage.linking import Act, Check, acts_for

ANCHOR, ABOUT = "triage", "duplicate"
TITLE = _("It is a duplicate")
ASK = Letter(_("May the later reporter check?"), ANCHOR, "duplicate-check")
CHECKS: dict[Check, Promise] = {
    Check.SHUT: _("its reporter has not been asked yet"),
    Check.ASKED: _("its reporter was asked, and has not answered"),
    Check.DECLINED: _("its reporter said no"),
    Check.OPENED: _("its reporter said yes: it can be read and checked"),
}


def words(request: DeskRequest, page: CasePage) -> dict[str, Any]:
    """What belongs together, and whether the earlier reporter may be asked."""
    earlier, later = queries.duplicates_of(request.actor, page.case.ref, request.keys)
    waits = Act.ASK in acts_for(one.check for one in later)
    return {
        "earlier": earlier,
        "checked": CHECKS[earlier.check] if earlier else "",
        "later": later,
        "waits": waits,
        "may_ask": waits and queries.may_ask(page.case.ref),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: DeskRequest, ref: str) -> HttpResponse:
    """Which one was earlier; then the letter with the commitment; then both."""
    typed = request.POST.get("earlier", "").strip().upper()
    if request.method != "POST" or "change" in request.POST:
        return _form(request, CaseRef(ref), typed)
    text, letter = "", Letter(TITLE, ANCHOR, ABOUT)
    try:
        text, letter = _drafted(request, CaseRef(ref), CaseRef(typed))
    except NotFound:
        cases.case_for(request.actor, CaseRef(ref), request.keys)  # or else it is this one that there is not
        return _form(request, CaseRef(ref), typed, _("There is no such report."), 400)
    except (Conflict, Invalid) as refusal:
        if "letter" not in request.POST:  # else the act itself refuses, or it was a double click
            return _form(request, CaseRef(ref), typed, in_words(refusal), 409)
    if "letter" not in request.POST:
        return triage_letter.page(request, CaseRef(ref), letter, text)
    who: dict[str, Any] = {"keys": request.keys, "by": request.actor, "now": request.now}
    return triage_letter.send(
        request,
        CaseRef(ref),
        letter,
        lambda text, head, promised: duplicates.link(
            CaseRef(ref), CaseRef(typed), text, head, promised=promised, **who
        ),
    )


def _drafted(request: DeskRequest, ref: CaseRef, earlier: CaseRef) -> tuple[str, Letter]:
    found = (request.actor, ref, earlier, letterhead())
    text, known, root = queries.draft_duplicate(*found, keys=request.keys, now=request.now)
    day = known.expected_on
    besides = (end_of(day, policy.current().policy.calendar.zone),) if day else ()
    first = cases.case_for(request.actor, root, request.keys)
    told = ((_("Duplicate of"), f"{root} {first.title}"),)
    return text, Letter(TITLE, ANCHOR, ABOUT, told, besides=besides, also=BY_ASSESSING)


def _form(request: DeskRequest, ref: CaseRef, typed: str, wrong: str | Promise = "", status: int = 200) -> HttpResponse:
    shown = {**case_words(request, ref), "typed_ref": typed, "wrong": wrong}
    return render(request, "desk/duplicates_form.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: DeskRequest, ref: str) -> HttpResponse:
    """Ask the earlier reporter whether the later one may read the report."""
    if "letter" not in request.POST:
        text = queries.draft_letter(request.actor, CaseRef(ref), "duplicate-check", letterhead(), keys=request.keys)
        return triage_letter.page(request, CaseRef(ref), ASK, text)
    who: dict[str, Any] = {"keys": request.keys, "by": request.actor, "now": request.now}
    return triage_letter.send(
        request,
        CaseRef(ref),
        ASK,
        lambda text, head, promised: duplicates.ask(CaseRef(ref), text, head, promised=promised, **who),
    )
