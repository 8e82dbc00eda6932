"""Who sits at the desk: where their reminders go, who is away, and who stands in.  Everybody edits their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from meldpunt.desk import accounts, labels
from meldpunt.desk.answer import DATES
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.ground.errors import Invalid
from meldpunt.ground.values import Language
from meldpunt.policy import queries as policy
from meldpunt.promises import colleagues, guard
from meldpunt.promises.guard import Person


@dataclass(frozen=True, slots=True)
class Row:
    """A colleague as the list shows them."""

    username: str
    name: str
    person: Person
    away: bool
    cover: str  # by the name that colleagues know


@require_safe
def people(request: DeskRequest) -> HttpResponse:
    """The list, one's own forms, and who is reminded when."""
    return _page(request)


@require_POST
def address(request: DeskRequest) -> HttpResponse:
    """Where one's own reminders go, and in which language."""
    typed = request.POST.get("language", "")
    language = typed if typed in set(Language) else Language.DUTCH

    def work() -> None:
        me, where = request.actor, request.POST.get("address", "")
        colleagues.set_address(me.name, where, language, by=me, now=request.now)

    return _own(request, "address", work)


@require_POST
def absence(request: DeskRequest) -> HttpResponse:
    """Away until a day, with somebody who stands in; or back."""

    def work() -> None:
        until = None if request.POST.get("act") == "back" else _day(request.POST.get("until", ""))
        cover = request.POST.get("cover", "")
        if cover not in {one.username for one in accounts.list_handlers() if one.active}:
            cover = ""
        me, today = request.actor, _today(request)
        colleagues.set_absence(me.name, until, cover, today, by=me, now=request.now)

    return _own(request, "absence", work)


def _own(request: DeskRequest, name: str, work: Callable[[], None]) -> HttpResponse:
    try:
        work()
    except (Invalid, ValidationError) as refusal:
        said = in_words(refusal) if isinstance(refusal, Invalid) else " ".join(refusal.messages)
        return _page(request, {name: said}, request.POST, 400)
    return redirect("desk:colleagues")


def _day(typed: str) -> date:
    """A day as people type it, or ``ValidationError``."""
    wrong = gettext("Write the date as year-month-day, like 2026-12-11.")
    field = forms.DateField(input_formats=DATES, error_messages={"invalid": wrong, "required": wrong})
    found: date = field.clean(typed)
    return found


def _today(request: DeskRequest) -> date:
    return request.now.astimezone(policy.current().policy.calendar.zone).date()


def _page(
    request: DeskRequest,
    wrong: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    handlers = [one for one in accounts.list_handlers() if one.active]
    known, today = colleagues.everybody(), _today(request)
    names = {one.username: one.name for one in handlers}
    rows = [_row(one.username, names, known, today) for one in handlers]
    me = request.actor.name
    words = {
        "rows": rows,
        "me": next((row for row in rows if row.username == me), None),
        "others": [row for row in rows if row.username != me],
        "steps": _steps(names, known, today),
        "languages": [(code, labels.LANGUAGES[code]) for code in Language],
        "language": known[me].language if me in known else get_language(),
        "today": today.isoformat(),
        "wrong": wrong or {},
        "typed": typed or {},
    }
    return render(request, "desk/colleagues.html", words, status=status)


def _row(username: str, names: Mapping[str, str], known: Mapping[str, Person], today: date) -> Row:
    person = known.get(username, Person(username, ""))
    away = person.absent_until is not None and person.absent_until >= today
    return Row(username, names[username], person, away, names.get(person.cover, person.cover))


def _steps(names: Mapping[str, str], known: Mapping[str, Person], today: date) -> dict[str, Any]:
    """Whom each reminder reaches today, by name."""
    published = policy.current().policy
    active = {name: one for name, one in known.items() if name in names}
    last = guard.responsible(
        published.team.responsible_mail, published.team.lead, active, today, published.languages[0]
    )
    return {
        "team": [names[one.name] for one in guard.team(active, today)],
        "last": [names.get(one.name, one.name) or one.address for one in last],
    }
