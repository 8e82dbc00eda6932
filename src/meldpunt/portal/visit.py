"""The receipt typed in, and the page of one report: what is owed, letters, files."""

from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meldpunt.cases import queries as cases
from meldpunt.cases.errors import NoSuchCase, NoSuchVisit, NotYetOpened
from meldpunt.cases.visits import IDLE, Visiting, close_visit, open_visit, visiting
from meldpunt.conversation import queries as conversation
from meldpunt.conversation import twice
from meldpunt.conversation.errors import SaidAlready
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.values import REPORTER
from meldpunt.intake.commands import receive_message
from meldpunt.intake.errors import AlreadyReceived, Empty, TooLarge
from meldpunt.portal import timeline
from meldpunt.portal.forms import MessageForm, ReceiptForm, fresh
from meldpunt.portal.middleware import PortalRequest, public_keys
from meldpunt.portal.pages import say, status_of
from meldpunt.portal.panels import panels
from meldpunt.portal.policy import in_words, published_or_refuse
from meldpunt.portal.sealing import seals
from meldpunt.portal.throttle import WrongTries
from meldpunt.portal.uploads import uploads_of
from meldpunt.promises.rules import worth_telling
from meldpunt.vault.errors import BadReceipt
from meldpunt.vault.rules import read_receipt

COOKIE = ("__Host-" if settings.CONFIG.secure else "") + "meldpunt-visit"
SENTENCES = ("text", "seen", "dispute", "comment", "where", "why", "what", "how")  # fields for words of one's own
wrong_tries = WrongTries()


@require_http_methods(["GET", "HEAD", "POST"])
def arrive(request: PortalRequest) -> HttpResponse:
    """Where a receipt is typed or pasted, or comes along behind the # of a link."""
    request.private = True
    if request.method != "POST":
        return _ask(request, ReceiptForm(), closed="closed" in request.GET, here_already=COOKIE in request.COOKIES)
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=400)
    try:
        receipt = read_receipt(form.cleaned_data["receipt"])
        secret = open_visit(receipt, by=REPORTER, now=request.now)
    except NotYetOpened:
        context = {"here": "my", "receipt": receipt.code, "unsent": request.POST.get("unsent", "")}
        return render(request, "portal/being_opened.html", context, status=409)
    except (BadReceipt, NoSuchCase) as refusal:
        if isinstance(refusal, NoSuchCase):
            wrong_tries.slow_down()
        form.add_error("receipt", say(refusal))
        return _ask(request, form, status=status_of(refusal))
    response: HttpResponse = HttpResponseRedirect(reverse("my-report"))
    if unsent := request.POST.get("unsent", ""):  # written when the visit had ended
        response = _case_page(request, visiting(secret, request.now), MessageForm({"text": unsent}), unsent=True)
    _keep(response, secret)
    return response


def _ask(request: PortalRequest, form: ReceiptForm, *, status: int = 200, **context: Any) -> HttpResponse:
    context.setdefault("unsent", request.POST.get("unsent", ""))
    return render(request, "portal/my.html", {"here": "my", "form": form, **context}, status=status)


def ask_again(request: PortalRequest, refusal: NoSuchVisit) -> HttpResponse:
    """The visit is over; the browser has forgotten it in the same moment.  What was typed meanwhile goes along."""
    unsent = "\n\n".join(request.POST[name] for name in SENTENCES if request.POST.get(name, "").strip())
    return _ask(request, ReceiptForm(), status=403, ended=say(refusal), unsent=unsent)


def _keep(response: HttpResponseBase, secret: str) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(IDLE.total_seconds()),
        secure=settings.CONFIG.secure,
        httponly=True,
        samesite="Strict",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: PortalRequest) -> HttpResponse:
    """What we owe the reporter, what was written, and a place to write back."""
    request.private = True
    secret = request.COOKIES.get(COOKIE, "")
    try:
        visit = visiting(secret, request.now)
    except NoSuchVisit as refusal:
        return ask_again(request, refusal)
    response = _write(request, visit) if request.method == "POST" else _case_page(request, visit)
    _keep(response, secret)
    return response


