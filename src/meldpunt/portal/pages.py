"""Pages for what went wrong, in the look and the reader's language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.ground.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from meldpunt.intake.errors import TooLarge

STATUSES: tuple[tuple[type[Refusal], int], ...] = (
    (TooLarge, 413),
    (Invalid, 400),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
)
HEADINGS: dict[int, Promise] = {
    400: _("That did not work"),
    403: _("That is not allowed"),
    404: _("There is nothing here"),
    409: _("Not now"),
    413: _("That is too large"),
    500: _("Something broke on our side"),
    503: _("Please come back in a while"),
}


def page(request: HttpRequest, status: int, sentence: str, heading: str = "") -> HttpResponse:
    """The page for ``status`` with one sentence of explanation, never kept by a browser.

    A middleware may have set ``request.layout`` to the template that the page extends.
    """
    words = {
        "layout": getattr(request, "layout", "base.html"),
        "status": status,
        "heading": heading or HEADINGS[status],
        "sentence": sentence,
    }
    response = render(request, "errors/error.html", words, status=status)
    response["Cache-Control"] = "no-store"
    return response


def say(refusal: Refusal) -> str:
    """The refusal's sentence in the active language."""
    return gettext(refusal.sentence) % refusal.words if refusal.words else gettext(refusal.sentence)


def status_of(refusal: Refusal) -> int:
    """The HTTP status that answers a refusal."""
    return next((status for kind, status in STATUSES if isinstance(refusal, kind)), 400)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page for a refusal."""
    return page(request, status_of(refusal), say(refusal))
