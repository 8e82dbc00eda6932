"""The floor of the pages: one indexed query and the smallest page of the framework, behind all the middleware."""

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import URLPattern, URLResolver, include, path

from meldpunt.cases.models import Case
from meldpunt.site.settings import ROLE

PAGE = Template("<!doctype html><title>{{ ref }}</title><p>{{ ref }}, received {{ received_at }}</p>\n")


def trivial(request: HttpRequest, ref: str) -> HttpResponse:
    return HttpResponse(PAGE.render(Context(Case.objects.values("ref", "received_at").get(ref=ref))))


urlpatterns: list[URLPattern | URLResolver] = [path("trivial/<str:ref>/", trivial, name="trivial")]
if ROLE == "desk":
    from meldpunt.desk.signing_urls import account_urls

    urlpatterns += [*account_urls, path("", include(([path("", trivial, name="inbox")], "desk")))]
