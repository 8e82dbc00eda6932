"""The first screen of the desk: what do we owe, to whom, by when?"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from meldpunt.conversation import queries as conversation
from meldpunt.desk import owed
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.remediation_words import WAITING
from meldpunt.ground.rights import Right, may
from meldpunt.policy import queries as policy
from meldpunt.promises import queries as promises
from meldpunt.promises.queries import Counts, Filter
from meldpunt.remediation import queries as remediation
from meldpunt.triage import queries as triage

PER_PAGE = 25  # what one person can look through; more is a link away


@require_safe
def inbox(request: DeskRequest) -> HttpResponse:
    if not may(request.actor, Right.CASE):  # an auditor, an administrator: what they came for is elsewhere
        return redirect("desk:score" if may(request.actor, Right.SCORE) else "desk:policy")
    language = get_language() or "en"
    calendar = policy.current().policy.calendar
    chosen = _chosen(request.GET.get("show", ""))
    page = _page(request.GET.get("page", ""))
    found = promises.inbox(
        request.actor, chosen, keys=request.keys, calendar=calendar, now=request.now, page=page, size=PER_PAGE
    )
    words = {
        "heading": owed.heading(found.counts, language),
        "groups": owed.groups(found.rows, calendar, request.now, language),
        "kept": found.kept_today,
        "undelivered": conversation.undelivered(),
        "waiting": [
            *((one, WAITING[one.why]) for one in remediation.waiting(request.now)),
            *((one, WAITING[one.why]) for one in triage.waiting()),
        ],
        "filters": filters(chosen, found.counts),
        "chosen": chosen,
        "page": page,
        "before": page - 1,
        "next": page + 1 if found.more else None,
        "zone": calendar.zone,
    }
    return render(request, "desk/inbox.html", words)


def filters(chosen: Filter, counts: Counts) -> list[dict[str, object]]:
    """The links at the left, each with how many rows it shows."""
    offered = [
        (Filter.EVERYTHING, gettext("Everything"), counts.everything),
        (Filter.MINE, gettext("Mine"), counts.mine),
        (Filter.NOBODYS, gettext("Nobody's"), counts.nobodys),
        (Filter.ASSESSMENTS, gettext("Assessments"), counts.assessments),
        (Filter.FIXES, gettext("Fixes"), counts.fixes),
        (Filter.UPDATES, gettext("News"), counts.updates),
    ]
    return [{"key": key, "word": word, "count": count, "current": key == chosen} for key, word, count in offered]


def _chosen(text: str) -> Filter:
    return Filter(text) if text in list(Filter) else Filter.EVERYTHING


def _page(text: str) -> int:
    return min(max(int(text), 1), 10_000) if text.isdecimal() and len(text) < 6 else 1
