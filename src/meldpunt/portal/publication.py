"""On the reporter's page: until when it stays between us, who knows, a leak, and the publication they take part in."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from meldpunt.cases.visits import Visiting
from meldpunt.conversation.queries import ReporterPage
from meldpunt.ground.values import REPORTER
from meldpunt.policy import queries as policy
from meldpunt.policy.errors import BadMoment
from meldpunt.policy.rules import read_moment, read_zone
from meldpunt.portal import publication_words as words
from meldpunt.portal.middleware import PortalRequest
from meldpunt.portal.panels import Panel
from meldpunt.portal.visit import act
from meldpunt.publication import commands, publishing, queries
from meldpunt.publication.errors import BadParty
from meldpunt.publication.going import State
from meldpunt.publication.queries import Standing
from meldpunt.publication.rules import Act, Embargo, Kind, Moment, Side, Talk, acts_for, may_talk

EMBARGO, PLAN = "embargo", "publication"  # the panels, and where on the page they are


def panel(request: PortalRequest, visit: Visiting, page: ReporterPage) -> tuple[Panel, ...]:
    """What waits for the reporter's answer stands first."""
    here = queries.standing_of(visit.ref)
    found = [Panel("portal/publication_embargo.html", _embargo(visit, page, here), here.talk is Talk.OURS)]
    if here.drafts or here.planned or queries.is_thanked(visit.ref):
        told = _publication(visit, here)
        found.append(Panel("portal/publication.html", told, here.plan is Talk.OURS and told["open"]))
    return tuple(found)


def _embargo(visit: Visiting, page: ReporterPage, here: Standing) -> dict[str, Any]:
    by_policy = queries.default_until(page.policy_version, page.received_at)
    return {
        "here": here,
        "runs": here.embargo is Embargo.RUNNING,
        "over": here.embargo in (Embargo.ENDED, Embargo.LEAKED),
        "leaked": here.embargo is Embargo.LEAKED,
        "until": _said(here.until),
        "by_policy": _said(by_policy),
        "proposed": _said(here.proposed),
        "ours": here.talk is Talk.OURS,
        "theirs": here.talk is Talk.THEIRS,
        "acts": acts_for(here.talk, Side.THEM),
        "may_propose": may_talk(here.embargo),
        "parties": [(words.KINDS[one.kind], one) for one in queries.parties_for(visit)],
        "kinds": list(words.KINDS.items()),
        "leaks": queries.papers_for(visit).leaks,
        "zone_name": policy.current().policy.calendar.zone.key,
    }


def _publication(visit: Visiting, here: Standing) -> dict[str, Any]:
    return {
        "here": here,
        "open": here.publication is State.OPEN and here.planned is not None,
        "called_off": here.publication is State.CALLED_OFF,
        "planned": _said(here.planned),
        "proposed": _said(here.plan_proposed),
        "ours": here.plan is Talk.OURS,
        "theirs": here.plan is Talk.THEIRS,
        "acts": acts_for(here.plan, Side.THEM),
        "papers": queries.papers_for(visit),
        "published": queries.advisory_of(visit.ref),
        "thanked": queries.is_thanked(visit.ref),
        "zone_name": policy.current().policy.calendar.zone.key,
    }


def _said(moment: Moment | None) -> str:
    zone = policy.current().policy.calendar.zone
    return queries.said(moment, zone, get_language() or "en") if moment else ""


@require_POST
def embargo(request: PortalRequest) -> HttpResponse:
    """Agree, refuse, take back, propose to end it, or propose a moment: by the button that was pressed."""

    def work(visit: Visiting) -> None:
        now = request.now
        if chosen := _answer(request):
            commands.answer_for(visit, chosen, _meant(request), by=REPORTER, now=now)
        elif "back" in request.POST:
            commands.take_back_for(visit, by=REPORTER, now=now)
        else:
            until = None if "end" in request.POST else _moment(request)
            commands.propose_for(visit, until, by=REPORTER, now=now)

    return act(request, EMBARGO, work)


@require_POST
def party(request: PortalRequest) -> HttpResponse:
    """The reporter told somebody."""

    def work(visit: Visiting) -> None:
        kind = request.POST.get("kind", "")
        if kind not in tuple(Kind):
            raise BadParty("Please choose what kind of party it is.")
        commands.note_party_for(visit, Kind(kind), request.POST.get("who", ""), by=REPORTER, now=request.now)

    return act(request, EMBARGO, work)


@require_POST
def leak(request: PortalRequest) -> HttpResponse:
    """The reporter saw it in the open."""
    text = request.POST.get("where", "")
    return act(request, EMBARGO, lambda visit: commands.report_leak_for(visit, text, by=REPORTER, now=request.now))


@require_POST
def plan(request: PortalRequest) -> HttpResponse:
    """Agree with the moment of the publication, refuse it, or propose another."""

    def work(visit: Visiting) -> None:
        if chosen := _answer(request):
            publishing.answer_for(visit, chosen, _meant(request), by=REPORTER, now=request.now)
        else:
            publishing.propose_for(visit, _moment(request), by=REPORTER, now=request.now)

    return act(request, PLAN, work)


@require_POST
def comment(request: PortalRequest) -> HttpResponse:
    """What the reporter thinks of the draft."""
    text = request.POST.get("comment", "")
    return act(request, PLAN, lambda visit: publishing.comment_for(visit, text, by=REPORTER, now=request.now))


def _answer(request: PortalRequest) -> Act | None:
    return next((one for one in (Act.AGREE, Act.REFUSE) if one in request.POST), None)


def _meant(request: PortalRequest) -> datetime | None:
    """The proposal that stood on the page: a yes is to that one, and not to what came in its place since."""
    typed = request.POST.get("to", "")
    return read_moment(typed, policy.current().policy.calendar.zone) if typed else None


def _moment(request: PortalRequest) -> Moment:
    if not request.POST.get("at", "").strip():
        raise BadMoment("Please give a day and an hour.")
    zone = read_zone(request.POST.get("zone", "").strip() or policy.current().policy.calendar.zone.key)
    return Moment(read_moment(request.POST["at"], zone), zone)
