"""Addresses of the desk."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path

from meldpunt.desk import (
    answer,
    case,
    clocks,
    colleagues,
    conduct,
    duplicates,
    handover,
    held,
    held_letter,
    inbox,
    looking,
    lost,
    needs_more,
    notices,
    policy,
    policy_edit,
    privacy,
    privacy_letters,
    privacy_share,
    publication,
    publication_letters,
    publication_page,
    remediation,
    remediation_letters,
    score,
)
from meldpunt.desk.signing_urls import account_urls


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


desk = [
    path("", inbox.inbox, name="inbox"),
    path("cases/<str:ref>/", case.case, name="case"),
    path("cases/<str:ref>/take/", case.take, name="take"),
    path("cases/<str:ref>/undelivered/", case.undelivered, name="undelivered"),
    path("cases/<str:ref>/undelivered/<str:letter>/again/", lost.send_again, name="send-again"),
    path("cases/<str:ref>/note/", case.note, name="note"),
    path("cases/<str:ref>/files/<str:file_id>/", case.file, name="file"),
    path("cases/<str:ref>/files/<str:file_id>/look/", looking.look, name="look"),
    path("cases/<str:ref>/assess/", answer.assess, name="assess"),
    path("cases/<str:ref>/assess/send/", answer.send_assessment, name="send-assessment"),
    path("cases/<str:ref>/reply/", answer.reply, name="reply"),
    path("cases/<str:ref>/needs-more/", needs_more.ask, name="needs-more"),
    path("cases/<str:ref>/duplicate/", duplicates.link, name="duplicate"),
    path("cases/<str:ref>/duplicate/check/", duplicates.check, name="duplicate-check"),
    path("cases/<str:ref>/hand-over/", handover.hand_over, name="handover"),
    path("cases/<str:ref>/hand-over/<str:identity>/parcel.zip", handover.download, name="handover-file"),
    path("cases/<str:ref>/no-news/", clocks.no_news, name="no-news"),
    path("cases/<str:ref>/conduct/", conduct.review, name="conduct-review"),
    path("cases/<str:ref>/conduct/statement/", conduct.statement, name="conduct-statement"),
    path("cases/<str:ref>/conduct/refuse/", conduct.refuse, name="conduct-refuse"),
    path("cases/<str:ref>/conduct/dispute/", conduct.dispute, name="conduct-dispute"),
    path("cases/<str:ref>/conduct/safe-harbour.txt.asc", conduct.signed, name="conduct-signed"),
    path("cases/<str:ref>/conduct/safe-harbour.pdf", conduct.paper, name="conduct-pdf"),
    path("cases/<str:ref>/share/", privacy_share.page, name="privacy-share"),
    path("cases/<str:ref>/consent/", privacy_letters.consent, name="privacy-consent"),
    path("cases/<str:ref>/erasure/", privacy_letters.erasure, name="privacy-erasure"),
    path("cases/<str:ref>/credit/", privacy_letters.credit, name="privacy-credit"),
    path("cases/<str:ref>/data/", privacy.data, name="privacy-data"),
    path("cases/<str:ref>/breach/", privacy.breach, name="privacy-breach"),
    path("cases/<str:ref>/erasure/attest/", privacy.attest, name="privacy-attest"),
    path("cases/<str:ref>/erasure/stop/", privacy.give_up, name="privacy-give-up"),
    path("cases/<str:ref>/date/", remediation_letters.move, name="fix-move"),
    path("cases/<str:ref>/solved/", remediation_letters.land, name="fix-land"),
    path("cases/<str:ref>/solved/confirm/", remediation.confirm, name="fix-confirm"),
    path("cases/<str:ref>/not-solved/", remediation_letters.reopen, name="fix-reopen"),
    path("cases/<str:ref>/close/", remediation_letters.close, name="report-close"),
    path("cases/<str:ref>/open-again/", remediation_letters.reopen_report, name="reopen-report"),
    path("cases/<str:ref>/noticed/", remediation.notice, name="closed-noticed"),
    path("closed/", remediation.closed, name="closed"),
    path("cases/<str:ref>/embargo/", publication_letters.propose, name="embargo-propose"),
    path("cases/<str:ref>/embargo/back/", publication.take_back, name="embargo-take-back"),
    path("cases/<str:ref>/embargo/parties/", publication.party, name="embargo-party"),
    path("cases/<str:ref>/embargo/parties/<str:party>/", publication.inform, name="embargo-inform"),
    path("cases/<str:ref>/embargo/leak/", publication.leak, name="embargo-leak"),
    path("cases/<str:ref>/embargo/leak/plan/", publication.leak_plan, name="embargo-leak-plan"),
    path("cases/<str:ref>/embargo/leak/none/", publication_letters.no_leak, name="embargo-no-leak"),
    re_path(
        r"^cases/(?P<ref>[^/]+)/embargo/(?P<act>agree|refuse)/$", publication_letters.answer, name="embargo-answer"
    ),
    path("cases/<str:ref>/publication/", publication_page.page, name="publication"),
    path("cases/<str:ref>/publication/plan/", publication_page.plan, name="publication-plan"),
    path("cases/<str:ref>/publication/publish/", publication_page.publish, name="publication-publish"),
    path("cases/<str:ref>/publication/call-off/", publication_letters.call_off, name="publication-call-off"),
    re_path(
        r"^cases/(?P<ref>[^/]+)/publication/(?P<act>agree|refuse)/$",
        publication_letters.answer_plan,
        name="publication-answer",
    ),
    path("cases/<str:ref>/thanks/", publication.thank, name="hall-enter"),
    path("score/", score.score, name="score"),
    path("score.csv", score.as_csv, name="score-csv"),
    path("policy/", policy.policy, name="policy"),
    path("policy/versions/<int:number>/", policy.version, name="policy-version"),
    path("policy/change/", policy_edit.edit, name="policy-edit"),
    path("policy/publish/", policy_edit.publish, name="policy-publish"),
    path("policy/proposals/<int:id>/", policy.proposal, name="policy-proposal"),
    path("policy/proposals/<int:id>/decide/", policy.decide, name="policy-decide"),
    path("colleagues/", colleagues.people, name="colleagues"),
    path("colleagues/address/", colleagues.address, name="colleagues-address"),
    path("colleagues/absence/", colleagues.absence, name="colleagues-absence"),
    path("notices/", notices.notices, name="notices"),
    path("notices/wish/", notices.wish, name="notices-wish"),
    path("notices/webhook/", notices.hook, name="notices-hook"),
    re_path(r"^notices/webhook/(?P<act>try|remove)/$", notices.hook_act, name="notices-hook-act"),
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
