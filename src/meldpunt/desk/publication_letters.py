"""Acts on embargo and publication that the reporter hears of in a letter: what, then the letter, then the act.

Nothing is sent or stored by the first step.  What was typed travels in the form.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from meldpunt.cases import queries as cases
from meldpunt.desk import enclosures
from meldpunt.desk.answer import BY_ANY_LETTER, letterhead
from meldpunt.desk.case import case_page, case_words, catch_up
from meldpunt.desk.clocks import Clocks
from meldpunt.desk.errors import CaseMoved
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.publication import NAME
from meldpunt.desk.sending import fresh_key, once
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.policy.errors import BadMoment
from meldpunt.policy.rules import read_moment, read_zone
from meldpunt.privacy.drafts import draft
from meldpunt.publication import commands, publishing, queries, rules
from meldpunt.publication.rules import Act, Moment


@dataclass(frozen=True, slots=True)
class Written:
    """A letter that is ready to be drafted: its template and facts, and the command that sends it.

    ``besides``: moments in it that are no promises of ours to write.  ``shows``: what stands above the letter.
    """

    about: str
    title: str | Promise
    facts: dict[str, object]
    send: Callable[..., object]
    besides: tuple[datetime, ...] = ()
    shows: dict[str, Any] = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: DeskRequest, ref: str) -> HttpResponse:
    """Propose an embargo until a moment, or, with ``end``, to end the one that runs."""

    def make() -> Written:
        until = None if "end" in request.POST else typed_moment(request)
        rules.check_proposal(queries.standing_of(CaseRef(ref)).embargo, until.at if until else None, request.now)
        title = _("Propose to keep it between us until then") if until else _("Propose to end the embargo now")
        return Written(
            "embargo-proposal",
            title,
            {"until": _in_letter(request, ref, until)},
            lambda *letter, **more: commands.propose(CaseRef(ref), until, *letter, **more),
            (until.at,) if until else (),
        )

    return steps(request, ref, make)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: DeskRequest, ref: str, act: str) -> HttpResponse:
    """Agree with the embargo that the reporter proposed, or refuse it."""

    def make() -> Written:
        here = queries.standing_of(CaseRef(ref))
        rules.next_talk(here.talk, rules.Side.US, Act(act))
        facts: dict[str, object] = {"agree": act == Act.AGREE, "until": _in_letter(request, ref, here.proposed)}
        title = _("Agree with the reporter's proposal") if act == Act.AGREE else _("Refuse the reporter's proposal")
        return Written(
            "embargo-answer",
            title,
            facts,
            lambda *letter, **more: commands.answer(CaseRef(ref), Act(act), *letter, **more),
            (here.proposed.at,) if here.proposed else (),
        )

    return steps(request, ref, make)


@require_http_methods(["GET", "HEAD", "POST"])
def no_leak(request: DeskRequest, ref: str) -> HttpResponse:
    """Tell the reporter why what they saw is not it."""

    def make() -> Written:
        return Written(
            "embargo-leak",
            _("Tell why it is no leak"),
            {},
            lambda *letter, **more: commands.dismiss_leak(CaseRef(ref), *letter, **more),
        )

    return steps(request, ref, make)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_plan(request: DeskRequest, ref: str, act: str) -> HttpResponse:
    """Agree with the moment that the reporter proposed for the publication, or refuse it."""

    def make() -> Written:
        here = queries.standing_of(CaseRef(ref))
        rules.next_talk(here.plan, rules.Side.US, Act(act))
        facts: dict[str, object] = {"agree": act == Act.AGREE, "planned": _in_letter(request, ref, here.plan_proposed)}
        title = _("Agree with the reporter's proposal") if act == Act.AGREE else _("Refuse the reporter's proposal")
        return Written(
            "publication-answer",
            title,
            facts,
            lambda *letter, **more: publishing.answer(CaseRef(ref), Act(act), *letter, **more),
            (here.plan_proposed.at,) if here.plan_proposed else (),
        )

    return steps(request, ref, make)


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: DeskRequest, ref: str) -> HttpResponse:
    def make() -> Written:
        return Written(
            "publication-called-off",
            _("Call the publication off"),
            {},
            lambda *letter, **more: publishing.call_off(CaseRef(ref), *letter, **more),
        )

    return steps(request, ref, make)


def steps(
    request: DeskRequest,
    ref: str,
    make: Callable[[], Written],
    again: Callable[..., HttpResponse] | None = None,
) -> HttpResponse:
    """Show the letter that follows from what was typed, or send it as it was read.

    ``again``: the page on which what was typed stands, for what cannot be.
    """
    cases.case_for(request.actor, CaseRef(ref), request.keys)  # absent and not yours look the same
    try:
        written = make()
    except (Invalid, Conflict) as refusal:
        status = 400 if isinstance(refusal, Invalid) else 409
        if again:
            return again(wrong=in_words(refusal), status=status)
        told = {"wrong": {NAME: in_words(refusal)}, "typed": request.POST}
        return case_page(request, CaseRef(ref), status=status, **told)
    if request.method != "POST" or "letter" not in request.POST:
        text = draft(request.actor, CaseRef(ref), written.about, letterhead(), keys=request.keys, **written.facts)
        return _letter(request, ref, written, text)
    return _send(request, ref, written, request.POST["letter"])


def _send(request: DeskRequest, ref: str, written: Written, text: str) -> HttpResponse:
    if enclosures.is_asked(request):
        return _letter(request, ref, written, text)
    clocks = Clocks(request, text, written.besides)
    if clocks.unseen:
        return _letter(request, ref, written, text, new_clocks=True)
    who = {"keys": request.keys, "by": request.actor, "now": request.now}
    try:
        with once(request, ref) as first:
            if first:
                with enclosures.along(request, CaseRef(ref), written.about, letterhead()) as head:
                    written.send(text, head, promised=clocks.promised, **who)
    except CaseMoved:
        return _letter(request, ref, written, text, 409, held_up=True)
    except (Invalid, Conflict) as refusal:
        status = 400 if isinstance(refusal, Invalid) else 409
        return _letter(request, ref, written, text, status, wrong=in_words(refusal))
    catch_up()
    return redirect(f"{reverse('desk:case', args=[ref])}#{NAME}")


def _letter(
    request: DeskRequest, ref: str, written: Written, text: str, status: int = 200, **more: Any
) -> HttpResponse:
    spent = ("letter", "once", "seen", "clock", "promise", "csrfmiddlewaretoken", "change", "attach", "take-out")
    shown = {
        **case_words(request, CaseRef(ref)),
        "heading_of_letter": written.title,
        "carried": {name: value for name, value in request.POST.items() if name not in spent},
        "text": text,
        "once": fresh_key(),
        "clocks": Clocks(request, text, written.besides).lines,
        **written.shows,
        **more,
    }
    shown["keeps"] = [promise for promise in shown["owed"] if promise.kind in BY_ANY_LETTER]
    return enclosures.page(request, "desk/publication_letter.html", CaseRef(ref), written.about, shown, status)


def typed_moment(request: DeskRequest) -> Moment:
    """The day, hour and zone that were typed.  ``BadMoment``."""
    if not request.POST.get("at", "").strip():
        raise BadMoment("Please give a day and an hour.")
    zone = read_zone(request.POST.get("zone", "").strip() or policy.current().policy.calendar.zone.key)
    return Moment(read_moment(request.POST["at"], zone), zone)


def _in_letter(request: DeskRequest, ref: str, moment: Moment | None) -> str:
    """A moment in the reporter's language."""
    return in_letter(cases.case_for(request.actor, CaseRef(ref), request.keys).language, moment)


def in_letter(language: str, moment: Moment | None) -> str:
    return queries.said(moment, policy.current().policy.calendar.zone, language) if moment else ""
