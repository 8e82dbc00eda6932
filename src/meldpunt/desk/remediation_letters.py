"""Each act on solution or report in two steps: what and why, then the letter that tells it, to be edited.

Nothing is sent or stored by the first step.  What was typed travels in the form.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from meldpunt.desk import enclosures
from meldpunt.desk import remediation_words as words
from meldpunt.desk.answer import BY_ANY_LETTER, DATES, letterhead
from meldpunt.desk.case import case_words, catch_up
from meldpunt.desk.clocks import Clocks
from meldpunt.desk.errors import CaseMoved
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.sending import fresh_key, once
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.promises.queries import in_the_way
from meldpunt.promises.rules import Kind, end_of
from meldpunt.remediation import commands, queries, rules
from meldpunt.remediation.rules import Standing, Why

BAD_DATE = _("Write the date as year-month-day, like 2026-12-11.")
Chosen = dict[str, Any]


def _date(required: bool = True) -> forms.DateField:
    told = {"invalid": BAD_DATE, "required": BAD_DATE}
    return forms.DateField(required=required, input_formats=DATES, error_messages=told)


def _reason() -> forms.CharField:
    return forms.CharField(
        max_length=rules.LONGEST_REASON,
        error_messages={"required": _("Please say why: the reporter is told the reason.")},
    )


class MoveForm(forms.Form):
    expected_on = _date()
    reason = _reason()


class LandForm(forms.Form):
    on = _date()
    ask_retest = forms.BooleanField(required=False)


class CloseForm(forms.Form):
    why = forms.ChoiceField(
        choices=[(why, why) for why in Why], error_messages={"required": _("Choose why the report is closed.")}
    )


class ReopenReportForm(forms.Form):
    reason = _reason()
    expected_on = _date(required=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One act: its letter, its form, what is checked before a letter is written, and what sends it.

    ``also``: the promises that it keeps beside those that any letter keeps.
    """

    about: str
    title: Promise
    form: type[forms.Form]
    check: Callable[[CaseRef, Standing, Chosen, date, date], None]
    send: Callable[..., None]
    also: tuple[Kind, ...] = ()


MOVE = Step(
    "date-moved",
    _("Move the expected date"),
    MoveForm,
    lambda _ref, now, said, today, _received: rules.check_move(now, said["expected_on"], said["reason"], today),
    lambda ref, said, *letter, **more: commands.move_date(ref, said["expected_on"], said["reason"], *letter, **more),
)
LAND = Step(
    "fixed",
    _("It is solved"),
    LandForm,
    lambda _ref, now, said, today, received: rules.check_landed(now, said["on"], today, received),
    lambda ref, said, *letter, **more: commands.landed(ref, said["on"], *letter, ask_retest=said["ask_retest"], **more),
    (Kind.FIX, Kind.FIX_TERM),
)
REOPEN = Step(
    "reopened",
    _("It is not solved after all"),
    MoveForm,
    lambda _ref, now, said, today, _received: rules.check_reopen(now, said["expected_on"], said["reason"], today),
    lambda ref, said, *letter, **more: commands.reopen(ref, said["expected_on"], said["reason"], *letter, **more),
)
CLOSE = Step(
    "closed",
    _("Close the report"),
    CloseForm,
    lambda ref, now, said, _today, _received: rules.check_close(now, Why(said["why"]), in_the_way(ref)),
    lambda ref, said, *letter, **more: commands.close(ref, Why(said["why"]), *letter, **more),
)
REOPEN_REPORT = Step(
    "report-reopened",
    _("Open the report again"),
    ReopenReportForm,
    lambda _ref, now, said, today, _received: rules.check_reopen_report(
        now, said["expected_on"], said["reason"], today
    ),
    lambda ref, said, *letter, **more: commands.reopen_report(
        ref, said["reason"], *letter, expected_on=said["expected_on"], **more
    ),
)


