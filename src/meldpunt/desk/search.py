"""Search: what is typed is posted, and then stands locked in the address of its answer.

So it can be loaded again, gone back to and kept, and neither a log nor a history can read it.  Narrowing is by
links.  The box in the header asks for a short list while one types.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meldpunt.desk import search_words
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.views import links as view_links
from meldpunt.policy import queries as policy
from meldpunt.triage import questions, searching, views
from meldpunt.triage.searching import Answer

PER_PAGE, QUICK = 15, 6


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: DeskRequest) -> HttpResponse:
    """Take what was typed to its address; without anything, say what one can ask."""
    typed = request.POST.get("asked", "").strip()
    if typed:
        return redirect("desk:found", questions.locked(typed, request.actor, request.keys))
    return render(request, "desk/search.html", {"examples": search_words.examples(get_language() or "en")})


@require_safe
def found(request: DeskRequest, question: str) -> HttpResponse:
    """The answer."""
    typed = questions.opened(question, request.actor, request.keys)
    page = _page(request.GET.get("page", ""))
    answer = _find(request, typed, page=page, size=PER_PAGE)
    words = {
        "asked": typed,
        "answer": answer,
        "filters": _filters(request, typed),
        "view_asked": typed,
        "views": view_links(request, views.of(request.actor, request.keys), asked=typed),
        "page": page,
        "before": page - 1,
        "next": page + 1 if answer.more else None,
        "zone": policy.current().policy.calendar.zone,
        "examples": search_words.examples(get_language() or "en") if not answer.found else (),
    }
    return render(request, "desk/search.html", words)


@require_POST
def quick(request: DeskRequest) -> HttpResponse:
    """A few cases for what has been typed so far: a piece of a page."""
    typed = request.POST.get("asked", "")
    words: dict[str, Any] = {"answer": _find(request, typed, size=QUICK, quick=True), "asked": typed}
    return render(request, "desk/search_quick.html", words)


def _find(request: DeskRequest, typed: str, **how: Any) -> Answer:
    calendar = policy.current().policy.calendar
    return searching.find(request.actor, typed, keys=request.keys, calendar=calendar, now=request.now, **how)


def _filters(request: DeskRequest, typed: str) -> list[dict[str, Any]]:
    """The links at the left: each is this question, narrowed."""
    groups = search_words.filters(typed, get_language() or "en")
    for group in groups:
        for link in group["links"]:
            link["question"] = questions.locked(link["asked"], request.actor, request.keys)
    return groups


def _page(text: str) -> int:
    return min(max(int(text), 1), searching.MOST_PAGES) if text.isdecimal() and len(text) < 4 else 1
