"""Addresses of the desk."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from meldpunt.desk import answer, case, held, inbox
from meldpunt.desk.signing_urls import account_urls


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


desk = [
    path("", inbox.inbox, name="inbox"),
    path("cases/<str:ref>/", case.case, name="case"),
    path("cases/<str:ref>/take/", case.take, name="take"),
    path("cases/<str:ref>/note/", case.note, name="note"),
    path("cases/<str:ref>/files/<str:file_id>/", case.file, name="file"),
    path("cases/<str:ref>/assess/", answer.assess, name="assess"),
    path("cases/<str:ref>/assess/send/", answer.send_assessment, name="send-assessment"),
    path("cases/<str:ref>/reply/", answer.reply, name="reply"),
    path("held/", held.held, name="held"),
]
urlpatterns = [path("healthz", healthz, name="healthz"), *account_urls, path("", include((desk, "desk")))]

handler400 = "meldpunt.site.errors.bad_request"
handler403 = "meldpunt.site.errors.permission_denied"
handler404 = "meldpunt.site.errors.page_not_found"
handler429 = "meldpunt.desk.signing_in.too_many"
handler500 = "meldpunt.site.errors.server_error"