def _case_page(
    request: PortalRequest,
    visit: Visiting,
    form: MessageForm | None = None,
    *,
    status: int = 200,
    wrong: str = "",
    said_at: datetime | None = None,
    unsent: bool = False,
    panel_wrong: dict[str, str] | None = None,
) -> HttpResponse:
    published = published_or_refuse(request)
    calendar = published.policy.calendar
    page = conversation.reporter_page(visit, calendar=calendar, now=request.now)
    context: dict[str, Any] = {
        "here": "my",
        "page": page,
        "heading": timeline.heading(page),
        "lead": timeline.lead(page),
        "promises": [(timeline.PROMISES[promise.kind], promise) for promise in page.promises if worth_telling(promise)],
        **timeline.folded(page.items),
        "form": form or MessageForm(),
        "once": fresh(),
        "wrong": wrong,
        "said_at": said_at,
        "unsent": unsent,
        "files_lost": bool((wrong or said_at) and (request.FILES or request.arriving.trouble)),
        "zone": calendar.zone,
        "policy": in_words(published),
        "published": published,
        "panels": panels(request, visit, page),
        "panel_wrong": panel_wrong or {},
        "typed": request.POST,
        "seals": seals(request.now),
        "to_the_hour": True,  # who looks over a shoulder, or at a log of the network, learns nothing finer
    }
    return render(request, "portal/case.html", context, status=status)


def act(request: PortalRequest, name: str, work: Callable[[Visiting], object]) -> HttpResponse:
    """Do what a panel of the page posted, for the visit that the cookie shows; refusals are told in that panel."""
    request.private = True
    secret = request.COOKIES.get(COOKIE, "")
    try:
        visit = visiting(secret, request.now)
    except NoSuchVisit as refusal:
        return ask_again(request, refusal)
    response: HttpResponse
    try:
        work(visit)
    except (Invalid, Conflict) as refusal:
        response = _case_page(request, visit, status=status_of(refusal), panel_wrong={name: say(refusal)})
    else:
        import_string(settings.MELDPUNT_CATCH_UP)()
        response = HttpResponseRedirect(f"{reverse('my-report')}#{name}")
    _keep(response, secret)
    return response


def _write(request: PortalRequest, visit: Visiting) -> HttpResponse:
    """Take a message in.  It is on the page as soon as it was opened; until then the page says that it arrived."""
    form = MessageForm(request.POST)
    try:
        if request.arriving.trouble is not None:
            raise request.arriving.trouble
        if not form.is_valid():
            raise TooLarge("A text is longer than %(limit)d KiB. Please send it as a file.", limit=256)
        _take_in(request, visit, form.cleaned_data["text"], form.cleaned_data["once"] or fresh())
    except AlreadyReceived:
        pass  # a double click or a reload: it is there, once, and its files with it
    except SaidAlready as refusal:
        return _case_page(request, visit, form, status=409, said_at=refusal.at)
    except (TooLarge, Empty) as refusal:
        return _case_page(request, visit, form, status=status_of(refusal), wrong=say(refusal))
    else:
        request.arriving.keep()
    return HttpResponseRedirect(reverse("my-report") + "#letters")


@transaction.atomic
def _take_in(request: PortalRequest, visit: Visiting, text: str, once: str) -> None:
    """``AlreadyReceived`` for the same form; ``SaidAlready`` for the same words in another one, unless meant."""
    files, keys = uploads_of(request), public_keys(settings.MELDPUNT_DATA)
    receive_message(text, files, visit.ref, keys=keys, by=REPORTER, now=request.now, once=once)
    if "again" not in request.POST:
        twice.check_message(visit, text, [file.name for file in files], request.now)


@require_POST
def close(request: PortalRequest) -> HttpResponse:
    """End the visit and leave as little as possible in the browser."""
    request.private = True
    close_visit(request.COOKIES.get(COOKIE, ""), by=REPORTER, now=request.now)
    response = HttpResponseRedirect(reverse("my") + "?closed")
    response.delete_cookie(COOKIE, samesite="Strict")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
def file(request: PortalRequest, file_id: str) -> HttpResponseBase:
    """A file of one's own case, always as a download and never shown inside our site."""
    request.private = True
    visit = visiting(request.COOKIES.get(COOKIE, ""), request.now)
    content = cases.file_for_reporter(visit, file_id, settings.MELDPUNT_DATA)
    first = next(content.chunks, b"")  # a file that cannot be opened is refused before anything is sent
    response = StreamingHttpResponse(chain((first,), content.chunks), content_type="application/octet-stream")
    response["Content-Length"] = str(content.size)
    response["Content-Disposition"] = content_disposition_header(True, content.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
