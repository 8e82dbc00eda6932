"""The page on which a publication is prepared: draft, moment, comments; and the publication itself."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from meldpunt.cases import queries as cases
from meldpunt.desk.answer import letterhead
from meldpunt.desk.case import case_words
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.publication import said
from meldpunt.desk.publication_letters import Written, in_letter, steps, typed_moment
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.publication import going, publishing, queries
from meldpunt.publication.going import Draft
from meldpunt.publication.rules import Talk


@require_safe
def page(request: DeskRequest, ref: str) -> HttpResponse:
    return _page(request, ref)


@require_http_methods(["POST"])
def plan(request: DeskRequest, ref: str) -> HttpResponse:
    """Let the reporter read the draft, and propose its moment: with a letter."""

    def make() -> Written:
        moment, draft = typed_moment(request), _typed_draft(request)
        before_fix = "before_fix" in request.POST
        changed = draft.digest != queries.standing_of(CaseRef(ref)).shown
        language = cases.case_for(request.actor, CaseRef(ref), request.keys).language
        return Written(
            "publication-plan",
            _("Ask the reporter about the publication"),
            {"planned": in_letter(language, moment), "before_fix": before_fix, "changed": changed},
            lambda *letter, **more: publishing.plan(CaseRef(ref), draft, moment, before_fix, *letter, **more),
            (moment.at,),
            {"preview": draft},
        )

    return steps(request, ref, make, lambda **more: _page(request, ref, **more))


@require_http_methods(["POST"])
def publish(request: DeskRequest, ref: str) -> HttpResponse:
    """What everybody will read, with the letter that tells the reporter; sending publishes."""

    def make() -> Written:
        draft, address = _typed_draft(request), request.POST.get("address", "")
        changed = request.POST.get("changed", "")
        case = cases.case_for(request.actor, CaseRef(ref), request.keys)
        going.check_publish(queries.waiting_of(CaseRef(ref), case.policy_version), request.now)
        going.check_as_shown(draft, queries.standing_of(CaseRef(ref)).shown, changed)
        going.checked_address(address)
        wanted, wish = queries.named_as(CaseRef(ref), request.keys, request.actor)
        named = wanted if going.to_be_named(wanted, wish) else None
        return Written(
            "publication-done",
            _("Publish it, for everybody"),
            {"advisories": f"{letterhead().base_url}/advisories/", "shown": named.shown if named else ""},
            lambda *letter, **more: publishing.publish(CaseRef(ref), draft, address, changed, *letter, **more),
            (),
            {"preview": draft, "publishes": True, "named": named, "address": address},
        )

    return steps(request, ref, make, lambda **more: _page(request, ref, **more))


def _typed_draft(request: DeskRequest) -> Draft:
    language = request.POST.get("language", "")
    spoken = policy.current().policy.languages
    return going.checked_draft(
        request.POST.get("title", ""), request.POST.get("text", ""), language if language in spoken else spoken[0]
    )


def _page(request: DeskRequest, ref: str, status: int = 200, **more: Any) -> HttpResponse:
    shown = case_words(request, CaseRef(ref))
    here = queries.standing_of(CaseRef(ref))
    papers = queries.papers_of(request.actor, CaseRef(ref), request.keys)
    terms, draft = policy.current().policy, papers.draft
    moment = here.plan_proposed or here.planned or here.until
    shown |= {
        "here": here,
        "planned": said(here.planned),
        "plan_proposed": said(here.plan_proposed),
        "papers": papers,
        "acts": going.acts_for(here.publication, here.planned is not None),
        "theirs": here.plan is Talk.THEIRS,
        "languages": terms.languages,
        "published": queries.advisory_of(CaseRef(ref)),
        "title_typed": request.POST.get("title", draft.title if draft else ""),
        "text_typed": request.POST.get("text", draft.text if draft else ""),
        "language_typed": request.POST.get("language", draft.language if draft else shown["case"].language),
        "at": request.POST.get("at")
        or (moment.at.astimezone(moment.zone).strftime("%Y-%m-%dT%H:%M") if moment else ""),
        "zone_typed": request.POST.get("zone") or (moment.zone.key if moment else terms.calendar.zone.key),
        "before_fix": "before_fix" in request.POST or here.asks_before_fix or here.before_fix,
        "typed": request.POST,
        **more,
    }
    return render(request, "desk/publication_page.html", shown, status=status)
