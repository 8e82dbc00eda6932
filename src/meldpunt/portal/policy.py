"""The policy as the public reads it, its earlier versions, and the key to write to us."""

import functools
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from meldpunt.policy import queries
from meldpunt.policy.errors import NoPolicy, NoSuchVersion
from meldpunt.policy.page import PageWords, page_words
from meldpunt.policy.queries import Published
from meldpunt.portal.middleware import PortalRequest
from meldpunt.vault import openpgp
from meldpunt.vault import queries as vault
from meldpunt.vault.errors import NoSuchKey
from meldpunt.vault.queries import OwnKey

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def in_words(published: Published, language: str | None = None) -> PageWords:
    """The policy in ``language``; in the active one when none is named."""
    return page_words(published.policy, language or get_language() or "en")


def published_or_refuse(request: PortalRequest) -> Published:
    """The policy that holds now, or ``NoPolicy``."""
    if request.published is None:
        raise NoPolicy("No policy has been published yet.")
    return request.published


@require_safe
def current(request: PortalRequest) -> HttpResponse:
    return _page(request, published_or_refuse(request), old=False)


@require_safe
def version(request: PortalRequest, number: int) -> HttpResponse:
    now = published_or_refuse(request)
    if number > now.version:
        raise NoSuchVersion("There is no version %(number)d of the policy.", number=number)
    return _page(request, queries.version(number), old=number != now.version)


def _page(request: PortalRequest, published: Published, *, old: bool) -> HttpResponse:
    context: dict[str, Any] = {
        "here": "policy",
        "published": published,
        "policy": in_words(published),
        "assessment": published.policy.assessment if published.policy.promises_assessment else None,
        "zone": published.policy.calendar.zone,
        "since": published.published_at.astimezone(published.policy.calendar.zone).date(),
        "old": old,
        "versions": queries.versions(),
        "key": _own_key(),
    }
    return render(request, "portal/policy.html", context)


def _own_key() -> OwnKey | None:
    try:
        return vault.own_key()
    except NoSuchKey:
        return None


@require_safe
def key(request: PortalRequest) -> HttpResponse:
    """The organisation's public OpenPGP key, to be saved or imported."""
    response = HttpResponse(_armored(vault.own_key().public), content_type="application/pgp-keys")
    response["Content-Disposition"] = 'attachment; filename="openpgp-key.asc"'
    return response


@functools.lru_cache(maxsize=4)
def _armored(public: bytes) -> str:
    return openpgp.armor(public)


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """On one's own machine the portal knows the way to the desk; to the Internet it does not exist."""
    here = request.get_host().rsplit(":", 1)[0]
    if here in LOOPBACK and settings.CONFIG.web.rsplit(":", 1)[0] in LOOPBACK:
        return HttpResponseRedirect(settings.CONFIG.desk_address)
    raise Http404


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")
