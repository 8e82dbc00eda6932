"""Hand a report over: to whom and what; then what they would read, and the letter to the reporter; then both."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from meldpunt.conversation.queries import CasePage
from meldpunt.desk import archive_file, privacy_words, triage_letter
from meldpunt.desk.answer import letterhead
from meldpunt.desk.case import case_words
from meldpunt.desk.labels import LANGUAGES
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.triage_letter import Letter
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.values import CaseRef, Language
from meldpunt.privacy import drafts, handover, parcel, queries
from meldpunt.privacy.errors import BadShare
from meldpunt.privacy.handover import Carrying
from meldpunt.privacy.parcel import Parcel, Way
from meldpunt.privacy.rules import Kind, Recipient, Scope, Use

STATES: dict[str, Promise] = {
    "waiting": _("waits in the outbox"),
    "sent": _("their mail server has taken it"),
    "undelivered": _("it could not be delivered"),
    "recalled": _("it was stopped: the reporter took the consent back"),
}


def words(request: DeskRequest, page: CasePage) -> dict[str, Any]:
    """Whether the verdict lets the report be handed over, and what went already."""
    kinds = parcel.recipients_for(page.case.verdict)
    gone = [
        {
            "one": one,
            "to": privacy_words.recipient(one.to),
            "what": privacy_words.SCOPES[one.scope] if one.scope else "",
            "state": STATES.get(one.state, ""),
            "lost": one.state == "undelivered",
        }
        for one in handover.handed_over(request.actor, page.case.ref, request.keys)
    ]
    return {"may_hand_over": bool(kinds), "gone": gone}


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: DeskRequest, ref: str) -> HttpResponse:
    """The form, the preview with the letter, and the act."""
    if request.method != "POST" or "change" in request.POST or "look" in request.POST:
        return _form(request, CaseRef(ref))
    who: dict[str, Any] = {"keys": request.keys, "by": request.actor, "now": request.now}
    try:
        wanted, how = _wanted(request), _carrying(request)
        shown, text = handover.preview(CaseRef(ref), wanted, letterhead(), **who)
    except (Invalid, Conflict) as refusal:
        return _form(request, CaseRef(ref), in_words(refusal), 400 if isinstance(refusal, Invalid) else 409)
    letter = Letter(
        _("Hand the report over"), "triage", "handed-over", _told(request, CaseRef(ref), wanted, how), shown
    )
    if "letter" not in request.POST:
        return triage_letter.page(request, CaseRef(ref), letter, text)
    more: dict[str, Any] = {"folder": settings.MELDPUNT_DATA, **who}
    return triage_letter.send(
        request,
        CaseRef(ref),
        letter,
        lambda text, head, promised: handover.hand_over(
            CaseRef(ref), wanted, how, text, head, promised=promised, **more
        ),
    )


def _wanted(request: DeskRequest) -> Parcel:
    posted = request.POST
    kind, use, scope = posted.get("to", ""), posted.get("use", ""), posted.get("scope", "")
    language = posted.get("language", "")
    if kind not in tuple(Kind) or use not in tuple(Use) or language not in tuple(Language):
        raise BadShare("Please choose to whom, what for and on which ground.")
    to = Recipient(Kind(kind), posted.get("organisation", "").strip())
    some = Scope(scope) if scope in tuple(Scope) else None
    return Parcel(to, Use(use), some, language, posted.get("text", ""), tuple(posted.getlist("files")))


def _carrying(request: DeskRequest) -> Carrying:
    if request.POST.get("way") != Way.MAIL:
        return Carrying(Way.FILE)
    return handover.carrying(request.POST.get("address", ""), request.POST.get("key", "").encode())


def _told(request: DeskRequest, ref: CaseRef, wanted: Parcel, how: Carrying) -> list[tuple[str | Promise, Any]]:
    """What goes where, in lines; the files by name, and the fingerprint to compare."""
    names = {file.id: file.name for file in drafts.technical_draft(request.actor, ref, request.keys).files}
    lines: list[tuple[str | Promise, Any]] = [
        (_("To"), privacy_words.recipient(wanted.to)),
        (_("Who reported"), privacy_words.SCOPES[wanted.scope] if wanted.scope else gettext("stays with us")),
        (_("Files"), ", ".join(names[one] for one in wanted.files) or gettext("None")),
    ]
    if how.key:
        groups = " ".join(how.key.fingerprint[at : at + 4] for at in range(0, len(how.key.fingerprint), 4))
        return [*lines, (_("By mail"), how.address), (_("Encrypted to"), groups)]
    return [*lines, (_("As"), gettext("a file to download, on the page of the case"))]


def _form(request: DeskRequest, ref: CaseRef, wrong: str = "", status: int = 200) -> HttpResponse:
    shown = case_words(request, ref)
    draft = drafts.technical_draft(request.actor, ref, request.keys)
    consents = queries.consents_of(request.actor, ref, request.keys)
    text = request.POST.get("text", draft.text)
    kinds = parcel.recipients_for(shown["case"].verdict)
    shown |= {
        "kinds": [(kind, privacy_words.RECIPIENTS[kind]) for kind in kinds],
        "uses": [(use, privacy_words.USES[use]) for use in parcel.USES],
        "scopes": list(privacy_words.SCOPES.items()),
        "languages": list(LANGUAGES.items()),
        "consents": [privacy_words.consent(one, request.now, shown["zone"]) for one in consents],
        "anonymous": not draft.reporter.shown,
        "text": text,
        "pieces": draft.marked(text),
        "files": draft.files,
        "chosen_files": request.POST.getlist("files"),
        "typed": request.POST,
        "wrong": wrong,
    }
    return render(request, "desk/handover_form.html", shown, status=status)


@require_safe
def download(request: DeskRequest, ref: str, identity: str) -> StreamingHttpResponse:
    """The parcel as a ZIP file.  The gate is asked again before a byte goes."""
    folder = settings.MELDPUNT_DATA
    inside = handover.contents(request.actor, CaseRef(ref), identity, folder, request.keys, request.now)
    response = StreamingHttpResponse(archive_file.stream(inside, request.now), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"handover-{ref}.zip") or "attachment"
    response["Cache-Control"] = "no-store"
    return response
