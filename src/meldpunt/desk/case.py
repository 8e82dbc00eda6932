"""The page of one case, and the small acts on it: take, note, fetch a file."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from meldpunt.cases import commands as cases
from meldpunt.cases import queries as case_queries
from meldpunt.cases.rules import RecordKind
from meldpunt.conversation import queries as conversation
from meldpunt.conversation import returns, twice
from meldpunt.conversation.errors import SaidAlready
from meldpunt.conversation.news import latest_next_day
from meldpunt.conversation.queries import CasePage, Event, Item, Letter, Note
from meldpunt.desk import labels, meanwhile, owners
from meldpunt.desk.downloads import download
from meldpunt.desk.errors import CaseMoved
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.panels import panels
from meldpunt.desk.sending import AGAIN, TAKEN, check_unmoved, fresh_key, once, seen
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.policy.second import Grave, is_asked
from meldpunt.promises import queries as promises
from meldpunt.promises.rules import worth_telling


@require_safe
def case(request: DeskRequest, ref: str) -> HttpResponse:
    return case_page(request, CaseRef(ref))


@require_safe
def next_case(request: DeskRequest, ref: str) -> HttpResponse:
    """The next case in which something is owed; the first screen when there is no other."""
    case_queries.case_for(request.actor, CaseRef(ref), request.keys)
    following = promises.next_case(request.actor, CaseRef(ref))
    return redirect("desk:case", following) if following else redirect("desk:inbox")


@require_POST
def take(request: DeskRequest, ref: str) -> HttpResponse:
    """Whoever meant a case that was nobody's is told who was quicker; other news is no reason not to take it."""
    try:
        with transaction.atomic():
            if "seen" in request.POST:
                check_unmoved(CaseRef(ref), request.POST["seen"], TAKEN)
            cases.take(CaseRef(ref), by=request.actor, now=request.now)
    except CaseMoved:
        return case_page(request, CaseRef(ref), held_up="act", status=409)
    catch_up()
    return redirect("desk:case", ref)


@require_POST
def note(request: DeskRequest, ref: str) -> HttpResponse:
    """Keep an internal note.  Its form, verb and template are its own: nothing here leads to a letter."""
    text = request.POST.get("note", "")
    who: dict[str, Any] = {"keys": request.keys, "by": request.actor, "now": request.now}
    try:
        with once(request, ref) as first:
            if first and AGAIN not in request.POST:
                twice.check_note(CaseRef(ref), text, **who)
            if first:
                cases.note(CaseRef(ref), text, **who)
    except CaseMoved:
        return case_page(request, CaseRef(ref), held_up="act", note_text=text, status=409)
    except SaidAlready as refusal:
        return case_page(request, CaseRef(ref), note_said=refusal.at, note_text=text, status=409)
    except Invalid as refusal:
        return case_page(request, CaseRef(ref), note_error=in_words(refusal), note_text=text, status=400)
    catch_up()
    return redirect("desk:case", ref)


@require_POST
def undelivered(request: DeskRequest, ref: str) -> HttpResponse:
    """The handler has seen that a letter came back; not one that came back after they looked."""
    case_queries.case_for(request.actor, CaseRef(ref), request.keys)
    return act(request, ref, "lost", lambda: returns.notice(CaseRef(ref), by=request.actor, now=request.now))


@require_safe
def file(request: DeskRequest, ref: str, file_id: str) -> HttpResponseBase:
    """A file that a reporter sent: always to be saved, never shown in our own origin."""
    found = case_queries.file_for_handler(request.actor, CaseRef(ref), file_id, request.keys, settings.MELDPUNT_DATA)
    return download(request, found.name, found.size, found.chunks, found.scan)


def case_page(request: DeskRequest, ref: CaseRef, status: int = 200, **more: Any) -> HttpResponse:
    """The case as it stands now.  ``more``: what was typed and could not be taken."""
    words = {**case_words(request, ref), "note_key": fresh_key(), **more}
    words["panels"] = panels(request, words["page"])
    return render(request, "desk/case.html", words, status=status)


def case_words(request: DeskRequest, ref: CaseRef) -> dict[str, Any]:
    """What every page about a case shows."""
    calendar = policy.current().policy.calendar
    page = conversation.case_page(request.actor, ref, keys=request.keys, calendar=calendar, now=request.now)
    owed = [promise for promise in page.promises if promise.owed and promise.listed]
    return {
        "page": page,
        "case": page.case,
        "reporter": page.reporter,
        "who": name_of(page),
        "who_first": page.reporter.shown or capfirst(name_of(page)),  # where it begins a sentence
        "judged": page.judgements[-1] if page.judgements else {},
        "owed": owed,
        "told": [promise for promise in page.promises if worth_telling(promise)],
        "news_by": latest_next_day(page.case.policy_version, request.now).isoformat(),
        "protection_out": labels.PROTECTION_OUT[page.sending.mode],
        "seen": seen(ref),
        "meanwhile": meanwhile.news(request, ref, calendar.zone),
        "there": meanwhile.others(request, ref, meanwhile.doing(request), calendar.zone),
        "doing": meanwhile.doing(request),
        "undoable": [item for item in page.items if _can_undo(item, request)],
        "items": _timeline(request, page),
        "zone": calendar.zone,
        "scanner": settings.CONFIG.clamd,
        "two_for": two_for(request, page),
    }


