"""Where programs look: ``security.txt`` (RFC 9116) and the Web Key Directory.  And the page about our key.

What stands below ``/.well-known/`` is answered before anything asks for the name of this host, a language
or a cookie.  Mail programs come by the names of the *mail* domain (``openpgpkey.example.org``), and
the answer does not depend on the name.
"""

import functools
import re
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meldpunt.ground import clock
from meldpunt.ground.errors import Refusal
from meldpunt.policy import queries as policy
from meldpunt.policy.security_txt import PATH
from meldpunt.portal.middleware import PortalRequest
from meldpunt.vault import openpgp, published, wkd
from meldpunt.vault import queries as vault

Answer = Callable[[HttpRequest], HttpResponseBase]

DIRECTORY = re.compile(wkd.PATH + r"/(?:(?P<domain>[^/]{1,253})/)?(?:(?P<about>policy)|hu/(?P<hash>[a-z0-9]{32}))")
HOUR, DAY = 3600, 86400  # seconds that others may keep a copy
PLAIN, BINARY = "text/plain; charset=utf-8", "application/octet-stream"


class WellKnownMiddleware:
    """Answers what is ours below ``/.well-known/``, and nothing else."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = DIRECTORY.fullmatch(request.path_info)
        if not found and request.path_info != PATH:
            return self.answer(request)
        if request.method not in ("GET", "HEAD"):
            return _bare(HTTPStatus.METHOD_NOT_ALLOWED)
        try:
            return _security_txt() if not found else _directory(**found.groupdict())
        except Refusal:  # no policy yet, no key yet
            return _bare(HTTPStatus.NOT_FOUND)


def _security_txt() -> HttpResponse:
    """As it was signed.  One that has expired is as good as none."""
    ready = published.signed_security_txt()
    if ready is None or ready.expires_at <= clock.now():
        return _bare(HTTPStatus.NOT_FOUND)
    return _for_all(ready.content, PLAIN, HOUR)


def _directory(domain: str | None, about: str | None, hash: str | None) -> HttpResponse:
    """A key by the hash of an address's local part, of ours only; or the directory's own policy, which is empty."""
    address = _contact()
    if domain and domain.lower() != wkd.places(address)[1].host:
        return _bare(HTTPStatus.NOT_FOUND)
    if about:
        return _for_all(b"", PLAIN, DAY)
    key = vault.own_key()
    if hash != wkd.hashed(address.rpartition("@")[0]) or not published.names(key, address):
        return _bare(HTTPStatus.NOT_FOUND)
    return _for_all(_minimised(key.public, address), BINARY, HOUR)


def _contact() -> str:
    return policy.current().policy.organisation.contact


@functools.lru_cache(maxsize=4)
def _minimised(public: bytes, address: str) -> bytes:
    return openpgp.minimised(public, address)


def _for_all(content: bytes, kind: str, seconds: int) -> HttpResponse:
    """Programs in a browser may read it, too: there is nothing in it that is not for everybody."""
    headers = {
        "Cache-Control": f"public, max-age={seconds}",
        "Access-Control-Allow-Origin": "*",
        "Content-Length": str(len(content)),
    }
    return HttpResponse(content, content_type=kind, headers=headers)


def _bare(status: HTTPStatus) -> HttpResponse:
    text = f"{status.phrase}\n"
    return HttpResponse(text, status=status, content_type=PLAIN, headers={"Content-Length": str(len(text))})


@require_safe
def old_place(request: HttpRequest) -> HttpResponse:
    """``/security.txt``, where it stood before there was a standard."""
    return HttpResponseRedirect(PATH)


@require_safe
def key_page(request: PortalRequest) -> HttpResponse:
    """How to write to us encrypted, for people.  ``NoSuchKey`` when there is no key."""
    key, now_holds = vault.own_key(), policy.current().policy
    contact, zone = now_holds.organisation.contact, now_holds.calendar.zone
    ends = published.ends_at(key)
    words = {
        "here": "key",
        "key": key,
        "contact": contact,
        "until": ends.astimezone(zone).date() if ends else None,
        "found_by_itself": settings.CONFIG.secure and published.names(key, contact),
    }
    return render(request, "portal/key.html", words)
