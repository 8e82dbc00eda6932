"""What every request of a program goes through: the clock, the keys, and problems as documents."""

import functools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

from meldpunt.api import problems
from meldpunt.ground import clock
from meldpunt.ground.values import Actor
from meldpunt.tokens.rules import Bearer
from meldpunt.vault import keyring
from meldpunt.vault.keyring import VaultKeys

Answer = Callable[[HttpRequest], HttpResponseBase]


class ApiRequest(HttpRequest):
    """A request as the views see it.  ``actor``: the holder of the token, who sees and acts."""

    now: datetime
    keys: VaultKeys
    bearer: Bearer
    actor: Actor


class ApiMiddleware:
    """Nothing that comes from here is stored by anybody on its way."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.now = clock.now()  # type: ignore[attr-defined]
        request.keys = vault_keys(settings.MELDPUNT_DATA, settings.MELDPUNT_ROLE)  # type: ignore[attr-defined]
        with translation.override("en"):
            response = self.answer(request)
        if response.status_code >= 400 and response.headers.get("Content-Type") != problems.CONTENT_TYPE:
            response = _as_problem(response)
        response.headers["Cache-Control"] = "no-store"
        return response


def _as_problem(response: HttpResponseBase) -> HttpResponse:
    """What the framework says itself: no such address, another method, a bug."""
    made = problems.problem(response.status_code)
    if allow := response.headers.get("Allow"):
        made["Allow"] = allow
    return made


@functools.lru_cache(maxsize=4)
def vault_keys(folder: Path, role: str) -> VaultKeys:
    return keyring.vault(folder, role)
