"""The score at the desk: exact, with the cases behind it, over time, and as CSV."""

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_safe

from meldpunt.desk.middleware import DeskRequest
from meldpunt.ground.values import Actor, CaseRef, Role
from meldpunt.ledger import log
from meldpunt.oversight import queries, words
from meldpunt.oversight.plot import Plot, plot
from meldpunt.oversight.queries import Score
from meldpunt.oversight.rules import SENTENCES, SEVERITIES, Outcome, Quarter, Tally, midpoint
from meldpunt.policy import queries as policy
from meldpunt.policy.shape import clause_words

PLOTTED = 8  # quarters
NAMED = (Outcome.LATE, Outcome.MISSED, Outcome.OPEN)  # the cases of these are worth looking at
ALWAYS = (Outcome.KEPT, Outcome.LATE, Outcome.MISSED)


@dataclass(frozen=True, slots=True)
class Row:
    """One quarter: the numbers, all of them together, the median, and the cases behind (words, references)."""

    quarter: str
    cells: tuple[int, ...]
    total: int
    median: int | None
    named: tuple[tuple[str, tuple[CaseRef, ...]], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One sentence, newest quarter first; the plot runs the other way."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    timed: bool
    plot: Plot

    @property
    def named(self) -> bool:
        """Whether there is any case to be named."""
        return any(row.named for row in self.rows)


@require_safe
def score(request: DeskRequest) -> HttpResponse:
    published = policy.current()
    zone = published.policy.calendar.zone
    today = Quarter.of(request.now.astimezone(zone).date())
    found = _score(request.actor, request.now)
    language = get_language() or "en"
    titles = {one: clause_words(published.policy.clause(one), language).title for one in SENTENCES}
    context = {
        "sections": [_section(one, titles[one], found, today) for one in SENTENCES if found.found[one]],
        "uncounted": [titles[one] for one in SENTENCES if not found.found[one]],
        "times": [(name, *_half(found.days_to_fix[name])) for name in SEVERITIES if found.days_to_fix.get(name)],
        "outcomes": [(outcome, words.outcome_words(outcome)) for outcome in Outcome],
        "since": found.since,
        "entries": found.entries,
        "most": queries.MOST_NAMED,
        "public": f"{settings.CONFIG.portal_address.rstrip('/')}/score/" if published.policy.score_public else "",
        "zone": zone,
    }
    return render(request, "desk/score.html", context)


@require_safe
def as_csv(request: DeskRequest) -> HttpResponse:
    """Every number, a line for each sentence and quarter; references are separated by spaces."""
    found = _score(request.actor, request.now)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="score.csv"'
    lines = csv.writer(response)
    lines.writerow(
        ["promise", "quarter", *(outcome.replace("-", "_") for outcome in Outcome), "median_working_days"]
        + [f"cases_{outcome.replace('-', '_')}" for outcome in NAMED]
    )
    for sentence in SENTENCES:
        for quarter, tally in sorted(found.found[sentence].items()):
            cases = [" ".join(found.named.get((sentence, quarter, outcome), ())) for outcome in NAMED]
            numbers = [tally.counts.get(outcome, 0) for outcome in Outcome]
            lines.writerow([sentence, quarter, *numbers, midpoint(tally.took), *cases])
    return response


def _score(viewer: Actor, now: datetime) -> Score:
    """Counted at most once a minute, and anew when something happened."""
    whole = _counted(str(settings.MELDPUNT_DATA), log.length(), now.replace(second=0, microsecond=0))
    return queries.for_viewer(viewer, whole)


@functools.lru_cache(maxsize=1)
def _counted(folder: str, entries: int, now: datetime) -> Score:
    return queries.score(Actor(Role.AUDITOR, "desk"), now)


def _section(sentence: str, title: str, score: Score, today: Quarter) -> Section:
    found: Mapping[Quarter, Tally] = score.found[sentence]
    shown = [one for one in Outcome if one in ALWAYS or any(tally.counts.get(one) for tally in found.values())]
    rows = tuple(
        Row(
            words.quarter_words(quarter),
            tuple(tally.counts.get(outcome, 0) for outcome in shown),
            tally.total,
            midpoint(tally.took),
            _named(sentence, quarter, score),
        )
        for quarter, tally in sorted(found.items(), reverse=True)
    )
    past = [quarter for quarter in sorted(found) if quarter <= today][-PLOTTED:]
    drawn = plot([(words.quarter_mark(quarter), found[quarter].counts) for quarter in past])
    timed = any(row.median is not None for row in rows)
    return Section(sentence, title, tuple(map(words.outcome_words, shown)), rows, timed, drawn)


def _named(sentence: str, quarter: Quarter, score: Score) -> tuple[tuple[str, tuple[CaseRef, ...]], ...]:
    found = ((outcome, score.named.get((sentence, quarter, outcome), ())) for outcome in NAMED)
    return tuple((words.outcome_words(outcome), refs) for outcome, refs in found if refs)


def _half(days: tuple[int, ...]) -> tuple[str, int]:
    middle = midpoint(days) or 0
    return ngettext("%(count)d day", "%(count)d days", middle) % {"count": middle}, len(days)
