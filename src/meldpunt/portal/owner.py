"""An owner of a system comes in: by a link, and in a new browser by a code that goes to the invited address.

No account and no session: three cookies, which hold random secrets and nothing else.  See ``owners.passes``.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from meldpunt.conversation.queries import letterhead
from meldpunt.ground.values import OWNER
from meldpunt.owners import passes
from meldpunt.owners.errors import NoSuchDoor, NoSuchLink, TooManyCodes, WrongCode
from meldpunt.owners.passes import Opened
from meldpunt.owners.rules import BROWSER_FOR, CODE_FOR, VISIT_IDLE
from meldpunt.portal.middleware import PortalRequest, public_keys
from meldpunt.portal.pages import say, status_of
from meldpunt.portal.throttle import WrongTries
from meldpunt.vault.errors import BadReceipt
from meldpunt.vault.rules import read_receipt

_prefix = "__Host-" if settings.CONFIG.secure else ""
VISIT, DOOR, BROWSER = (f"{_prefix}meldpunt-owner{name}" for name in ("", "-door", "-browser"))
LONGEST_TYPED = 200  # letters of a code
wrong_tries = WrongTries()


@require_http_methods(["GET", "HEAD", "POST"])
def arrive(request: PortalRequest) -> HttpResponse:
    """Where the code of the mail is typed, or comes along behind the # of the link."""
    request.private = True
    if request.method != "POST":
        return ask(request, closed="closed" in request.GET, here_already=VISIT in request.COOKIES)
    try:
        opened = passes.knock(
            read_receipt(request.POST.get("receipt", "")[:LONGEST_TYPED]),
            request.COOKIES.get(BROWSER, ""),
            letterhead(settings.CONFIG.portal_address),
            public=public_keys(settings.MELDPUNT_DATA),
            by=OWNER,
            now=request.now,
        )
    except BadReceipt:
        sentence = gettext(
            "That is not the whole code of our mail. It has 27 letters and digits; please copy it again."
        )
        return ask(request, wrong=sentence, status=400)
    except (NoSuchLink, TooManyCodes) as refusal:
        if isinstance(refusal, NoSuchLink):
            wrong_tries.slow_down()
        return ask(request, wrong=say(refusal), status=status_of(refusal))
    response = HttpResponseRedirect(reverse("owner-case" if opened.visit else "owner-code"))
    keep(response, opened)
    return response


def ask(request: PortalRequest, *, status: int = 200, **words: Any) -> HttpResponse:
    """The page that asks for the link's code."""
    return render(request, "portal/owner.html", {"here": "owner", **words}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: PortalRequest) -> HttpResponse:
    """The second code, which went to the invited address."""
    request.private = True
    door = request.COOKIES.get(DOOR, "")
    try:
        if request.method != "POST":
            return _ask_code(request, door)
        opened = passes.show_code(door, request.POST.get("code", "")[:LONGEST_TYPED], by=OWNER, now=request.now)
    except WrongCode as refusal:
        wrong_tries.slow_down()
        return _ask_code(request, door, wrong=say(refusal), status=400)
    except NoSuchDoor as refusal:
        return _no_door(request, refusal)
    response = HttpResponseRedirect(reverse("owner-case"))
    keep(response, opened)
    response.delete_cookie(DOOR, samesite="Strict")
    return response


def _ask_code(request: PortalRequest, door: str, *, status: int = 200, **words: Any) -> HttpResponse:
    shown = {"here": "owner", "address": passes.waits_for_code(door, request.now), **words}
    return render(request, "portal/owner_code.html", shown, status=status)


def _no_door(request: PortalRequest, refusal: NoSuchDoor) -> HttpResponse:
    """Who clicked twice is in already; everybody else opens their link again."""
    try:
        passes.looking(request.COOKIES.get(VISIT, ""), request.now)
    except NoSuchDoor:
        wrong_tries.slow_down()
        return ask(request, ended=say(refusal), status=403)
    return HttpResponseRedirect(reverse("owner-case"))


def keep(response: HttpResponseBase, opened: Opened) -> None:
    """Let the browser carry on with what was opened."""
    for name, secret, age in (
        (VISIT, opened.visit, VISIT_IDLE),
        (DOOR, opened.door, CODE_FOR),
        (BROWSER, opened.browser, BROWSER_FOR),
    ):
        if secret:
            _set(response, name, secret, age)


def _set(response: HttpResponseBase, name: str, secret: str, age: timedelta) -> None:
    response.set_cookie(
        name,
        secret,
        max_age=int(age.total_seconds()),
        secure=settings.CONFIG.secure,
        httponly=True,
        samesite="Strict",
    )


@require_POST
def close(request: PortalRequest) -> HttpResponse:
    """End the visit, and let this browser be a new one again."""
    request.private = True
    passes.leave(request.COOKIES.get(VISIT, ""), request.COOKIES.get(BROWSER, ""), by=OWNER, now=request.now)
    response = HttpResponseRedirect(reverse("owner") + "?closed")
    for name in (VISIT, DOOR, BROWSER):
        response.delete_cookie(name, samesite="Strict")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