def two_for(request: DeskRequest, page: CasePage) -> dict[str, str]:
    """The acts for which the policy asks two people, each with what that means for who looks: said before they try."""
    review, handler = policy.current().policy.review, page.case.handler
    if not handler:
        means = gettext("The policy asks two people for this, and nobody handles this case yet: take it first.")
    elif handler.casefold() == request.actor.name.casefold():
        means = gettext("The policy asks two people for this. You handle the case, so somebody else has to do it.")
    else:
        means = gettext("The policy asks two people for this: who handles the case, and you.")
    return {act: means for act in Grave if is_asked(act, review)}


def _timeline(request: DeskRequest, page: CasePage) -> list[dict[str, Any]]:
    """Everything that happened, oldest first, with what was written to and by owners of systems in its place."""
    items = [(item.at, _shown(item, page)) for item in page.items]
    every = sorted((*items, *owners.memos(request, page.case.ref)), key=lambda pair: pair[0])
    return [{"happened_at": at, **shown} for at, shown in every]


def _can_undo(item: Item, request: DeskRequest) -> bool:
    """Whether it is a letter of one's own that has not gone yet."""
    mine = isinstance(item, Letter) and item.by == str(request.actor)
    return mine and isinstance(item, Letter) and item.open_from is not None and item.open_from > request.now


def _shown(item: Item, page: CasePage) -> dict[str, Any]:
    """One item of the timeline with the words around it.  Each kind has a template of its own."""
    who = name_of(page)
    if isinstance(item, Note):
        return {"template": "parts/slip.html", "note": item, "who": labels.person(item.by)}
    if isinstance(item, Event):
        return {"template": "parts/event.html", "at": item.at, **labels.event_words(item.kind, item.by, item.facts)}
    if item.elsewhere:
        return _from_elsewhere(item)
    ours = item.kind is RecordKind.TO_REPORTER
    words = {"name": who, "by": labels.person(item.by)}
    return {
        "template": "parts/letter.html",
        "letter": item,
        "shape": "out" if ours else "in",
        "heading": (gettext("Letter to %(name)s") if ours else gettext("Letter from %(name)s")) % words,
        "aside": gettext("written by %(by)s") % words if ours else labels.DOORS.get(item.door, item.door),
        "foot": labels.foot(item.protection, item.delivery),
    }


def _from_elsewhere(item: Letter) -> dict[str, Any]:
    """A letter that joined by its thread, from somebody else: for the handler to judge."""
    address = {"address": item.sender or gettext("no address")}
    return {
        "template": "parts/letter.html",
        "letter": item,
        "shape": "in",
        "heading": gettext("From another address: %(address)s, not the reporter") % address,
        "aside": labels.DOORS.get(item.door, item.door),
        "foot": " ".join(
            (
                gettext("It answers a letter of this case. What you write still goes to the reporter only."),
                labels.foot(item.protection, ""),
            )
        ),
    }


def name_of(page: CasePage) -> str:
    """What to call the reporter: their name, their address, or that they have none."""
    return page.reporter.shown or gettext("the anonymous reporter")


def act(request: DeskRequest, ref: str, name: str, work: Callable[[], object]) -> HttpResponse:
    """Do ``work`` once for this form.  What is refused is told in the panel ``name``, with what was typed.

    When the case went on, the page says above everything what happened, and its forms know of it.
    """
    try:
        with once(request, ref) as first:
            if first:
                work()
    except CaseMoved:
        return case_page(request, CaseRef(ref), held_up="act", typed=request.POST, status=409)
    except Invalid as refusal:
        return case_page(request, CaseRef(ref), wrong={name: in_words(refusal)}, typed=request.POST, status=400)
    except Conflict as refusal:
        return case_page(request, CaseRef(ref), wrong={name: in_words(refusal)}, typed=request.POST, status=409)
    catch_up()
    return redirect(f"{reverse('desk:case', args=[ref])}#{name}")


def catch_up() -> None:
    """Let the other rooms hear at once, so that a handler sees the effect of their own act."""
    import_string(settings.MELDPUNT_CATCH_UP)()
