"""How close together the rows of the first screen stand: a link chooses, and a cookie of that person remembers it."""

from collections.abc import Mapping
from types import MappingProxyType

from django.conf import settings
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from meldpunt.desk.middleware import DeskRequest

WIDE, COMPACT = "wide", "compact"
WORDS: Mapping[str, Promise] = MappingProxyType({WIDE: _("Comfortable"), COMPACT: _("Compact")})
FIELD = "rows"
AGE = 365 * 24 * 3600


def chosen(request: DeskRequest) -> str:
    wanted = request.GET.get(FIELD) or request.COOKIES.get(_cookie(request))
    return COMPACT if wanted == COMPACT else WIDE


def remember(request: DeskRequest, answer: HttpResponse) -> HttpResponse:
    """Whoever followed the link finds it so the next time, in this browser."""
    if request.GET.get(FIELD) in WORDS:
        name, wanted = _cookie(request), request.GET[FIELD]
        answer.set_cookie(name, wanted, AGE, secure=settings.SECURE, httponly=True, samesite="Strict")
    return answer


def _cookie(request: DeskRequest) -> str:
    return f"desk-rows-{request.user.pk}"
