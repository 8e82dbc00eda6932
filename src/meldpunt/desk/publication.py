"""Embargo on a case's page: what waits for us, what holds, who knows, a leak; and the way to the publication."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from meldpunt.conversation.queries import CasePage
from meldpunt.desk import publication_words as words
from meldpunt.desk.case import act
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.panels import Panel, Place
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.publication import commands, going, hall, queries
from meldpunt.publication.errors import BadParty
from meldpunt.publication.queries import Papers, Standing
from meldpunt.publication.rules import Embargo, Kind, Moment, Side, Talk, acts_for, may_talk
from meldpunt.remediation import queries as remediation

NAME = "publication"
OVER = (Embargo.ENDED, Embargo.LEAKED)


def panel(request: DeskRequest, page: CasePage) -> tuple[Panel, ...]:
    """What the reporter or the clock asks of us comes first; all acts behind one heading."""
    ref = page.case.ref
    here = queries.standing_of(ref)
    papers = queries.papers_of(request.actor, ref, request.keys)
    told = {**_embargo(request, page, here), **_publication(request, page, here, papers)}
    first = (Panel("desk/publication_first.html", Place.FIRST, told),) if _waits(told) else ()
    return *first, Panel("desk/publication.html", Place.ACT, told)


def _waits(told: dict[str, Any]) -> bool:
    names = ("theirs", "their_plan", "leak_seen", "comments_new", "publish_now", "to_inform", "renamed")
    return any(told[name] for name in names)


def _embargo(request: DeskRequest, page: CasePage, here: Standing) -> dict[str, Any]:
    ref, zone = page.case.ref, policy.current().policy.calendar.zone
    parties = queries.parties_of(request.actor, ref, request.keys)
    over = here.embargo in OVER
    offered = here.until or queries.default_until(page.case.policy_version, page.case.received_at)
    return {
        "here": here,
        "runs": here.embargo is Embargo.RUNNING,
        "over": over,
        "how": words.HOW.get(here.how, ""),
        "until": said(here.until),
        "proposed": said(here.proposed),
        "theirs": here.talk is Talk.THEIRS,
        "ours": here.talk is Talk.OURS,
        "acts": acts_for(here.talk, Side.US),
        "may_propose": may_talk(here.embargo) and here.talk is not Talk.THEIRS,
        "leaked": here.embargo is Embargo.LEAKED,
        "leak_seen": here.leak_seen_at,
        "leak_plan": queries.leak_plan_of(request.actor, ref, request.keys),
        "parties": [(words.KINDS[one.kind], one) for one in parties],
        "to_inform": [(words.KINDS[one.kind], one) for one in parties if over and not one.informed_at],
        "kinds": list(words.KINDS.items()),
        "zone_name": zone.key,
        "default": offered.at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if offered else "",
        "by_policy": not here.until and offered,
    }


def _publication(request: DeskRequest, page: CasePage, here: Standing, papers: Papers) -> dict[str, Any]:
    published = queries.advisory_of(page.case.ref)
    acts = going.acts_for(here.publication, here.planned is not None)
    in_time = here.planned is not None and here.planned.at <= request.now
    closed = remediation.standing_of(page.case.ref).closed
    named = going.to_be_named(*queries.named_as(page.case.ref, request.keys, request.actor))
    return {
        "planned": said(here.planned),
        "plan_proposed": said(here.plan_proposed),
        "their_plan": here.plan is Talk.THEIRS,
        "plan_state": here.plan,
        "publication_acts": acts,
        "publish_now": in_time and going.Act.PUBLISH in acts,
        "comments_new": here.commented_at,
        "leaks": papers.leaks,
        "published": published,
        "portal": settings.CONFIG.portal_address,
        "thanked": queries.is_thanked(page.case.ref),
        "may_thank": named and (published or closed) and not queries.is_thanked(page.case.ref),
        "renamed": here.renamed_at and named,
    }


def said(moment: Moment | None) -> str:
    """A moment in words of the active language; empty for none."""
    return words.moment(moment) if moment else ""


@require_POST
def take_back(request: DeskRequest, ref: str) -> HttpResponse:
    return act(request, ref, NAME, lambda: commands.take_back(CaseRef(ref), by=request.actor, now=request.now))


@require_POST
def party(request: DeskRequest, ref: str) -> HttpResponse:
    """Somebody else knows from now on."""

    def work() -> None:
        kind = request.POST.get("kind", "")
        if kind not in tuple(Kind):
            raise BadParty("Please choose what kind of party it is.")
        commands.note_party(CaseRef(ref), Kind(kind), request.POST.get("who", ""), by=request.actor, now=request.now)

    return act(request, ref, NAME, work)


@require_POST
def inform(request: DeskRequest, ref: str, party: str) -> HttpResponse:
    """Somebody who knows was told that the embargo has ended."""
    return act(
        request, ref, NAME, lambda: commands.inform_party(CaseRef(ref), party, by=request.actor, now=request.now)
    )


@require_POST
def leak_plan(request: DeskRequest, ref: str) -> HttpResponse:
    text = request.POST.get("leak_plan", "")
    return act(
        request, ref, NAME, lambda: commands.keep_leak_plan(CaseRef(ref), text, by=request.actor, now=request.now)
    )


@require_POST
def leak(request: DeskRequest, ref: str) -> HttpResponse:
    """It is in the open: what we saw, or what the reporter told us of."""

    def work() -> None:
        if "theirs" in request.POST:
            commands.confirm_leak(CaseRef(ref), by=request.actor, now=request.now)
        else:
            commands.report_leak(CaseRef(ref), request.POST.get("where", ""), by=request.actor, now=request.now)

    return act(request, ref, NAME, work)


@require_POST
def thank(request: DeskRequest, ref: str) -> HttpResponse:
    """Into the hall of fame, by the name that was confirmed."""
    return act(
        request, ref, NAME, lambda: hall.enter(CaseRef(ref), keys=request.keys, by=request.actor, now=request.now)
    )
