"""Letters of this room, drafted, edited and sent by a person: erase, may we tell them, how to name you."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from meldpunt.cases import queries as cases
from meldpunt.conversation.rules import Letterhead
from meldpunt.desk import enclosures
from meldpunt.desk import privacy_words as words
from meldpunt.desk.answer import letterhead
from meldpunt.desk.case import case_words, catch_up
from meldpunt.desk.errors import CaseMoved
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.sending import fresh_key, once
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.values import CaseRef
from meldpunt.privacy import commands, crediting, drafts, erasing, queries
from meldpunt.privacy.erasure import State as Erasure
from meldpunt.privacy.errors import BadConsent
from meldpunt.privacy.queries import Standing
from meldpunt.privacy.rules import Kind, Recipient, Scope, Use, check_recipient

Send = Callable[[str, Letterhead], object]


@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: DeskRequest, ref: str) -> HttpResponse:
    """Ask to erase, or remind: whichever is next."""
    standing = queries.standing_of(CaseRef(ref)) or Standing()
    again = standing.erasure in (Erasure.ASKED, Erasure.REMINDED) and standing.letters > 0
    about = "erasure-reminder" if again else "erasure"
    title = _("Remind the reporter to erase what they obtained") if again else _("Ask the reporter to erase")

    def send(text: str, head: Letterhead) -> None:
        erasing.write(CaseRef(ref), text, head, keys=request.keys, by=request.actor, now=request.now)

    return _letter(request, ref, about, title, lambda: _draft(request, ref, about), send)


@require_http_methods(["GET", "HEAD", "POST"])
def credit(request: DeskRequest, ref: str) -> HttpResponse:
    """Ask again, before publication, how the reporter wishes to be named."""

    def send(text: str, head: Letterhead) -> None:
        crediting.ask(CaseRef(ref), text, head, keys=request.keys, by=request.actor, now=request.now)

    return _letter(
        request,
        ref,
        "credit",
        _("Ask how the reporter wishes to be named"),
        lambda: _draft(request, ref, "credit"),
        send,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: DeskRequest, ref: str) -> HttpResponse:
    """Ask for a consent: first what and for whom, then the letter."""
    if request.method != "POST":
        return _consent_form(request, ref)
    posted = request.POST
    try:
        to, scope, use = _wanted(request)
    except Invalid as refusal:
        return _consent_form(request, ref, in_words(refusal), 400)
    facts = {"recipient": to.kind, "recipient_name": to.name, "scope": scope, "use": use}

    def send(text: str, head: Letterhead) -> None:
        wanted = (CaseRef(ref), to, scope, use, text, head)
        commands.ask_consent(*wanted, keys=request.keys, by=request.actor, now=request.now)

    carried = {name: posted.get(name, "") for name in ("to", "organisation", "scope", "use")}
    return _letter(
        request,
        ref,
        "consent",
        _("Ask for a consent"),
        lambda: _draft(request, ref, "consent", **facts),
        send,
        carried=carried,
    )


def _wanted(request: DeskRequest) -> tuple[Recipient, Scope, Use]:
    posted = request.POST
    kind, scope, use = posted.get("to", ""), posted.get("scope", ""), posted.get("use", "")
    if kind not in tuple(Kind) or scope not in tuple(Scope) or use not in tuple(Use):
        raise BadConsent("Please choose one of the possibilities.")
    to = Recipient(Kind(kind), posted.get("organisation", "").strip())
    check_recipient(to)
    return to, Scope(scope), Use(use)


def _consent_form(request: DeskRequest, ref: str, wrong: str = "", status: int = 200) -> HttpResponse:
    choices = {
        "kinds": list(words.RECIPIENTS.items()),
        "scopes": list(words.SCOPES.items()),
        "uses": list(words.USES.items()),
    }
    shown = {**case_words(request, CaseRef(ref)), **choices, "wrong": wrong, "typed": request.POST}
    return render(request, "desk/privacy_consent.html", shown, status=status)


def _draft(request: DeskRequest, ref: str, about: str, **facts: object) -> str:
    return drafts.draft(request.actor, CaseRef(ref), about, letterhead(), keys=request.keys, **facts)


def _letter(
    request: DeskRequest,
    ref: str,
    about: str,
    title: str | Promise,
    draft: Callable[[], str],
    send: Send,
    carried: dict[str, str] | None = None,
) -> HttpResponse:
    """Show the draft, or send what came back.  ``carried``: what was chosen before, as hidden fields."""
    words_: dict[str, Any] = {"about": about, "heading_of_letter": title, "carried": carried or {}}
    if request.method != "POST" or "letter" not in request.POST:
        return _show(request, ref, draft(), **words_)
    text = request.POST["letter"]
    if enclosures.is_asked(request):
        return _show(request, ref, text, **words_)
    cases.case_for(request.actor, CaseRef(ref), request.keys)  # absent and not yours look the same
    try:
        with once(request, ref) as first:
            if first:
                with enclosures.along(request, CaseRef(ref), about, letterhead()) as head:
                    send(text, head)
    except CaseMoved:
        return _show(request, ref, text, 409, held_up=True, **words_)
    except Invalid as refusal:
        return _show(request, ref, text, 400, wrong=in_words(refusal), **words_)
    except Conflict as refusal:
        return _show(request, ref, text, 409, wrong=in_words(refusal), **words_)
    catch_up()
    return redirect("desk:case", ref)


def _show(request: DeskRequest, ref: str, text: str, status: int = 200, *, about: str, **more: Any) -> HttpResponse:
    shown = {**case_words(request, CaseRef(ref)), "text": text, "once": fresh_key(), **more}
    return enclosures.page(request, "desk/privacy_letter.html", CaseRef(ref), about, shown, status)
