"""Whether whoever was signed in still is, and what becomes of a form that comes too late."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseBase

from meldpunt.desk import kept, sessions
from meldpunt.desk.middleware import OPEN, Answer
from meldpunt.desk.session_pages import too_late
from meldpunt.ground import clock

BY_ITSELF = ("/account/sessions/this/", "/present/")  # what a page asks while nobody touches it


class SeatMiddleware:
    """Ends sessions; before anything asks who is signed in."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: Any) -> HttpResponseBase:
        request.idle_left = request.rest_left = 0
        if SESSION_KEY in request.session and request.session.row is not None:
            self._sit(request)
        response = self.answer(request)
        if request.method == "POST" and request.resolver_match and request.resolver_match.url_name == "account_logout":
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        name = request.resolver_match.url_name
        if request.user.is_authenticated:
            if request.method == "POST" and kept.KEPT in request.session and name != "kept":
                kept.drop(request.session, request.user.pk, request.get_full_path())
        elif request.method == "POST" and name not in OPEN:
            return too_late(request)
        return None

    def _sit(self, request: Any) -> None:
        row, now = request.session.row, clock.now()
        if sessions.ends_at(row) <= now:
            kept.end(request.session)
            request.user = AnonymousUser()
            return
        if request.method == "POST" or not request.path.endswith(BY_ITSELF):
            sessions.touch(row, now=now)
        request.idle_left = int((row.seen + sessions.idle() - now).total_seconds())
        request.rest_left = int((sessions.last_at(row) - now).total_seconds())
