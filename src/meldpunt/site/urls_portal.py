"""Where everything of the portal is."""

from django.urls import path

from meldpunt.portal import (
    conduct,
    duplicates,
    hall,
    owner,
    owner_case,
    policy,
    privacy,
    publication,
    remediation,
    report,
    score,
    visit,
    wellknown,
)

urlpatterns = [
    path("", policy.current, name="policy"),
    path("policy/versions/<int:number>/", policy.version, name="policy-version"),
    path("policy/<int:number>/", policy.version),  # as it was called in earlier letters
    path("key/", wellknown.key_page, name="key-page"),
    path("key.asc", policy.key, name="key"),
    path("openpgp-key.asc", policy.key),  # as it was called in earlier letters
    path("security.txt", wellknown.old_place),
    path("report/", report.report, name="report"),
    path("my/", visit.arrive, name="my"),
    path("my/report/", visit.case, name="my-report"),
    path("my/consent/", privacy.give, name="my-consent-give"),
    path("my/consent/<str:consent>/", privacy.consent, name="my-consent"),
    path("my/erased/", privacy.erased, name="my-erased"),
    path("my/name/", privacy.name, name="my-name"),
    path("my/name/confirm/", privacy.confirm, name="my-name-confirm"),
    path("my/name/withdraw/", privacy.unname, name="my-unname"),
    path("my/solved/", remediation.solved, name="my-solved"),
    path("my/still-there/", remediation.still_there, name="my-still-there"),
    path("my/embargo/", publication.embargo, name="my-embargo"),
    path("my/embargo/told/", publication.party, name="my-embargo-party"),
    path("my/embargo/leak/", publication.leak, name="my-embargo-leak"),
    path("my/publication/", publication.plan, name="my-publication"),
    path("my/publication/comment/", publication.comment, name="my-publication-comment"),
    path("my/close/", visit.close, name="my-close"),
    path("my/conduct/ask/", conduct.ask, name="my-conduct-ask"),
    path("my/conduct/dispute/", conduct.dispute, name="my-conduct-dispute"),
    path("my/receipt-statement.txt.asc", conduct.receipt_statement, name="my-receipt-statement"),
    path("my/report.txt", conduct.report_file, name="my-report-file"),
    path("my/safe-harbour.txt.asc", conduct.safe_harbour_text, name="my-safe-harbour"),
    path("my/safe-harbour.pdf", conduct.safe_harbour_pdf, name="my-safe-harbour-pdf"),
    path("my/duplicate/allow/", duplicates.allow, name="my-duplicate-allow"),
    path("my/duplicate/decline/", duplicates.decline, name="my-duplicate-decline"),
    path("my/earlier-report.txt", duplicates.earlier_report, name="my-earlier-report"),
    path("my/files/<str:file_id>/", visit.file, name="my-file"),
    path("owner/", owner.arrive, name="owner"),
    path("owner/code/", owner.code, name="owner-code"),
    path("owner/close/", owner.close, name="owner-close"),
    path("owner/case/", owner_case.case, name="owner-case"),
    path("owner/case/write/", owner_case.write, name="owner-write"),
    path("owner/case/date/", owner_case.propose, name="owner-date"),
    path("owner/case/solved/", owner_case.solved, name="owner-solved"),
    path("owner/case/back/", owner_case.give_back, name="owner-back"),
    path("owner/files/<str:file_id>/", owner_case.file, name="owner-file"),
    path("score/", score.score, name="score"),
    path("score.json", score.as_json, name="score-json"),
    path("score.atom", score.feed, name="score-feed"),
    path("thanks/", hall.thanks, name="thanks"),
    path("thanks/feed/", hall.thanks_feed, name="thanks-feed"),
    path("advisories/", hall.advisories, name="advisories"),
    path("advisories/feed/", hall.advisories_feed, name="advisories-feed"),
    path("advisories/<str:name>/", hall.advisory, name="advisory"),
    path("desk/", policy.desk),
    path("healthz", policy.healthz),
]
handler400 = "meldpunt.site.errors.bad_request"
handler403 = "meldpunt.site.errors.permission_denied"
handler404 = "meldpunt.site.errors.page_not_found"
handler500 = "meldpunt.site.errors.server_error"
