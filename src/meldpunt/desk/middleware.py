"""What every request at the desk goes through: language, clock, who acts, and refusals as pages."""

import functools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.desk import accounts, doors, passkeys, provider
from meldpunt.desk import keys as single_keys
from meldpunt.desk.errors import NoSuchPage
from meldpunt.desk.events import ActRefused
from meldpunt.desk.strength import is_strong
from meldpunt.ground import clock
from meldpunt.ground.errors import Conflict, Invalid, NotAllowed, NotFound, OutsideFailure, Refusal
from meldpunt.ground.rights import rights_of
from meldpunt.ground.values import Actor
from meldpunt.intake import queries as intake
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.policy.errors import NoPolicy
from meldpunt.vault import keyring
from meldpunt.vault.keyring import VaultKeys

Answer = Callable[[HttpRequest], HttpResponseBase]
STATUS: dict[type[Refusal], int] = {Invalid: 400, NotAllowed: 403, NotFound: 404, Conflict: 409}
HEADINGS: dict[int, Promise] = {
    400: _("That did not work"),
    403: _("That is not allowed"),
    404: _("There is nothing here"),
    409: _("Not now"),
    503: _("Not now"),
}
OPEN = frozenset(
    {
        "account_login",
        "mfa_authenticate",
        "passkey_sign_in",
        "passkey_question",
        "account_inactive",
        "account_logout",
        "welcome",
        "theme",
        "welcome_passkey",
        "welcome_passkey_question",
        "welcome_provider",
        "provider_in",
        "provider_back",
        "provider_out",
        "healthz",
    }
)
WITHOUT_FACTOR = frozenset(
    {"mfa_activate_totp", "passkey_add", "passkey_new_question", "account_logout", "account_reauthenticate"}
)
DESK = "desk"  # the pages about one's own account are outside of it
SAFE = ("GET", "HEAD", "OPTIONS")
PAUSE = 3600  # seconds
LANGUAGE_AGE = 365 * 24 * 3600


class DeskRequest(HttpRequest):
    """A request as the desk's views see it.  ``keys`` are read once per process."""

    actor: Actor
    user: User  # whoever is not signed in meets the sign-in page
    now: datetime
    keys: VaultKeys
    idle_left: int  # seconds until the session ends unless something is asked,
    rest_left: int  # and until it ends in any case


class LanguageMiddleware:
    """``?lang=nl`` in any address, else the cookie, else what the browser prefers."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.GET.get("lang", "")
        known = dict(settings.LANGUAGES)
        language = asked if asked in known else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.answer(request)
        response.headers.setdefault("Content-Language", language)
        if asked in known:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                asked,
                max_age=LANGUAGE_AGE,
                secure=settings.SECURE,
                httponly=True,
                samesite="Strict",
            )
        return response


class DeskMiddleware:
    """Nobody sees anything before they are signed in with two factors."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.now = clock.now()  # type: ignore[attr-defined]
        request.languages = settings.LANGUAGES  # type: ignore[attr-defined]  # each under its own name
        request.passkeys_here = passkeys.work_at(request.get_host())  # type: ignore[attr-defined]
        request.provider = provider.name() if provider.is_on() else ""  # type: ignore[attr-defined]
        request.layout = "desk/base.html"  # type: ignore[attr-defined]
        request.organisation = SimpleLazyObject(_organisation)  # type: ignore[attr-defined]
        response = self.answer(request)
        response.headers["Cache-Control"] = "no-store"
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        name = request.resolver_match.url_name
        if name in OPEN:
            return None
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if not _recognise(request):
            return None if name in WITHOUT_FACTOR else HttpResponseRedirect(reverse("mfa_activate_totp"))
        at_the_desk = request.resolver_match.namespace == DESK
        return _at_the_door(request, name, kwargs.get("ref", "")) if at_the_desk else None

    def process_exception(self, request: HttpRequest, trouble: Exception) -> HttpResponse | None:
        if isinstance(trouble, Refusal):
            if isinstance(trouble, NotAllowed) and hasattr(request, "actor"):
                _tell_refused(request)
            return refused(request, trouble)
        if isinstance(trouble, OutsideFailure):
            return _page(request, 503, gettext("Something outside the desk does not answer. Please try again."))
        return None


def _recognise(request: Any) -> bool:
    """Who acts here, and what they may.  Not before they have a second factor."""
    request.actor = accounts.as_handler(request.user)
    if not (accounts.has_second_factor(request.user.pk) or is_strong(request, request.user)):
        return False
    request.may = {right.name.lower(): True for right in rights_of(request.actor)}
    request.held = SimpleLazyObject(_how_many_held)
    request.keys_on = single_keys.are_on(request)
    request.keys = vault_keys(settings.MELDPUNT_DATA, settings.MELDPUNT_ROLE)
    return True


def page_not_found(request: Any, exception: Exception) -> HttpResponse:
    """What does not exist looks like what is not theirs."""
    if request.user.is_authenticated:
        _recognise(request)
    return refused(request, NoSuchPage(doors.NO_PAGE))


def _at_the_door(request: DeskRequest, name: str, ref: str) -> HttpResponse | None:
    """Nothing when it is open to who asks.  Whoever tries to change what is not theirs is on record."""
    refusal = doors.shut(request.actor, name, ref)
    if refusal is None:
        return None
    if request.method not in SAFE:
        _tell_refused(request)
    return refused(request, refusal)


def _tell_refused(request: HttpRequest) -> None:
    """That somebody tried, and what; once an hour is enough, so that nobody fills the log."""
    assert request.resolver_match and request.resolver_match.url_name  # noqa: S101  # it has come as far as a view
    actor, name = request.actor, request.resolver_match.url_name  # type: ignore[attr-defined]
    if cache.add(f"refused:{actor.name}:{name}", True, PAUSE):
        with transaction.atomic():
            log.append(log.HOUSE, ActRefused(name), by=actor, now=request.now)  # type: ignore[attr-defined]


@functools.lru_cache(maxsize=4)
def vault_keys(folder: Path, role: str) -> VaultKeys:
    return keyring.vault(folder, role)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a page, in the reader's language."""
    status = next(code for kind, code in STATUS.items() if isinstance(refusal, kind))
    if isinstance(refusal, NotFound):
        request.resolver_match = None  # so that no link on the page says where one would be
    return _page(request, status, in_words(refusal))


def _page(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    words = {"layout": "desk/base.html", "status": status, "heading": HEADINGS[status], "sentence": sentence}
    return render(request, "errors/error.html", words, status=status)


def _organisation() -> str:
    """Whose desk this is, in the active language."""
    try:
        return policy.current().policy.organisation.name.said_in(translation.get_language() or "en")
    except NoPolicy:
        return "Meldpunt"


def _how_many_held() -> int:
    return intake.held_count()


def in_words(refusal: Refusal) -> str:
    """The refusal's sentence in the active language."""
    return gettext(refusal.sentence) % refusal.words if refusal.words else gettext(refusal.sentence)


def to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """The sign-in page, and back to here afterwards."""
    here = request.get_full_path() if request.method == "GET" else "/"
    onward = f"?{urlencode({'next': here})}" if here != "/" else ""
    return HttpResponseRedirect(reverse("account_login") + onward)
