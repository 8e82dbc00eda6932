"""Invite an owner, or change what they have to solve: the form, then exactly what they would read, then the act.

Nothing goes by the first two steps.  What was typed travels in the form.
"""

import os
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from meldpunt.cases.errors import BadAddress
from meldpunt.conversation import strangers
from meldpunt.desk.answer import letterhead
from meldpunt.desk.case import case_words, catch_up
from meldpunt.desk.errors import CaseMoved
from meldpunt.desk.labels import LANGUAGES
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.owners_words import KINDS
from meldpunt.desk.sending import fresh_key, once
from meldpunt.ground.errors import Conflict, Invalid, Refusal
from meldpunt.ground.values import CaseRef, Language
from meldpunt.owners import commands, queries
from meldpunt.owners.errors import BadInvitation
from meldpunt.owners.outgoing import Going
from meldpunt.owners.rules import Invited
from meldpunt.privacy import drafts
from meldpunt.privacy.rules import Kind
from meldpunt.vault.rules import Receipt, receipt_from_random

STRUCK = "[…]"


def new_link() -> Receipt:
    """The secret of a link.  It goes into the mail and is kept nowhere."""
    return receipt_from_random(os.urandom(32))


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: DeskRequest, ref: str) -> HttpResponse:
    """Give the case to an owner."""
    return _steps(request, CaseRef(ref), "")


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: DeskRequest, ref: str, owner: str) -> HttpResponse:
    """Change what an owner has to solve."""
    return _steps(request, CaseRef(ref), owner)


def _steps(request: DeskRequest, ref: CaseRef, owner: str) -> HttpResponse:
    if request.method != "POST" or "change" in request.POST or "look" in request.POST:
        return _form(request, ref, owner)
    try:
        if "send" in request.POST:
            with once(request, ref) as first:
                found = _do(request, ref, owner) if first else ""
            catch_up()
            return redirect("desk:owner", ref, found) if found else redirect("desk:case", ref)
        with transaction.atomic():
            _do(request, ref, owner)  # refused exactly as the act would be
            transaction.set_rollback(True)
    except CaseMoved:
        return _form(request, ref, owner, held_up=True)
    except (Invalid, Conflict) as refusal:
        return _form(request, ref, owner, refusal)
    return _preview(request, ref, owner)


def _do(request: DeskRequest, ref: CaseRef, owner: str) -> str:
    who: dict[str, Any] = {"keys": request.keys, "by": request.actor, "now": request.now}
    going = Going(request.POST.get("text", ""), tuple(request.POST.getlist("files")))
    if owner:
        commands.revise(ref, owner, going, letterhead(), folder=settings.MELDPUNT_DATA, **who)
        return owner
    return commands.invite(ref, _whom(request), going, new_link(), letterhead(), folder=settings.MELDPUNT_DATA, **who)


def _whom(request: DeskRequest) -> Invited:
    posted = request.POST
    kind, language = posted.get("kind", ""), posted.get("language", "")
    if kind not in KINDS or language not in tuple(Language):
        raise BadInvitation("Please say who is invited: the owner of the system or its supplier, by name.")
    return Invited(Kind(kind), posted.get("organisation", ""), posted.get("address", ""), language).checked()


def _form(
    request: DeskRequest, ref: CaseRef, owner: str, refusal: Refusal | None = None, held_up: bool = False
) -> HttpResponse:
    shown = {**case_words(request, ref), "held_up": held_up}
    draft = drafts.technical_draft(request.actor, ref, request.keys)
    begin, chosen = draft.struck(STRUCK), request.POST.getlist("files")
    if owner:
        found = queries.thread(request.actor, ref, owner, request.keys)
        begin, shown["owner"] = found.technical.text, found.owner
    text = request.POST.get("text", begin)
    shown |= {
        "kinds": list(KINDS.items()),
        "languages": list(LANGUAGES.items()),
        "text": text,
        "report": draft.struck_pieces,
        "pieces": draft.marked(text),
        "any_marked": any(piece.marked for piece in draft.marked(text)),
        "files": draft.files,
        "chosen_files": chosen,
        "typed": request.POST,
        "wrong": in_words(refusal) if refusal else "",
        "bad_address": isinstance(refusal, BadAddress),
    }
    status = 409 if held_up or isinstance(refusal, Conflict) else 400 if refusal else 200
    return render(request, "desk/owner_invite.html", shown, status=status)


def _preview(request: DeskRequest, ref: CaseRef, owner: str) -> HttpResponse:
    shown = case_words(request, ref)
    draft = drafts.technical_draft(request.actor, ref, request.keys)
    names = {file.id: file.name for file in draft.files}
    whom = queries.thread(request.actor, ref, owner, request.keys).owner.who if owner else _whom(request)
    key = strangers.key_for(whom.address, request.keys)
    text = request.POST.get("text", "").strip()
    shown |= {
        "whom": whom,
        "kind": KINDS[whom.kind],
        "owner": owner,
        "key": key,
        "language_name": LANGUAGES[whom.language],
        "pieces": draft.marked(text),
        "names": [names[one] for one in request.POST.getlist("files") if one in names],
        "carried": [
            (name, value)
            for name in ("kind", "organisation", "address", "language", "text", "files")
            for value in request.POST.getlist(name)
        ],
        "once": fresh_key(),
    }
    return render(request, "desk/owner_preview.html", shown)
