"""Conduct at the desk: were the conditions kept, the safe-harbour statement and its letter, and disputes."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meldpunt.conduct import commands as conduct
from meldpunt.conduct import queries
from meldpunt.conduct.errors import BadReview
from meldpunt.conduct.rules import CONDITIONS, Act, Finding, Judged, Review, State, acts_for
from meldpunt.conversation.queries import CasePage
from meldpunt.conversation.statements import blocks
from meldpunt.desk import enclosures
from meldpunt.desk.answer import BY_ANY_LETTER, letterhead
from meldpunt.desk.case import act, case_words, catch_up
from meldpunt.desk.clocks import Clocks
from meldpunt.desk.errors import CaseMoved
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.panels import Panel, Place
from meldpunt.desk.sending import fresh_key, once
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.policy.shape import clause_words

NAME = "conduct"
FINDINGS: Mapping[Finding, Promise] = MappingProxyType(
    {Finding.KEPT: _("Kept"), Finding.NOT_KEPT: _("Not kept"), Finding.UNCLEAR: _("Unclear")}
)
STATES: Mapping[State, Promise] = MappingProxyType(
    {
        State.NOT_REVIEWED: _("Not reviewed yet."),
        State.KEPT: _("All conditions were kept."),
        State.NOT_KEPT: _("Not all conditions were kept."),
        State.UNCLEAR: _("It is unclear whether all conditions were kept."),
        State.REFUSED: _("The reporter was told that there is no statement."),
        State.GIVEN: _("The safe-harbour statement has been given. It cannot be taken back."),
    }
)


def panel(request: DeskRequest, page: CasePage) -> tuple[Panel, ...]:
    """Where the review stands and what can be done; above everything when the reporter waits for an answer."""
    found = queries.page_of(request.actor, page.case.ref, request.keys)
    standing = found.standing
    words = {
        "standing": standing,
        "state": STATES[standing.state],
        "acts": acts_for(standing.state),
        "given": standing.state is State.GIVEN,
        "disputes": found.disputes,
        "anything": standing.reviews or standing.asked_at or found.disputes,
        "not_you": found.second and page.case.handler == request.actor.name,
    }
    waits = (Panel("desk/conduct_asked.html", Place.FIRST, words),) if standing.waiting else ()
    return *waits, Panel("desk/conduct.html", Place.ACT, words)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: DeskRequest, ref: str) -> HttpResponse:
    """The conditions one by one, as the policy of this report words them."""
    if request.method != "POST":
        return _form(request, ref, queries.page_of(request.actor, CaseRef(ref), request.keys).review)
    found = _typed(request)

    def work() -> None:
        if missing := [id for id in CONDITIONS if id not in found]:
            raise BadReview("Please say of each condition whether it was kept: %(condition)s.", condition=missing[0])
        conduct.review(CaseRef(ref), found, keys=request.keys, by=request.actor, now=request.now)

    return _once(request, ref, work, lambda **more: _form(request, ref, found, **more))


def _typed(request: DeskRequest) -> dict[str, Judged]:
    return {
        id: Judged(Finding(chosen), request.POST.get(f"why-{id}", ""))
        for id in CONDITIONS
        if (chosen := request.POST.get(f"finding-{id}", "")) in set(Finding)
    }


def _form(request: DeskRequest, ref: str, found: Review, status: int = 200, **more: Any) -> HttpResponse:
    words = {**case_words(request, CaseRef(ref)), "once": fresh_key(), "findings": FINDINGS.items(), **more}
    terms = policy.version(words["case"].policy_version).policy
    language = get_language() or "en"
    words["conditions"] = [
        {
            "id": id,
            "words": clause_words(terms.clause(id), language),
            "finding": found[id].finding if id in found else "",
            "why": request.POST.get(f"why-{id}", found[id].why if id in found else ""),
        }
        for id in CONDITIONS
    ]
    words["methods"] = [method.said_in(language) for method in terms.excluded_methods]
    words["not_you"] = terms.review.second_person_for_conduct and words["case"].handler == request.actor.name
    return render(request, "desk/conduct_review.html", words, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: DeskRequest, ref: str) -> HttpResponse:
    """The statement to read, its letter to edit, and the button that signs: for ever."""
    return _letter(request, ref, Act.GIVE, "safe-harbour", conduct.give)


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: DeskRequest, ref: str) -> HttpResponse:
    """The letter that says why there is no statement."""
    return _letter(request, ref, Act.REFUSE, "safe-harbour-refused", conduct.refuse)


def _letter(request: DeskRequest, ref: str, what: Act, about: str, command: Callable[..., None]) -> HttpResponse:
    case = CaseRef(ref)
    head = letterhead()
    if request.method != "POST":
        if what not in acts_for(queries.page_of(request.actor, case, request.keys).standing.state):
            return redirect(f"{reverse('desk:case', args=[ref])}#{NAME}")
        text = queries.draft_letter(request.actor, case, about, head, keys=request.keys)
        return _letter_page(request, ref, what, about, text)
    text = request.POST.get("letter", "")
    if enclosures.is_asked(request):
        return _letter_page(request, ref, what, about, text)
    clocks = Clocks(request, text)
    if clocks.unseen:
        return _letter_page(request, ref, what, about, text, new_clocks=True)

    def work() -> None:
        who: dict[str, Any] = {"keys": request.keys, "by": request.actor, "now": request.now}
        with enclosures.along(request, case, about, head) as whole:
            command(case, text, whole, promised=clocks.promised, **who)

    return _once(request, ref, work, lambda **more: _letter_page(request, ref, what, about, text, **more))


def _letter_page(
    request: DeskRequest, ref: str, what: Act, about: str, text: str, status: int = 200, **more: Any
) -> HttpResponse:
    words = {**case_words(request, CaseRef(ref)), "once": fresh_key(), "text": text, "gives": what is Act.GIVE, **more}
    words["clocks"] = Clocks(request, text).lines
    words["keeps"] = [promise for promise in words["owed"] if promise.kind in BY_ANY_LETTER]
    if words["gives"]:
        made = queries.preview(request.actor, CaseRef(ref), letterhead(), keys=request.keys, now=request.now)
        words["preview"] = {"title": made.subject, "blocks": blocks(made)}
        words["files"] = [f"safe-harbour-{ref}.txt.asc", f"safe-harbour-{ref}.pdf"]
    return enclosures.page(request, "desk/conduct_letter.html", CaseRef(ref), about, words, status)


def _once(request: DeskRequest, ref: str, work: Callable[[], None], again: Callable[..., HttpResponse]) -> HttpResponse:
    """Act once, and go back to the panel.  What stands in the way is told on the same page, with what was typed."""
    try:
        with once(request, ref) as first:
            if first:
                work()
    except CaseMoved:
        return again(held_up=True, status=409)
    except (Invalid, Conflict) as refusal:
        return again(wrong=in_words(refusal), status=400 if isinstance(refusal, Invalid) else 409)
    catch_up()
    return redirect(f"{reverse('desk:case', args=[ref])}#{NAME}")


@require_POST
def dispute(request: DeskRequest, ref: str) -> HttpResponse:
    """Put on record that the organisation does not agree; the reporter reads it."""
    text = request.POST.get("dispute", "")
    queries.page_of(request.actor, CaseRef(ref), request.keys)  # who may not see the case is told that there is none
    return act(request, ref, NAME, lambda: conduct.dispute(CaseRef(ref), text, by=request.actor, now=request.now))


@require_safe
def signed(request: DeskRequest, ref: str) -> HttpResponse:
    """The statement as it was signed."""
    kept = queries.statement_of(request.actor, CaseRef(ref), request.keys)
    return _file(kept.signed, f"safe-harbour-{ref}.txt.asc", "text/plain; charset=utf-8")


@require_safe
def paper(request: DeskRequest, ref: str) -> HttpResponse:
    """The same on paper."""
    kept = queries.statement_of(request.actor, CaseRef(ref), request.keys)
    return _file(kept.pdf, f"safe-harbour-{ref}.pdf", "application/pdf")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
