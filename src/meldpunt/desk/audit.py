"""For an auditor: what was promised in every case and whether it was kept, by reference alone; and proof of the log.

Nothing here opens a seal: no title, no letter, and nothing of who reported.
"""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from meldpunt.desk.middleware import DeskRequest
from meldpunt.ledger import log, proof
from meldpunt.policy import queries as policy
from meldpunt.promises import queries as promises
from meldpunt.promises.rules import SENTENCE

PER_PAGE = 50
COLUMNS = ("case", "sentence", "promise", "number", "state", "started_at", "due_on", "kept_at", "kept_by", "moved")


@require_safe
def audit(request: DeskRequest) -> HttpResponse:
    return _page(request)


@require_POST
def check(request: DeskRequest) -> HttpResponse:
    """Recompute the whole log, or look for the head that a letter carries."""
    stream, head = request.POST.get("case", "").strip().upper()[:40], request.POST.get("head", "")[:200]
    if "letter" in request.POST:
        return _page(request, asked={"case": stream, "head": head}, stands=proof.stands(stream, head))
    return _page(request, verdict=proof.verify())


@require_safe
def as_csv(request: DeskRequest) -> StreamingHttpResponse:
    """Every promise, a line each."""
    return _file("promises.csv", "text/csv; charset=utf-8", _lines(request))


@require_safe
def export(request: DeskRequest) -> StreamingHttpResponse:
    """The log as it is: one entry as JSON in every line, to be checked without us."""
    return _file("log.jsonl", "application/jsonl; charset=utf-8", map(_entry, log.everything()))


def _file(name: str, content_type: str, lines: Iterator[str]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _entry(found: log.Entire) -> str:
    return json.dumps(found, default=str, sort_keys=True) + "\n"


def _lines(request: DeskRequest) -> Iterator[str]:
    calendar = policy.current().policy.calendar
    yield _line(COLUMNS)
    for one in promises.every_promise(request.actor, calendar, request.now):
        yield _line(
            (
                one.case, SENTENCE[one.kind], one.kind, one.number, one.state, one.started_at.isoformat(),
                one.due_on, one.kept_at.isoformat() if one.kept_at else "", one.kept_by, one.moved,
            )
        )  # fmt: skip


def _line(cells: tuple[Any, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _page(request: DeskRequest, **more: Any) -> HttpResponse:
    typed = request.GET.get("page", "")
    page = min(max(int(typed), 1), 100_000) if typed.isdecimal() and len(typed) < 7 else 1
    calendar = policy.current().policy.calendar
    rows, further = promises.by_case(request.actor, calendar, request.now, page, PER_PAGE)
    shown = {
        "rows": rows,
        "entries": log.length(),
        "page": page,
        "before": page - 1,
        "next": page + 1 if further else None,
        "zone": calendar.zone,
        **more,
    }
    return render(request, "desk/audit.html", shown)
