"""Where everything of the portal is."""

from django.urls import path

from meldpunt.portal import policy, report, visit

urlpatterns = [
    path("", policy.current, name="policy"),
    path("policy/<int:number>/", policy.version, name="policy-version"),
    path("openpgp-key.asc", policy.key, name="key"),
    path("report/", report.report, name="report"),
    path("my/", visit.arrive, name="my"),
    path("my/report/", visit.case, name="my-report"),
    path("my/close/", visit.close, name="my-close"),
    path("my/files/<str:file_id>/", visit.file, name="my-file"),
    path("desk/", policy.desk),
    path("healthz", policy.healthz),
]
handler400 = "meldpunt.site.errors.bad_request"
handler403 = "meldpunt.site.errors.permission_denied"
handler404 = "meldpunt.site.errors.page_not_found"
handler500 = "meldpunt.site.errors.server_error"
