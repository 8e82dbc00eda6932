"""Where everything of the JSON interface is."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from meldpunt.api.schema import api


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [path("healthz", healthz, name="healthz"), path("v1/", api.urls)]

handler400 = "meldpunt.api.problems.bad_request"
handler404 = "meldpunt.api.problems.not_found"
handler500 = "meldpunt.api.problems.server_error"
