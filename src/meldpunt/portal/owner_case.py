"""The page of an owner who is in: what has to be solved, by when, the conversation with the desk, and their acts."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from meldpunt.conversation.errors import SaidAlready
from meldpunt.ground.errors import Conflict, Invalid, NotFound
from meldpunt.ground.values import OWNER
from meldpunt.owners import acting, passes, queries
from meldpunt.owners.errors import BadDay
from meldpunt.owners.kept import Entry
from meldpunt.owners.passes import Looking, Opened
from meldpunt.owners.queries import OwnerPage
from meldpunt.owners.rules import EntryKind, State, masked
from meldpunt.policy import queries as policy
from meldpunt.portal.forms import fresh
from meldpunt.portal.middleware import PortalRequest
from meldpunt.portal.owner import VISIT, ask, keep
from meldpunt.portal.pages import say, status_of
from meldpunt.portal.uploads import uploads_of

HEADINGS: dict[State, Promise] = {
    State.WORKING: _("Will you solve this?"),
    State.SOLVED: _("You said that it is solved"),
    State.BACK: _("You gave this back"),
}
FIELDS = {"date": "on", "solved": "solved-on", "write": "text", "back": "why"}  # where the cursor goes
LEADS: dict[State, Promise] = {
    State.WORKING: _("Read what it is, ask what you need to know, and tell us by when it can be solved."),
    State.SOLVED: _("Thank you. We look at it, and come back to you here if anything is left."),
    State.BACK: _("Thank you for looking. If it is yours after all, name a date below."),
}


@require_safe
def case(request: PortalRequest) -> HttpResponse:
    return _in(request, lambda looking: _page(request, looking))


@require_POST
def write(request: PortalRequest) -> HttpResponse:
    """A message, with files, to the desk."""
    text = request.POST.get("text", "")
    again = "again" in request.POST
    return _act(request, "write", lambda who: acting.write(text=text, files=uploads_of(request), again=again, **who))


@require_POST
def propose(request: PortalRequest) -> HttpResponse:
    """By when it can be solved."""
    reason = request.POST.get("reason", "")
    return _act(request, "date", lambda who: acting.propose(on=_day(request), reason=reason, **who))


@require_POST
def solved(request: PortalRequest) -> HttpResponse:
    """It is solved."""
    text = request.POST.get("done", "")
    return _act(request, "solved", lambda who: acting.say_solved(on=_day(request), text=text, files=(), **who))


@require_POST
def give_back(request: PortalRequest) -> HttpResponse:
    """It is not ours."""
    reason = request.POST.get("why", "")
    return _act(request, "back", lambda who: acting.give_back(reason=reason, **who))


@require_safe
def file(request: PortalRequest, file_id: str) -> HttpResponseBase:
    """A file of one's own thread, always as a download."""
    request.private = True
    looking = passes.looking(request.COOKIES.get(VISIT, ""), request.now)
    content = queries.file_for_owner(looking, file_id, settings.MELDPUNT_DATA)
    first = next(content.chunks, b"")  # a file that cannot be opened is refused before anything is sent
    response = StreamingHttpResponse(chain((first,), content.chunks), content_type="application/octet-stream")
    response["Content-Length"] = str(content.size)
    response["Content-Disposition"] = content_disposition_header(True, content.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _in(request: PortalRequest, answer: Callable[[Looking], HttpResponse]) -> HttpResponse:
    """Answer for the visit that the cookie shows; what is over, or was withdrawn meanwhile, asks for the link."""
    request.private = True
    secret = request.COOKIES.get(VISIT, "")
    try:
        response = answer(passes.looking(secret, request.now))
    except NotFound as refusal:
        unsent = any(request.POST.get(name) for name in ("text", "reason", "done", "why"))
        return ask(request, status=403, ended=say(refusal), typed=request.POST if unsent else {})
    keep(response, Opened(visit=secret))
    return response


def _act(request: PortalRequest, name: str, work: Callable[[dict[str, Any]], bool]) -> HttpResponse:
    """Do what a form of the page posted; refusals are told in that form, with what was typed."""

    def answer(looking: Looking) -> HttpResponse:
        once = request.POST.get("once", "")[:64]
        who = {"looking": looking, "once": f"{name}|{once}" if once else "", "by": OWNER, "now": request.now}
        try:
            if request.arriving.trouble is not None:
                raise request.arriving.trouble
            with transaction.atomic():
                if work(who):
                    request.arriving.keep()
        except SaidAlready as refusal:
            return _page(request, looking, status=409, said_at=refusal.at)
        except (Invalid, Conflict) as refusal:
            return _page(request, looking, status=status_of(refusal), wrong={name: say(refusal)})
        import_string(settings.MELDPUNT_CATCH_UP)()
        return HttpResponseRedirect(f"{reverse('owner-case')}#{name}")

    return _in(request, answer)


def _day(request: PortalRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("on", "").strip())
    except ValueError:
        raise BadDay("Write the date as year-month-day, like 2026-12-11.") from None


def _page(
    request: PortalRequest,
    looking: Looking,
    *,
    status: int = 200,
    wrong: dict[str, str] | None = None,
    said_at: datetime | None = None,
) -> HttpResponse:
    page, zone = queries.page_for(looking), policy.current().policy.calendar.zone
    words: dict[str, Any] = {
        "here": "owner",
        "page": page,
        "heading": HEADINGS[page.state],
        "lead": LEADS[page.state],
        "lines": [_line(entry) for entry in page.entries if entry.id != page.technical.id],
        "address": masked(page.who.address),
        "may": {act.replace("-", "_"): True for act in page.acts},
        "once": fresh(),
        "today": request.now.astimezone(zone).date().isoformat(),
        "zone": zone,
        "wrong": wrong or {},
        "said_at": said_at,
        "mistakes": [(FIELDS[name], sentence) for name, sentence in (wrong or {}).items()],
        "typed": request.POST if wrong or said_at else {},
        "files_lost": bool((wrong or said_at) and (request.FILES or request.arriving.trouble)),
        "agreed": _agreed(page),
    }
    return render(request, "portal/owner_case.html", words, status=status)


def _line(entry: Entry) -> dict[str, Any]:
    """One item of the conversation: a sheet when it has words or files, else a line."""
    return {"entry": entry, "kind": entry.kind, "sheet": bool(entry.text or entry.files), "yours": entry.by_owner}


def _agreed(page: OwnerPage) -> bool:
    """Whether a day was agreed on with this owner, and not only told."""
    return any(entry.kind is EntryKind.AGREED and entry.on == page.expected_on for entry in page.entries)
