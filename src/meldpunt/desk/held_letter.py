"""One held letter, and what a handler does with it: open, join, ask again, wait, spam.

What is shown was read without any key, by the opener; the bytes themselves can only be saved.
Each act is one click, and a second click finds it done.
"""

import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from meldpunt.cases import access
from meldpunt.cases import queries as cases
from meldpunt.cases.errors import NoSuchCase
from meldpunt.conversation import holding
from meldpunt.conversation.quoting import pieces
from meldpunt.desk import labels
from meldpunt.desk.answer import letterhead
from meldpunt.desk.case import catch_up
from meldpunt.desk.downloads import download
from meldpunt.desk.held import safe_part
from meldpunt.desk.middleware import STATUS, DeskRequest, in_words
from meldpunt.desk.sending import fresh_key, once
from meldpunt.ground.errors import Refusal
from meldpunt.ground.values import CaseRef
from meldpunt.intake import commands as intake_commands
from meldpunt.intake import queries as intake
from meldpunt.intake.errors import AlreadySettled, BadWait, NoSuchItem
from meldpunt.intake.queries import SetAside
from meldpunt.intake.rules import LONGEST_WAIT, MOST_ASKED, Outcome, SafePart
from meldpunt.policy import queries as policy
from meldpunt.vault import files
from meldpunt.vault.files import SealedFile
from meldpunt.vault.rules import Receipt, receipt_from_random


@require_safe
def letter(request: DeskRequest, token: str) -> HttpResponse:
    """The letter, or the case that it became."""
    try:
        return _page(request, intake.set_aside(token))
    except NoSuchItem:
        return redirect("desk:case", _case_of(request, token))


def _case_of(request: DeskRequest, token: str) -> CaseRef:
    """The case that a letter went to.  ``NoSuchItem`` for what was never held, or went where one may not look."""
    outcome, _why, ref = intake.outcome_of(token)
    if outcome not in (Outcome.OPENED, Outcome.JOINED) or not access.sees(request.actor, ref):
        raise NoSuchItem("There is no such letter in the spool.")
    return CaseRef(ref)


def _page(request: DeskRequest, aside: SetAside, status: int = 200, **more: str) -> HttpResponse:
    """``more``: what was typed, and what was wrong with it."""
    safe = safe_part(request, aside.token)
    zone = policy.current().policy.calendar.zone
    today = request.now.astimezone(zone).date()
    words: dict[str, Any] = {
        "letter": aside,
        "safe": safe,
        "pieces": pieces(safe.text),
        "why": labels.WHY_HELD.get(aside.why, aside.why),
        "what_to_do": labels.WHAT_TO_DO.get(aside.why, ""),
        "door": labels.DOORS.get(aside.door, aside.door),
        "belongs": cases.belongs_to(safe.references, request.keys) or "",
        "may_ask": bool(safe.sender) and aside.asked < MOST_ASKED and aside.why not in labels.READABLE,
        "once": fresh_key(),
        "today": today,
        "last_day": today + LONGEST_WAIT,
        "soon": today + timedelta(days=7),
        "zone": zone,
        "scanner": settings.CONFIG.clamd,
        **more,
    }
    return render(request, "desk/held_letter.html", words, status=status)


@require_safe
def raw(request: DeskRequest, token: str) -> HttpResponseBase:
    """The letter exactly as it came, to be saved."""
    intake.set_aside(token)
    found = intake.arrived(token, request.keys, settings.MELDPUNT_DATA)
    return download(request, holding.LETTER, len(found.raw), iter((found.raw,)))


@require_safe
def file(request: DeskRequest, token: str, place: int) -> HttpResponseBase:
    """A file of the safe part."""
    intake.set_aside(token)
    held = safe_part(request, token).files
    if place >= len(held):
        raise NoSuchItem("There is no such letter in the spool.")
    where = SealedFile.from_plain(held[place].sealed)
    chunks = files.read(settings.MELDPUNT_DATA, where)
    return download(request, held[place].name, where.size, chunks, held[place].scan)


