"""Figures of the work at the desk: over time, as plots with their tables, and as CSV."""

import csv
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from meldpunt.cases import figures as cases
from meldpunt.desk import labels
from meldpunt.desk.middleware import DeskRequest
from meldpunt.ground.values import Actor, Role
from meldpunt.ledger import log
from meldpunt.oversight import periods, words
from meldpunt.oversight.figures import AGES, Figures, Period, Took, figures
from meldpunt.oversight.periods import By, Stretch
from meldpunt.oversight.plot import Plot, SpanPlot, plot, spans
from meldpunt.oversight.rules import SEVERITIES, Outcome
from meldpunt.policy import queries as policy

PATTERNS = "abcdef"
IN_HOURS = 72  # a longer wait is told in days


@dataclass(frozen=True, slots=True)
class Table:
    """A plot and the table with the same numbers.  ``legend``: pattern and word, from the ground up."""

    id: str
    title: str
    said: str
    plot: Plot
    legend: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...], int], ...]


@dataclass(frozen=True, slots=True)
class Times:
    """A plot of waits and its table: for each period how many, the median and what nine of ten stay below."""

    id: str
    title: str
    said: str
    plot: SpanPlot
    rows: tuple[tuple[str, int, str, str], ...]


@require_safe
def page(request: DeskRequest) -> HttpResponse:
    asked, chosen, zone, since = _asked(request)
    found = _found(request.actor, asked, zone, request.now)
    today = request.now.astimezone(zone).date()
    context = {
        "tables": [_doors(found, asked), _severities(found, asked)],
        "times": [one for one in (_answers(found, asked), _assessments(found, asked), _fixes(found, asked)) if one],
        "promises": _promises(found, asked),
        "fixes": [(name, _days(t.median), _days(t.ninety), t.count) for name, t in _in_order(found.fixes)],
        "ages": list(zip(_age_words(), found.ages, strict=True)),
        "open": sum(found.ages),
        "most": max(found.ages) or 1,
        "reports": sum(one.reports for one in found.periods),
        "first": asked.first,
        "stretches": _links(chosen, asked.by, [("year", gettext("The last 12 months"))], today, since),
        "grains": [
            {"href": f"?period={chosen}&by={by}", "word": word, "current": asked.by == by}
            for by, word in ((By.MONTH, gettext("By month")), (By.QUARTER, gettext("By quarter")))
        ],
        "csv": f"?period={chosen}&by={asked.by}",
    }
    return render(request, "desk/figures.html", context)


@require_safe
def as_csv(request: DeskRequest) -> HttpResponse:
    """Every number on a line of its own: which figure, of which period, of what, and how much."""
    asked, _, zone, _ = _asked(request)
    found = _found(request.actor, asked, zone, request.now)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="figures.csv"'
    lines = csv.writer(response)
    lines.writerow(["figure", "from", "of", "number"])
    for period in found.periods:
        lines.writerows((figure, period.first.isoformat(), of, number) for figure, of, number in _numbers(period))
    for name, one in _in_order(found.fixes):
        lines.writerows(_took(f"days_to_fix_{name or 'not_rated'}", asked.first, one))
    ages = [f"up_to_{days}_days" for days in AGES]
    for of, number in zip([*ages, f"over_{AGES[-1]}_days"], found.ages, strict=True):
        lines.writerow(["open", "", of, number])
    return response


def _numbers(period: Period) -> Iterator[tuple[str, str, int]]:
    yield "reports", "", period.reports
    yield from (("reports_by_door", door, number) for door, number in sorted(period.doors.items()))
    yield from (
        ("reports_by_severity", severity or "not_rated", number)
        for severity, number in sorted(period.severities.items())
    )
    yield from (("promises", outcome, period.promises.get(outcome, 0)) for outcome in Outcome)
    waits = (
        ("hours_to_first_answer", period.answer),
        ("hours_to_assessment", period.assessment),
        ("days_to_fix", period.fix),
    )
    for name, wait in waits:
        if wait:
            yield from ((name, of, number) for _, _, of, number in _took(name, period.first, wait))


def _took(figure: str, first: date, one: Took) -> Iterator[tuple[str, str, str, int]]:
    for of, number in (("count", one.count), ("median", one.median), ("nine_of_ten", one.ninety)):
        yield figure, first.isoformat(), of, number


def _asked(request: DeskRequest) -> tuple[Stretch, str, ZoneInfo, date]:
    """What was asked for, its name for links, the zone, and the day of the first report."""
    zone = policy.current().policy.calendar.zone
    today = request.now.astimezone(zone).date()
    first = cases.first_arrival()
    since = first.astimezone(zone).date() if first else today
    chosen = request.GET.get("period", "year")
    if chosen not in ("year", "all", *map(str, periods.years(today, since))):
        chosen = "year"
    return periods.stretch(chosen, request.GET.get("by", By.MONTH), today, since), chosen, zone, since


def _links(chosen: str, by: By, first: list[tuple[str, str]], today: date, since: date) -> list[dict[str, object]]:
    years = [(str(year), str(year)) for year in periods.years(today, since)]
    return [
        {"href": f"?period={key}&by={by}", "word": word, "current": key == chosen}
        for key, word in [*first, *years, ("all", gettext("Everything"))]
    ]


