"""Views that somebody keeps: links at the left of the first screen and of what was found."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.ground.errors import Invalid
from meldpunt.promises import choosing
from meldpunt.triage import questions, views
from meldpunt.triage.views import View


@require_POST
def keep(request: DeskRequest) -> HttpResponse:
    """Keep what is shown under a name, and go back to it."""
    posted = request.POST
    filters = str(choosing.chosen(posted.get("filters", "").split()))
    asked = posted.get("asked_for", "").strip()
    first = posted.get("first") == "1" and not asked
    try:
        views.keep(
            posted.get("name", ""),
            filters=filters,
            asked=asked,
            first=first,
            keys=request.keys,
            by=request.actor,
            now=request.now,
        )
    except Invalid as refusal:
        words = {
            "wrong": in_words(refusal),
            "view_filters": filters,
            "view_asked": asked,
            "name": posted.get("name", ""),
        }
        return render(request, "desk/view_keep_page.html", words, status=400)
    return redirect(_where(request, filters, asked))


@require_POST
def drop(request: DeskRequest, view: int) -> HttpResponse:
    views.drop(view, by=request.actor, now=request.now)
    return redirect(f"{reverse('desk:inbox')}?show=everything")


def links(request: DeskRequest, kept: tuple[View, ...], filters: str = "", asked: str = "") -> list[dict[str, Any]]:
    """The views as links; ``filters`` and ``asked``: what is shown now."""
    return [
        {
            "id": one.id,
            "name": one.name,
            "where": _where(request, one.filters, one.asked),
            "first": one.first,
            "current": (one.asked == asked) if one.asked else not asked and one.filters == filters,
        }
        for one in kept
    ]


def _where(request: DeskRequest, filters: str, asked: str) -> str:
    if asked:
        return reverse("desk:found", args=[questions.locked(asked, request.actor, request.keys)])
    return f"{reverse('desk:inbox')}?{urlencode({'show': filters or 'everything'})}"
