"""Sharing with others: the technical part, read and cleaned by a person, or who reported, through the gate."""

from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from meldpunt.desk import privacy_words as words
from meldpunt.desk.case import case_words, catch_up
from meldpunt.desk.errors import CaseMoved
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.sending import fresh_key, once
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.privacy import drafts, queries
from meldpunt.privacy.commands import Package, share
from meldpunt.privacy.errors import BadShare
from meldpunt.privacy.rules import GROUNDS, Ground, Kind, Leaving, Recipient, Scope, Use, What, end_of


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: DeskRequest, ref: str) -> HttpResponse:
    """The form; what leaves, once it has passed; and the text with what looks like the reporter marked."""
    if request.method != "POST" or "look" in request.POST:
        return _form(request, CaseRef(ref))
    try:
        with once(request, ref) as first:
            package = _share(request, CaseRef(ref)) if first else None
    except CaseMoved:
        return _form(request, CaseRef(ref), status=409, held_up=True)
    except Invalid as refusal:
        return _form(request, CaseRef(ref), in_words(refusal), 400)
    except Conflict as refusal:
        return _form(request, CaseRef(ref), in_words(refusal), 409)
    catch_up()
    if package is None:
        return redirect("desk:case", ref)
    shown = case_words(request, CaseRef(ref))
    files = {file.id: file for file in drafts.technical_draft(request.actor, CaseRef(ref), request.keys).files}
    shown |= {"package": package, "files": [files[one] for one in package.files]}
    shown["to"] = words.recipient(_recipient(request))
    return render(request, "desk/privacy_shared.html", shown)


def _share(request: DeskRequest, ref: CaseRef) -> Package:
    posted = request.POST
    return share(
        ref,
        _leaving(request),
        text=posted.get("text", ""),
        files=posted.getlist("files"),
        until=_until(posted.get("until", "").strip()),
        note=posted.get("note", "").strip(),
        keys=request.keys,
        by=request.actor,
        now=request.now,
    )


def _leaving(request: DeskRequest) -> Leaving:
    posted = request.POST
    what, use, ground = posted.get("what", ""), posted.get("use", ""), posted.get("ground", "")
    scope = posted.get("scope", Scope.NAME)
    if what not in tuple(What) or use not in tuple(Use) or ground not in tuple(Ground) or scope not in tuple(Scope):
        raise BadShare("Please choose to whom, what for and on which ground.")
    source, decided_by = posted.get("source", ""), posted.get("decided_by", "")
    return Leaving(What(what), _recipient(request), Use(use), Ground(ground), Scope(scope), source, decided_by)


def _recipient(request: DeskRequest) -> Recipient:
    kind = request.POST.get("to", "")
    if kind not in tuple(Kind):
        raise BadShare("Please choose to whom, what for and on which ground.")
    return Recipient(Kind(kind), request.POST.get("organisation", "").strip())


def _until(typed: str) -> datetime | None:
    if not typed:
        return None
    try:
        return end_of(date.fromisoformat(typed), policy.current().policy.calendar.zone).astimezone(UTC)
    except ValueError:
        raise BadShare("Write the date as year-month-day, like 2026-12-11.") from None


def _form(
    request: DeskRequest, ref: CaseRef, wrong: str = "", status: int = 200, held_up: bool = False
) -> HttpResponse:
    shown = {**case_words(request, ref), "held_up": held_up}
    draft = drafts.technical_draft(request.actor, ref, request.keys)
    consents = queries.consents_of(request.actor, ref, request.keys)
    text = request.POST.get("text", draft.text)
    choices: dict[str, Any] = {
        "kinds": list(words.RECIPIENTS.items()),
        "uses": list(words.USES.items()),
        "scopes": list(words.SCOPES.items()),
        "technical_grounds": [(ground, words.GROUNDS[ground]) for ground in GROUNDS[What.TECHNICAL]],
        "identity_grounds": [(ground, words.GROUNDS[ground]) for ground in GROUNDS[What.IDENTITY]],
        "standing": queries.standing_shares(shown["case"].policy_version),
    }
    shown |= choices
    shown |= {
        "wrong": wrong,
        "wrong_what": request.POST.get("what", ""),
        "typed": request.POST,
        "chosen_files": request.POST.getlist("files"),
        "text": text,
        "pieces": draft.marked(text),
        "files": draft.files,
        "anonymous": not draft.reporter.shown,
        "consents": [words.consent(one, request.now, shown["zone"]) for one in consents],
        "once": fresh_key(),
    }
    return render(request, "desk/privacy_share.html", shown, status=status)