def view(step: Step) -> Callable[..., HttpResponse]:
    """The page of an act: its form, then its letter, then the act."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def steps(request: DeskRequest, ref: str) -> HttpResponse:
        days = {name: request.GET[name] for name in ("expected_on", "on") if name in request.GET}  # from a link
        form = step.form(request.POST if request.method == "POST" else None, initial=days)
        if request.method != "POST" or "change" in request.POST or not form.is_valid():
            return _ask(request, CaseRef(ref), step, form)
        if "letter" in request.POST:
            return _send(request, CaseRef(ref), step, form)
        return _draft(request, CaseRef(ref), step, form)

    return steps


def _ask(request: DeskRequest, ref: CaseRef, step: Step, form: forms.Form) -> HttpResponse:
    """First: what, when and why."""
    shown = case_words(request, ref)
    standing = queries.standing_of(ref)
    shown |= {
        "form": form,
        "heading_of_letter": step.title,
        "standing": standing,
        "reasons": [(why, words.REASONS[why]) for why in rules.reasons_for(standing)],
        "today": request.now.astimezone(shown["zone"]).date().isoformat(),
        "was_solved": standing.landed_on,
    }
    return render(request, "desk/remediation_form.html", shown, status=400 if form.errors else 200)


def _draft(request: DeskRequest, ref: CaseRef, step: Step, form: forms.Form) -> HttpResponse:
    """The letter that follows; what would not do is refused before it is written."""
    shown = case_words(request, ref)
    standing, said = queries.standing_of(ref), form.cleaned_data
    received_on = shown["case"].received_at.astimezone(shown["zone"]).date()
    try:
        step.check(ref, standing, said, request.now.astimezone(shown["zone"]).date(), received_on)
    except (Invalid, Conflict) as refusal:
        form.add_error(None, in_words(refusal))
        return _ask(request, ref, step, form)
    facts = {**said, "was": standing.expected_on} if step is MOVE else said
    text = queries.draft(request.actor, ref, step.about, letterhead(), keys=request.keys, **facts)
    return _letter(request, ref, step, form, text)


def _send(request: DeskRequest, ref: CaseRef, step: Step, form: forms.Form) -> HttpResponse:
    """The act and its letter, as it was read before "Send"; what stands in the way is told above what was typed."""
    text = request.POST["letter"]
    if enclosures.is_asked(request):
        return _letter(request, ref, step, form, text)
    clocks = Clocks(request, text, _owed_by(form))
    if clocks.unseen:
        return _letter(request, ref, step, form, text, new_clocks=True)
    who = {"keys": request.keys, "by": request.actor, "now": request.now}
    try:
        with once(request, ref) as first:
            if first:
                with enclosures.along(request, ref, step.about, letterhead()) as head:
                    step.send(ref, form.cleaned_data, text, head, promised=clocks.promised, **who)
    except CaseMoved:
        return _letter(request, ref, step, form, text, 409, held_up=True)
    except (Invalid, Conflict) as refusal:
        status = 400 if isinstance(refusal, Invalid) else 409
        return _letter(request, ref, step, form, text, status, wrong=in_words(refusal))
    catch_up()
    return redirect("desk:case", ref)


def _owed_by(form: forms.Form) -> list[datetime]:
    """The moment that the act itself makes into a clock."""
    day = form.cleaned_data.get("expected_on")
    return [end_of(day, policy.current().policy.calendar.zone)] if day else []


def _letter(
    request: DeskRequest, ref: CaseRef, step: Step, form: forms.Form, text: str, status: int = 200, **more: Any
) -> HttpResponse:
    shown = {
        **case_words(request, ref),
        "form": form,
        "heading_of_letter": step.title,
        "said": form.cleaned_data,
        "why": words.REASONS.get(form.cleaned_data.get("why", ""), ""),
        "text": text,
        "once": fresh_key(),
        "clocks": Clocks(request, text, _owed_by(form)).lines,
        **more,
    }
    shown["keeps"] = [promise for promise in shown["owed"] if promise.kind in (*BY_ANY_LETTER, *step.also)]
    return enclosures.page(request, "desk/remediation_letter.html", ref, step.about, shown, status)


move, land, reopen, close, reopen_report = map(view, (MOVE, LAND, REOPEN, CLOSE, REOPEN_REPORT))