def _act(request: DeskRequest, token: str, act: Callable[[SetAside], str]) -> HttpResponse:
    """Do one act.  Whoever comes second, or clicks twice, is led to where the letter is now."""
    try:
        aside = intake.set_aside(token)
    except NoSuchItem:
        return redirect("desk:case", _case_of(request, token))
    try:
        where = act(aside)
    except AlreadySettled:
        return redirect("desk:held-letter", token)
    except (NoSuchCase, BadWait) as refusal:
        return _page(request, aside, 400, **_typed(request), **{_field(refusal): in_words(refusal)})
    except Refusal as refusal:
        status = next(code for kind, code in STATUS.items() if isinstance(refusal, kind))
        return _page(request, aside, status, wrong=in_words(refusal))
    catch_up()
    return redirect(where)


def _typed(request: DeskRequest) -> dict[str, str]:
    return {name: request.POST[name][:40] for name in ("ref", "until") if name in request.POST}


def _field(refusal: Refusal) -> str:
    return "ref_error" if isinstance(refusal, NoSuchCase) else "until_error"


@require_POST
def open_case(request: DeskRequest, token: str) -> HttpResponse:
    return _act(request, token, lambda aside: _file(request, aside, None))


@require_POST
def join(request: DeskRequest, token: str) -> HttpResponse:
    """The case is the one whose reference was typed."""
    ref = CaseRef(request.POST.get("ref", "").strip().upper()[:40])

    def act(aside: SetAside) -> str:
        cases.case_for(request.actor, ref, request.keys)  # the refusal for a reference that is none
        return _file(request, aside, ref)

    return _act(request, token, act)


def _file(request: DeskRequest, aside: SetAside, belongs: CaseRef | None) -> str:
    """Have the letter filed and return the address of its case."""
    folder = settings.MELDPUNT_DATA
    try:
        item = intake.arrived(aside.token, request.keys, folder)
    except NoSuchItem:
        raise AlreadySettled("This item is settled already.") from None
    untitled = gettext("A letter that could not be read")
    arrival = holding.arrival_of_held(item, safe_part(request, aside.token), untitled, folder)
    _outcome, ref = holding.open_held(
        arrival, belongs, _receipt(), letterhead(), keys=request.keys, by=request.actor, now=request.now
    )
    return f"/cases/{ref}/"


def _receipt() -> Receipt:
    return receipt_from_random(os.urandom(32))


@require_POST
def ask(request: DeskRequest, token: str) -> HttpResponse:
    """A letter to the sender, with our key and how to use it."""

    def act(aside: SetAside) -> str:
        with once(request, token) as first:
            if first:
                item = intake.arrived(token, request.keys, settings.MELDPUNT_DATA)
                safe: SafePart = safe_part(request, token)
                holding.ask_again(
                    item, aside.why, safe, letterhead(), keys=request.keys, by=request.actor, now=request.now
                )
        return f"/held/{token}/"

    return _act(request, token, act)


@require_POST
def wait(request: DeskRequest, token: str) -> HttpResponse:
    """The handler looks at it, until the day that was chosen."""

    def act(aside: SetAside) -> str:
        today = request.now.astimezone(policy.current().policy.calendar.zone).date()
        intake_commands.wait(token, _day(request), today, by=request.actor, now=request.now)
        return f"/held/{token}/"

    return _act(request, token, act)


def _day(request: DeskRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        raise BadWait("Write the date as year-month-day, like 2026-12-11.") from None


@require_POST
def spam(request: DeskRequest, token: str) -> HttpResponse:
    def act(aside: SetAside) -> str:
        intake_commands.dismiss(token, by=request.actor, now=request.now)
        return "/held/"

    return _act(request, token, act)


@require_POST
def back(request: DeskRequest, token: str) -> HttpResponse:
    """It was no spam."""

    def act(aside: SetAside) -> str:
        intake_commands.bring_back(token, by=request.actor, now=request.now)
        return f"/held/{token}/"

    return _act(request, token, act)