def _found(viewer: Actor, asked: Stretch, zone: ZoneInfo, now: datetime) -> Figures:
    """Counted at most once a minute, and anew when something happened."""
    folder = str(settings.MELDPUNT_DATA)
    return _counted(viewer.role, asked, zone, folder, log.length(), now.replace(second=0, microsecond=0))


@functools.lru_cache(maxsize=8)
def _counted(role: str, asked: Stretch, zone: ZoneInfo, folder: str, entries: int, now: datetime) -> Figures:
    return figures(Actor(Role(role), "desk"), asked, zone, now)


def _label(first: date, by: By) -> str:
    if by is By.QUARTER:
        return gettext("Q%(number)d %(year)d") % {"number": (first.month + 2) // 3, "year": first.year}
    return date_format(first, "M Y")


def _long(first: date, by: By) -> str:
    return _label(first, by) if by is By.QUARTER else date_format(first, "F Y")


def _table(
    id: str,
    title: str,
    asked: Stretch,
    found: Figures,
    names: Sequence[tuple[str, str, str]],
    of: Callable[[Period], Mapping[Any, int]],
) -> Table:
    """``names``: key, pattern and word of each part, from the ground up."""
    order = [pattern for _, pattern, _ in names]
    columns = [
        (_label(one.first, asked.by), {pattern: of(one).get(key, 0) for key, pattern, _ in names})
        for one in found.periods
    ]
    rows = tuple(
        (_long(one.first, asked.by), tuple(of(one).get(key, 0) for key, _, _ in names), sum(of(one).values()))
        for one in reversed(found.periods)
    )
    said = gettext("%(title)s: bars over time. The table below has the same numbers.") % {"title": title}
    legend = tuple((pattern, word) for _, pattern, word in names)
    return Table(id, title, said, plot(columns, order), legend, tuple(word for _, _, word in names), rows)


def _doors(found: Figures, asked: Stretch) -> Table:
    doors = sorted({door for one in found.periods for door in one.doors})
    names = [(door, PATTERNS[n % 6], str(labels.DOORS.get(door, door)).capitalize()) for n, door in enumerate(doors)]
    return _table("doors", gettext("Reports, by how they came"), asked, found, names, lambda one: one.doors)


def _severities(found: Figures, asked: Stretch) -> Table:
    known = {severity for one in found.periods for severity in one.severities}
    order = [severity for severity in (*SEVERITIES, "") if severity in known]
    names = [(severity, PATTERNS[n], str(words.SEVERITIES[severity])) for n, severity in enumerate(order)]
    return _table("severities", gettext("Reports, by severity"), asked, found, names, lambda one: one.severities)


def _promises(found: Figures, asked: Stretch) -> Table:
    names = [(outcome, f"{outcome}", words.outcome_words(outcome)) for outcome in Outcome]
    title = gettext("Promises, by when they were due")
    return _table("promises", title, asked, found, names, lambda one: one.promises)


def _answers(found: Figures, asked: Stretch) -> Times | None:
    title = gettext("Until the first answer of a person")
    return _waits("answers", title, asked, found, lambda one: one.answer)


def _assessments(found: Figures, asked: Stretch) -> Times | None:
    return _waits("assessments", gettext("Until the assessment"), asked, found, lambda one: one.assessment)


def _fixes(found: Figures, asked: Stretch) -> Times | None:
    return _waits("fixes", gettext("Until the solution"), asked, found, lambda one: one.fix, days=True)


def _waits(
    id: str, title: str, asked: Stretch, found: Figures, of: Callable[[Period], Took | None], *, days: bool = False
) -> Times | None:
    known = [(one, wait) for one in found.periods if (wait := of(one))]
    if not known:
        return None
    hours = not days and max(wait.ninety for _, wait in known) <= IN_HOURS

    def whole(value: int) -> int:
        return value if days or hours else -(-value // 24)

    columns = [
        (_label(one.first, asked.by), (whole(wait.median), whole(wait.ninety)) if (wait := of(one)) else None)
        for one in found.periods
    ]
    told = _hours if hours else _days
    rows = tuple(
        (_long(one.first, asked.by), wait.count, told(whole(wait.median)), told(whole(wait.ninety)))
        for one, wait in reversed(known)
    )
    unit = gettext("hours") if hours else gettext("days")
    said = gettext(
        "%(title)s, in %(unit)s: the median, and what nine of ten stay below. The table has the same numbers."
    )
    return Times(id, f"{title}, {unit}", said % {"title": title, "unit": unit}, spans(columns), rows)


def _hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _in_order(fixes: Mapping[str, Took]) -> list[tuple[str, Took]]:
    return [(severity, fixes[severity]) for severity in (*SEVERITIES, "") if severity in fixes]


def _age_words() -> list[str]:
    first = gettext("Up to %(days)d days") % {"days": AGES[0]}
    between = [gettext("%(low)d to %(high)d days") % {"low": low + 1, "high": high} for low, high in pairwise(AGES)]
    return [first, *between, gettext("More than %(days)d days") % {"days": AGES[-1]}]
