"""The first screen of the desk: what do we owe, to whom, by when?"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from meldpunt.cases import access
from meldpunt.conversation import returns
from meldpunt.desk import density, owed, owners_words
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.remediation_words import WAITING
from meldpunt.desk.views import links as view_links
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import CaseRef
from meldpunt.owners import queries as owners
from meldpunt.policy import queries as policy
from meldpunt.promises import choosing
from meldpunt.promises import queries as promises
from meldpunt.promises.choosing import OFFERED, Choice
from meldpunt.promises.queries import Counts
from meldpunt.remediation import queries as remediation
from meldpunt.triage import queries as triage
from meldpunt.triage import views

HOMES = {Right.LEDGER: "desk:audit", Right.PEOPLE: "desk:people"}
PER_PAGE = 25  # what one person can look through; more is a link away
HEADINGS = {
    "whose": _("Whose"),
    "what": _("What"),
    "when": _("When"),
    "severity": _("Severity"),
    "state": _("State"),
}
WORDS = {
    "mine": _("Mine"),
    "nobodys": _("Nobody's"),
    "assessments": _("Assessments"),
    "fixes": _("Fixes"),
    "updates": _("News"),
    "late": _("Late"),
    "today": _("Today"),
    "week": _("This week"),
    "critical": _("Critical"),
    "high": _("High"),
    "medium": _("Medium"),
    "low": _("Low"),
    "unrated": _("Not yet rated"),
    "unassessed": _("Not yet assessed"),
    "confirmed": _("Confirmed"),
}


@require_safe
def inbox(request: DeskRequest) -> HttpResponse:
    if not may(request.actor, Right.CASE):  # an auditor, an administrator: what they came for is elsewhere
        return redirect(next((page for right, page in HOMES.items() if may(request.actor, right)), "desk:policy"))
    language = get_language() or "en"
    calendar = policy.current().policy.calendar
    kept = views.of(request.actor, request.keys)
    first = next((one.filters for one in kept if one.first), "")
    chosen = choosing.chosen(request.GET.get("show", first).split())
    page = _page(request.GET.get("page", ""))
    found = promises.inbox(
        request.actor, chosen, keys=request.keys, calendar=calendar, now=request.now, page=page, size=PER_PAGE
    )
    words = {
        "heading": owed.heading(found.counts, language),
        "groups": owed.groups(found.rows, calendar, request.now, language),
        "kept": found.kept_today,
        "undelivered": returns.undelivered(request.actor),
        "waiting": _waiting(request),
        "everything": found.counts.everything,
        "filters": filters(chosen, found.counts),
        "chosen": str(chosen),
        "view_filters": str(chosen),
        "views": view_links(request, kept, str(chosen)),
        "page": page,
        "before": page - 1,
        "next": page + 1 if found.more else None,
        "zone": calendar.zone,
        "rows": density.chosen(request),
        "densities": list(density.WORDS.items()),
    }
    return density.remember(request, render(request, "desk/inbox.html", words))


def _waiting(request: DeskRequest) -> list[tuple[CaseRef, Promise]]:
    """The cases in which somebody has to look and no clock says so, of those that this person may see."""
    found = [
        *((one.case, owners_words.WAITING[one.why]) for one in owners.waiting()),
        *((one.case, WAITING[one.why]) for one in remediation.waiting(request.now)),
        *((one.case, WAITING[one.why]) for one in triage.waiting()),
    ]
    seen = access.may_see(request.actor, [ref for ref, _why in found])
    return [(ref, why) for ref, why in found if ref in seen]


def filters(choice: Choice, counts: Counts) -> list[dict[str, object]]:
    """The links at the left, by kind: each with how many rows it shows beside what is chosen already."""
    return [
        {
            "heading": HEADINGS[facet],
            "links": [
                {
                    "key": word,
                    "word": WORDS[word],
                    "show": str(choice.turned(word)),
                    "count": counts.by_word[word],
                    "current": word in choice.words,
                }
                for word in words
            ],
        }
        for facet, words in OFFERED.items()
    ]


def _page(text: str) -> int:
    return min(max(int(text), 1), 10_000) if text.isdecimal() and len(text) < 6 else 1
