"""A problem document (RFC 9457), in English: programs read it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse

from meldpunt.ground.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal

CONTENT_TYPE = "application/problem+json"
STATUS: Mapping[type[Refusal], int] = {Invalid: 422, NotAllowed: 403, NotFound: 404, Conflict: 409}


def problem(status: int, detail: str = "", **more: Any) -> HttpResponse:
    """``more``: members beside the standard's own, like ``errors``."""
    title = HTTPStatus(status).phrase
    said = {"type": "about:blank", "title": title, "status": status, **({"detail": detail} if detail else {}), **more}
    return JsonResponse(said, status=status, content_type=CONTENT_TYPE)


def refused(refusal: Refusal) -> HttpResponse:
    """What cannot be, may not be, or is not there."""
    status = next(code for kind, code in STATUS.items() if isinstance(refusal, kind))
    return problem(status, str(refusal))


def unauthorized(detail: str) -> HttpResponse:
    response = problem(401, detail)
    response["WWW-Authenticate"] = "Bearer"
    return response


def too_many(seconds: int) -> HttpResponse:
    response = problem(429, "Too many requests with this token.")
    response["Retry-After"] = str(seconds)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(413 if isinstance(exception, RequestDataTooBig) else 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(404, "There is no such address.")


def server_error(request: HttpRequest) -> HttpResponse:
    return problem(500, "This is our mistake. Nothing that was confirmed is lost.")
