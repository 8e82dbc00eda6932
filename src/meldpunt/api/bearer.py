"""Whose token this is, and how often it may ask."""

import functools

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from meldpunt.api.pace import Pace
from meldpunt.cases import people
from meldpunt.tokens import commands, queries
from meldpunt.tokens.rules import Bearer


class TooMany(Exception):
    """This token asks too often."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class Token(HttpBearer):
    """``Authorization: Bearer mpt_…``; a token is made at the desk."""

    def authenticate(self, request: HttpRequest, token: str) -> Bearer:
        """``NoToken``, ``TooMany``."""
        now = request.now  # type: ignore[attr-defined]
        found = queries.bearer(token, now)
        if seconds := pace().wait(found.token):
            raise TooMany(seconds)
        actor = people.actor(found.holder)
        request.bearer, request.actor = found, actor  # type: ignore[attr-defined]
        if queries.is_first_use(found.token, now):
            commands.note_use(found.token, by=actor, now=now)
        return found


@functools.cache
def pace() -> Pace:
    """One for the process."""
    return Pace(int(settings.CONFIG.api_per_minute))
