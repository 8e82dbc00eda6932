"""Answering the reporter: an assessment with its letter, or a plain reply.

Two steps for an assessment: judge, then read and edit the letter that follows from it.  What was
typed travels in the form itself, never in a session: a session is not sealed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from meldpunt.cases import queries as case_queries
from meldpunt.conversation import commands as conversation
from meldpunt.conversation import drafts, enclosing, news, recalling
from meldpunt.conversation import queries as conversation_queries
from meldpunt.conversation.recalling import GRACE
from meldpunt.conversation.rules import Letterhead
from meldpunt.desk import enclosures
from meldpunt.desk.case import case_page, case_words, catch_up
from meldpunt.desk.clocks import Clocks
from meldpunt.desk.errors import CaseMoved
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.sending import fresh_key, once
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.promises.rules import Kind, end_of
from meldpunt.triage import commands as triage
from meldpunt.triage import queries as triage_queries
from meldpunt.triage.rules import Assessment, Severity, Verdict, check

ASSESSMENT = "assessment"
BY_ANY_LETTER = (Kind.ACKNOWLEDGEMENT, Kind.UPDATE, Kind.WORD)  # of a person
REPLY = "reply"
BY_ASSESSING = (Kind.ASSESSMENT, Kind.DATE)
DATES = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"]


class AssessmentForm(forms.Form):
    """Only what a form can see: that words are words and dates are dates.  ``triage`` judges the rest."""

    verdict = forms.ChoiceField(
        choices=[(verdict, verdict) for verdict in Verdict], error_messages={"required": _("Choose a verdict.")}
    )
    severity = forms.ChoiceField(choices=[("", "")] + [(level, level) for level in Severity], required=False)
    vector = forms.CharField(required=False, max_length=300)
    expected_on = forms.DateField(
        required=False,
        input_formats=DATES,
        error_messages={"invalid": _("Write the date as year-month-day, like 2026-12-11.")},
    )
    why_no_date = forms.CharField(required=False, max_length=1000)
    none_needed = forms.BooleanField(required=False)
    date_by = forms.DateField(
        required=False,
        input_formats=DATES,
        error_messages={"invalid": _("Write the date as year-month-day, like 2026-12-11.")},
    )

    def assessment(self) -> Assessment:
        """What was filled in, or a refusal of ``triage``."""
        words = self.cleaned_data
        return Assessment(
            Verdict(words["verdict"]),
            Severity(words["severity"]) if words["severity"] else None,
            words["vector"].strip(),
            words["expected_on"],
            words["why_no_date"].strip(),
            words["date_by"],
            words["none_needed"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: DeskRequest, ref: str) -> HttpResponse:
    """First step: judge.  What will do leads to the letter, with nothing sent or stored yet."""
    form = AssessmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:  # "change": back from the letter
        try:
            return _letter(request, ref, form, _draft(request, CaseRef(ref), form.assessment()))
        except Invalid as refusal:
            form.add_error(None, in_words(refusal))
    words = {**case_words(request, CaseRef(ref)), "form": form, "verdicts": list(Verdict), "severities": list(Severity)}
    return render(request, "desk/assess.html", words, status=400 if form.errors else 200)


def _draft(request: DeskRequest, ref: CaseRef, assessment: Assessment) -> str:
    """The letter that follows from an assessment; what would not do is refused before it is written."""
    zone = policy.current().policy.calendar.zone
    check(assessment, request.now.astimezone(zone).date())
    return triage_queries.draft(request.actor, ref, assessment, letterhead(), keys=request.keys)


def letterhead() -> Letterhead:
    """Our letters lead to the portal, never to the desk."""
    return conversation_queries.letterhead(settings.CONFIG.portal_address, tagged=settings.CONFIG.tagged)


@require_POST
def send_assessment(request: DeskRequest, ref: str) -> HttpResponse:
    """Second step: the assessment and its letter, as they were read before "Send"."""
    form = AssessmentForm(request.POST)
    if not form.is_valid():
        return assess(request, ref)
    text = request.POST.get("letter", "")
    if enclosures.is_asked(request):
        return _letter(request, ref, form, text)
    clocks = Clocks(request, text, _owed_by(form))

    def act() -> None:
        who: dict[str, Any] = {"keys": request.keys, "by": request.actor, "now": request.now}
        with enclosures.along(request, CaseRef(ref), ASSESSMENT, letterhead()) as head:
            triage.assess(CaseRef(ref), form.assessment(), text, head, promised=clocks.promised, **who)

    return _send(request, ref, clocks, act, lambda **more: _letter(request, ref, form, text, **more))


def _owed_by(form: AssessmentForm) -> list[datetime]:
    """The moments that the assessment itself makes into clocks."""
    zone = policy.current().policy.calendar.zone
    days = (form.cleaned_data["expected_on"], form.cleaned_data["date_by"])
    return [end_of(day, zone) for day in days if day]


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: DeskRequest, ref: str) -> HttpResponse:
    """A letter that judges nothing: a question, news, thanks."""
    if request.method != "POST":
        begun = drafts.begun(request.actor, CaseRef(ref), request.keys)
        text = begun.text if begun else _no_news(request, CaseRef(ref)) or _blank(request, CaseRef(ref))
        return _reply(request, ref, text, begun=begun)
    text = request.POST.get("letter", "")
    if enclosures.is_asked(request):
        return _reply(request, ref, text)
    if "keep" in request.POST:
        return _keep(request, ref, text)
    clocks = Clocks(request, text)

    def act() -> None:
        who: dict[str, Any] = {"by": request.actor, "now": request.now}
        how: dict[str, Any] = {"promised": clocks.promised, "grace": GRACE}
        with enclosures.along(request, CaseRef(ref), REPLY, letterhead()) as head:
            conversation.write(CaseRef(ref), text, REPLY, head, keys=request.keys, **how, **who)
            drafts.throw_away(CaseRef(ref), **who)

    return _send(request, ref, clocks, act, lambda **more: _reply(request, ref, text, **more))


def _keep(request: DeskRequest, ref: str, text: str) -> HttpResponse:
    """For later: the words, and the files."""
    drafts.keep(CaseRef(ref), text, by=request.actor, now=request.now)
    try:
        enclosures.lay_ready(request, CaseRef(ref), REPLY)
    except Invalid:  # told on the page, where the words are
        return _reply(request, ref, text, status=400)
    return redirect("desk:case", ref)


def _blank(request: DeskRequest, ref: CaseRef) -> str:
    return conversation_queries.draft_reply(request.actor, ref, letterhead(), keys=request.keys)


def _no_news(request: DeskRequest, ref: CaseRef) -> str:
    """The letter that one click sends, for who wants to say more in it or send files along; when that was asked."""
    if "news" not in request.GET:
        return ""
    who: dict[str, Any] = {"keys": request.keys, "by": request.actor, "now": request.now}
    case = case_queries.case_for(request.actor, ref, request.keys)
    return news.draft(ref, news.latest_next_day(case.policy_version, request.now), letterhead(), **who)


@require_POST
def draft(request: DeskRequest, ref: str) -> HttpResponse:
    """Keep what was written so far; a script asks this while one writes.  Or throw it away, by a button."""
    if "throw" in request.POST:
        enclosures.throw_away(request, CaseRef(ref), REPLY)
        return redirect("desk:reply", ref)
    drafts.keep(CaseRef(ref), request.POST.get("letter", ""), by=request.actor, now=request.now)
    return HttpResponse(status=204)


@require_POST
def take_back(request: DeskRequest, ref: str, record: str) -> HttpResponse:
    """Undo: the letter has not gone, and stands in the form again, its files too."""
    who: dict[str, Any] = {"by": request.actor, "now": request.now}
    try:
        with transaction.atomic():
            undone = recalling.take_back(CaseRef(ref), record, keys=request.keys, **who)
            drafts.keep(CaseRef(ref), undone.text, **who)
            enclosing.lay_ready(CaseRef(ref), REPLY, undone.files, keys=request.keys, **who)
    except Conflict as refusal:
        return case_page(request, CaseRef(ref), too_late=in_words(refusal), status=409)
    catch_up()
    return redirect("desk:reply", ref)


def _send(
    request: DeskRequest, ref: str, clocks: Clocks, act: Callable[[], None], again: Callable[..., HttpResponse]
) -> HttpResponse:
    """Send once.  What stands in the way is told on the same page, with everything that was typed.

    A letter that promises something nobody has looked at yet comes back with its clocks shown.
    """
    if clocks.unseen:
        return again(new_clocks=True)
    try:
        with once(request, ref) as first:
            if first:
                act()
    except CaseMoved:
        return again(held_up=True, status=409)
    except Invalid as refusal:
        return again(wrong=in_words(refusal), status=400)
    except Conflict as refusal:
        return again(wrong=in_words(refusal), status=409)
    catch_up()
    return redirect("desk:case", ref)


def _letter(
    request: DeskRequest, ref: str, form: AssessmentForm, text: str, status: int = 200, **more: Any
) -> HttpResponse:
    words = {
        **case_words(request, CaseRef(ref)),
        "form": form,
        "judged": form.cleaned_data,
        "text": text,
        "once": fresh_key(),
        "clocks": Clocks(request, text, _owed_by(form)).lines,
        **more,
    }
    words["keeps"] = [promise for promise in words["owed"] if promise.kind in (*BY_ANY_LETTER, *BY_ASSESSING)]
    return enclosures.page(request, "desk/letter.html", CaseRef(ref), ASSESSMENT, words, status)


def _reply(request: DeskRequest, ref: str, text: str, status: int = 200, **more: Any) -> HttpResponse:
    words: dict[str, Any] = {**case_words(request, CaseRef(ref)), "text": text, "once": fresh_key()}
    words["clocks"] = Clocks(request, text).lines
    words["keeps"] = [promise for promise in words["owed"] if promise.kind in BY_ANY_LETTER]
    words |= more
    return enclosures.page(request, "desk/reply.html", CaseRef(ref), REPLY, words, status)
