"""Addresses of the desk."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from meldpunt.desk import answer, case, held, held_letter, inbox, looking
from meldpunt.desk.signing_urls import account_urls


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


desk = [
    path("", inbox.inbox, name="inbox"),
    path("cases/<str:ref>/", case.case, name="case"),
    path("cases/<str:ref>/take/", case.take, name="take"),
    path("cases/<str:ref>/undelivered/", case.undelivered, name="undelivered"),
    path("cases/<str:ref>/note/", case.note, name="note"),
    path("cases/<str:ref>/files/<str:file_id>/", case.file, name="file"),
    path("cases/<str:ref>/files/<str:file_id>/look/", looking.look, name="look"),
    path("cases/<str:ref>/assess/", answer.assess, name="assess"),
    path("cases/<str:ref>/assess/send/", answer.send_assessment, name="send-assessment"),
    path("cases/<str:ref>/reply/", answer.reply, name="reply"),
    path("held/", held.held, name="held"),
    path("held/<str:token>/", held_letter.letter, name="held-letter"),
    path("held/<str:token>/letter.eml", held_letter.raw, name="held-raw"),
    path("held/<str:token>/files/<int:place>/", held_letter.file, name="held-file"),
    path("held/<str:token>/open/", held_letter.open_case, name="held-open"),
    path("held/<str:token>/join/", held_letter.join, name="held-join"),
    path("held/<str:token>/ask/", held_letter.ask, name="held-ask"),
    path("held/<str:token>/wait/", held_letter.wait, name="held-wait"),
    path("held/<str:token>/spam/", held_letter.spam, name="held-spam"),
    path("held/<str:token>/back/", held_letter.back, name="held-back"),
]
urlpatterns = [path("healthz", healthz, name="healthz"), *account_urls, path("", include((desk, "desk")))]

handler400 = "meldpunt.site.errors.bad_request"
handler403 = "meldpunt.site.errors.permission_denied"
handler404 = "meldpunt.site.errors.page_not_found"
handler429 = "meldpunt.desk.signing_in.too_many"
handler500 = "meldpunt.site.errors.server_error"
