"""Addresses of the first run: one page behind a one-time link."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from meldpunt.desk.setup import setup
from meldpunt.site.theme import theme


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    path("theme.css", theme, name="theme"),
    path("healthz", healthz, name="healthz"),
    path("setup/<str:token>/", setup, name="setup"),
]

handler400 = "meldpunt.site.errors.bad_request"
handler403 = "meldpunt.site.errors.permission_denied"
handler404 = "meldpunt.site.errors.page_not_found"
handler500 = "meldpunt.site.errors.server_error"
