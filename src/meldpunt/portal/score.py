"""The public score: how many promises were kept, as a page, as JSON and as a feed."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from meldpunt.oversight import queries, words
from meldpunt.oversight.document import cell_of
from meldpunt.oversight.queries import Public
from meldpunt.oversight.rules import Outcome, Quarter
from meldpunt.policy.shape import clause_words
from meldpunt.portal.middleware import PortalRequest
from meldpunt.portal.policy import published_or_refuse

HOUR = "public, max-age=3600"
ALWAYS = (Outcome.KEPT, Outcome.LATE, Outcome.MISSED)  # the other columns only where there is something in them


@dataclass(frozen=True, slots=True)
class Row:
    """One period.  ``cells`` are the words that stand under the ``columns`` of its section."""

    first: Quarter
    last: Quarter
    drawn_on: date
    cells: tuple[str, ...]
    median: int | None

    @property
    def period(self) -> str:
        return words.period_words(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Section:
    """One sentence of the policy, newest period first.  ``timed``: some of its periods have a median."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    timed: bool


@require_safe
def score(request: PortalRequest) -> HttpResponse:
    """The page.  There is none when the policy says that the score is not public."""
    public = _public(request)
    sections = _sections(request, public) if public else []
    document = public.document if public else {}
    context: dict[str, Any] = {
        "here": "score",
        "public": public,
        "sections": [one for one in sections if one.rows],
        "few": [one for one in sections if not one.rows],
        "since": date.fromisoformat(document["since"]) if public else None,
        "newest": date.fromisoformat(document["drawn_on"]) if public else None,
        "entries": document.get("log_entries"),
        "times": document.get("days_to_fix", []),
        "zone": published_or_refuse(request).policy.calendar.zone,
    }
    return render(request, "portal/score.html", context)


@require_safe
def as_json(request: PortalRequest) -> HttpResponse:
    """The document exactly as it was drawn: its SHA-256 stands in the log."""
    public = _public(request)
    if public is None:
        raise Http404
    response = HttpResponse(public.text, content_type="application/json")
    response["Cache-Control"] = HOUR
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def feed(request: PortalRequest) -> HttpResponse:
    """Atom: an entry for each period of each promise, renewed when its numbers change."""
    public = _public(request)
    if public is None:
        raise Http404
    policy = published_or_refuse(request).policy
    base, language = settings.CONFIG.portal_address.rstrip("/"), get_language() or "en"
    page = base + reverse("score")
    title = gettext("Promises kept and missed: %(name)s") % {"name": policy.organisation.name.said_in(language)}
    atom = Atom1Feed(title, page, "", language=language, feed_url=base + reverse("score-feed"), feed_guid=page)
    for section in _sections(request, public):
        for row in section.rows:
            at = datetime.combine(row.drawn_on, time(12), policy.calendar.zone)
            unique = f"{page}#{section.id}-{row.first}-{row.last}"
            heading = f"{section.title}: {row.period}"
            atom.add_item(heading, f"{page}#{section.id}", in_words(section, row), unique_id=unique, updateddate=at)
    response = HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = HOUR
    return response


def _public(request: PortalRequest) -> Public | None:
    """None when nothing was drawn yet."""
    if not published_or_refuse(request).policy.score_public:
        raise Http404
    return queries.public()


def _sections(request: PortalRequest, public: Public) -> list[Section]:
    policy, language = published_or_refuse(request).policy, get_language() or "en"
    return [
        _section(one, clause_words(policy.clause(one["id"]), language).title) for one in public.document["promises"]
    ]


def _section(promise: dict[str, Any], title: str) -> Section:
    cells = [{outcome: cell_of(one[outcome.replace("-", "_")]) for outcome in Outcome} for one in promise["periods"]]
    shown = [outcome for outcome in Outcome if outcome in ALWAYS or any(one[outcome].high for one in cells)]
    rows = [
        Row(
            Quarter.read(one["from"]),
            Quarter.read(one["to"]),
            date.fromisoformat(one["drawn_on"]),
            tuple(words.cell_words(found[outcome]) for outcome in shown),
            one.get("median_working_days"),
        )
        for one, found in zip(promise["periods"], cells, strict=True)
    ]
    timed = any(row.median is not None for row in rows)
    return Section(promise["id"], title, tuple(map(words.outcome_words, shown)), tuple(reversed(rows)), timed)


def in_words(section: Section, row: Row) -> str:
    """Kept: 36 to 39.  Kept late: 1 to 4."""
    return " ".join(f"{word}: {cell}." for word, cell in zip(section.columns, row.cells, strict=True))
