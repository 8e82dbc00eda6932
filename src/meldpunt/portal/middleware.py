"""What every request to the portal goes through.

Nothing in here reads or notes who is asking: no address, no browser, no session.
"""

import functools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.utils.translation.trans_real import parse_accept_lang_header

from meldpunt.ground import clock
from meldpunt.ground.errors import OutsideFailure, Refusal
from meldpunt.intake.rules import LIMIT_BYTES
from meldpunt.policy import queries as policy
from meldpunt.policy.errors import NoPolicy
from meldpunt.policy.queries import Published
from meldpunt.portal import pages
from meldpunt.portal.uploads import Arriving
from meldpunt.vault import keyring
from meldpunt.vault.keyring import PublicKeys

Answer = Callable[[HttpRequest], HttpResponseBase]
# Somewhat too large is read to the end, so that what was typed can be shown again; more is not read at all
MOST_BYTES = 4 * LIMIT_BYTES
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class PortalRequest(HttpRequest):
    """A request as the portal's views see it.  ``now`` is UTC, ``languages`` are (code, own name)."""

    now: datetime
    published: Published | None
    languages: list[tuple[str, str]]
    layout: str
    arriving: Arriving
    private: bool  # the page shows something that belongs to one person


class LanguageMiddleware:
    """``?lang=nl`` in any address, else the cookie, else the browser's wish, else the policy's first language.

    The cookie is set only for who used the switch, and goes when the browser is closed.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: Any) -> HttpResponseBase:
        request.published = _published()
        request.languages = _offered(request.published)
        codes = [code for code, _name in request.languages]
        language = _chosen(request, codes)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.answer(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if request.GET.get("lang") in codes:
            _remember(response, language)
        return response


def _published() -> Published | None:
    try:
        return policy.current()
    except (NoPolicy, DatabaseError):  # before the first run; and an error page must not need the database
        return None


def _offered(published: Published | None) -> list[tuple[str, str]]:
    names = dict(settings.LANGUAGES)
    codes = published.policy.languages if published else names
    return [(code, names[code]) for code in codes if code in names]


def _chosen(request: HttpRequest, codes: list[str]) -> str:
    for wish in (request.GET.get("lang"), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)):
        if wish in codes:
            return str(wish)
    for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (code := tag.split("-")[0]) in codes:
            return code
    return codes[0]


def _remember(response: HttpResponseBase, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, secure=settings.CONFIG.secure, httponly=True, samesite="Strict"
    )


class PortalMiddleware:
    """The clock is read once, refusals become pages, and uploads that nobody took are thrown away."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: Any) -> HttpResponseBase:
        request.now = clock.now()
        request.layout = "portal/base.html"
        request.arriving = Arriving()
        request.private = False
        try:
            response = _too_long(request) or self.answer(request)
        finally:
            request.arriving.discard()
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if (onion := settings.CONFIG.onion_url) and request.method == "GET" and not by_onion(request):
            response.headers["Onion-Location"] = onion.rstrip("/") + request.path  # Tor Browser offers to go there
        if request.private or request.method == "POST":
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        response.headers.setdefault("Cache-Control", "private, no-cache")  # "back" still shows what was typed
        return response

    def process_exception(self, request: HttpRequest, trouble: Exception) -> HttpResponse | None:
        if isinstance(trouble, UnreadablePostError):
            return pages.page(
                request, 400, gettext("The connection broke off before all had come. Nothing was stored.")
            )
        if isinstance(trouble, Refusal):
            return pages.refused(request, trouble)
        if isinstance(trouble, OutsideFailure):
            return pages.page(request, 503, gettext("Something that we depend on does not answer. Nothing was stored."))
        return None


def by_onion(request: HttpRequest) -> bool:
    """Whether somebody came by the onion service: then no address of ours on the open web is shown to them."""
    return request.get_host().partition(":")[0].endswith(".onion")


def _too_long(request: HttpRequest) -> HttpResponse | None:
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) <= MOST_BYTES:
        return None
    sentence = gettext("The files together may have at most %(limit)d MiB.") % {"limit": LIMIT_BYTES >> 20}
    return pages.page(request, 413, sentence)


@functools.lru_cache(maxsize=4)
def public_keys(folder: Path) -> PublicKeys:
    """The only keys that the portal has.  Read once per process: they do not change while it runs."""
    return keyring.public(folder)
