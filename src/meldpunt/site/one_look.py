"""A page that only shows something asks the database each question once, however many rooms put it."""

from collections.abc import Callable
from contextlib import nullcontext

from django.http import HttpRequest, HttpResponseBase

from meldpunt.ledger.one_look import one_look

SAFE = ("GET", "HEAD")


class OneLookMiddleware:
    """Around everything else, and around nothing that changes anything: an act reads what is so when it reads."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with one_look() if request.method in SAFE else nullcontext():
            return self.answer(request)
