"""What Django calls when a request goes wrong before or outside a view: pages in the look."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from meldpunt.portal.pages import page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20
        sentence = gettext("The text has more than %(limit)d MiB. Please go back and send it as a file.")
        return page(request, 413, sentence % {"limit": limit})
    if isinstance(exception, TooManyFilesSent):
        sentence = gettext("Those were too many files. Please go back and choose fewer, or put them in one archive.")
        return page(request, 413, sentence)
    return page(request, 400, gettext("We could not make sense of what your browser sent. Nothing was stored."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 403, gettext("You may not do that."))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, 404, gettext("This page does not exist, or not any more."))


def server_error(request: HttpRequest) -> HttpResponse:
    # The bare frame: whatever broke may be among the shell's own parts
    request.layout = "base.html"  # type: ignore[attr-defined]
    sentence = gettext("It is not your doing, and nothing that we confirmed is lost. Please try again in a while.")
    return page(request, 500, sentence)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = gettext(
        "The form was open for too long, or your browser keeps no cookies for this site. Nothing was stored."
        " Go back, reload the page and send it again."
    )
    return page(request, 403, sentence, gettext("That did not work"))
