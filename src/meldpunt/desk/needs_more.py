"""Something is missing: choose the questions, read the letter, send it.  The clocks go on."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from meldpunt.conversation.queries import CasePage
from meldpunt.desk import triage_letter
from meldpunt.desk.answer import letterhead
from meldpunt.desk.case import case_words
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.triage_letter import Letter
from meldpunt.ground.errors import Invalid
from meldpunt.ground.values import CaseRef
from meldpunt.triage import commands, queries
from meldpunt.triage.asking import QUESTIONS, Weakness, chosen, kind_of

KINDS: dict[str, Promise] = {
    Weakness.ANY: _("Of any kind"),
    Weakness.INJECTION: _("Injection, or a request that does what it should not"),
    Weakness.SCRIPT: _("Script in a page"),
    Weakness.ACCESS: _("Somebody else's data"),
    Weakness.SIGN_IN: _("Signing in, and staying signed in"),
    Weakness.EXPOSED: _("Data that lies open"),
    Weakness.SOFTWARE: _("Software with a known weakness"),
    Weakness.MAIL: _("Mail"),
}
LETTER = Letter(_("Ask for what is missing"), "triage", "needs-more")


def words(page: CasePage) -> dict[str, Any]:
    """What was asked last, and whether an answer came."""
    return {"asking": queries.asking_of(page.case.ref)}


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: DeskRequest, ref: str) -> HttpResponse:
    """First the questions, then the letter, then both."""
    if request.method != "POST" or "change" in request.POST:
        return _form(request, CaseRef(ref))
    posted = request.POST
    language = case_words(request, CaseRef(ref))["case"].language
    try:
        questions = chosen(posted.getlist("questions"), posted.get("own", ""), language)
    except Invalid as refusal:
        return _form(request, CaseRef(ref), in_words(refusal), 400)
    who: dict[str, Any] = {"keys": request.keys, "by": request.actor, "now": request.now}
    if "letter" in posted:
        kind = kind_of(posted.getlist("questions"))
        return triage_letter.send(
            request,
            CaseRef(ref),
            LETTER,
            lambda text, head, promised: commands.ask_more(CaseRef(ref), kind, text, head, promised=promised, **who),
        )
    text = queries.draft_letter(
        request.actor, CaseRef(ref), "needs-more", letterhead(), keys=request.keys, questions=questions
    )
    return triage_letter.page(request, CaseRef(ref), LETTER, text)


def _form(request: DeskRequest, ref: CaseRef, wrong: str = "", status: int = 200) -> HttpResponse:
    language = get_language() or "en"
    ticked = set(request.POST.getlist("questions"))
    groups = [
        {
            "kind": kind,
            "name": KINDS[kind],
            "questions": [(one.id, one.said_in(language[:2])) for one in questions],
            "open": kind is Weakness.ANY or bool(ticked & {one.id for one in questions}),
        }
        for kind, questions in QUESTIONS.items()
    ]
    own = request.POST.get("own", "")
    shown = {**case_words(request, ref), "groups": groups, "ticked": ticked, "own": own, "wrong": wrong}
    return render(request, "desk/needs_more_form.html", shown, status=status)
