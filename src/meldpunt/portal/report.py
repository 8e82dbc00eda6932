"""The form, and the receipt that is shown once."""

import os
from typing import Any
from urllib.parse import quote

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from meldpunt.ground.values import REPORTER
from meldpunt.intake.commands import receive_submission
from meldpunt.intake.errors import AlreadyReceived, Empty, TooLarge
from meldpunt.intake.flood import Pace
from meldpunt.policy import rules, words
from meldpunt.policy.queries import Published
from meldpunt.portal import flood
from meldpunt.portal.forms import ReportForm, fresh
from meldpunt.portal.middleware import PortalRequest, by_onion, public_keys
from meldpunt.portal.pages import say, status_of
from meldpunt.portal.policy import in_words, published_or_refuse
from meldpunt.portal.sealing import seals
from meldpunt.portal.uploads import uploads_of
from meldpunt.promises.rules import bar
from meldpunt.vault.rules import Receipt, receipt_from_random


@csrf_exempt  # it acts in nobody's name, so there is nothing to forge: it works without any cookie
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: PortalRequest) -> HttpResponse:
    """The form; what is sent with it."""
    published = published_or_refuse(request)
    if request.method == "POST":
        return _send(request, published)
    initial = {"policy_version": published.version, "once": fresh(), "contact": "anonymous"}
    return _form(request, published, ReportForm(initial=initial, current_version=published.version))


def _send(request: PortalRequest, published: Published) -> HttpResponse:
    """Take the report in and show its receipt, or the form again with everything that was typed."""
    form = ReportForm(request.POST, current_version=published.version)
    files = uploads_of(request)
    if (trouble := request.arriving.trouble) is not None:
        return _form(request, published, form, status=413, files_error=say(trouble))
    if not form.is_valid():
        return _form(request, published, form, status=400)
    data = form.cleaned_data
    if asked := flood.hindrance(data["ticket"], data["once"], data["work"], request.now):
        return _form(request, published, form, status=429, asked=asked)
    receipt = receipt_from_random(os.urandom(17))
    submission = form.submission(_language(), files)
    once = data["once"] or fresh()
    try:
        receive_submission(
            submission, receipt, keys=public_keys(settings.MELDPUNT_DATA), by=REPORTER, now=request.now, once=once
        )
    except AlreadyReceived:
        # A reload, the back button, or a connection that broke before the receipt was seen.  The receipt
        # is kept nowhere, so it cannot be shown again; a second sending is offered, under a fresh value.
        return _form(request, published, form, status=409, already=True)
    except (TooLarge, Empty) as refusal:
        form.add_error("description", say(refusal))
        return _form(request, published, form, status=status_of(refusal))
    request.arriving.keep()
    return _receipt(request, published, receipt)


def _form(
    request: PortalRequest,
    published: Published,
    form: ReportForm,
    *,
    status: int = 200,
    files_error: str = "",
    already: bool = False,
    asked: Pace | None = None,
) -> HttpResponse:
    once = fresh() if already else (form["once"].value() or fresh())
    due = rules.due(published.policy.assessment, request.now, published.policy.calendar)
    context: dict[str, Any] = {
        "here": "report",
        "form": form,
        "once": once,
        "ticket": flood.ticket(once, request.now, form["ticket"].value() or ""),
        "already": already,
        "asked": asked,
        "files_error": files_error,
        "files_lost": form.is_bound and not already and bool(request.FILES or files_error),
        "published": published,
        "policy": in_words(published),
        "due_on": due.due_on,
        "zone": published.policy.calendar.zone,
        "seals": seals(request.now),
    }
    return render(request, "portal/report.html", context, status=status)


def _receipt(request: PortalRequest, published: Published, receipt: Receipt) -> HttpResponse:
    """The only time that the receipt is shown.  It is in no log, no address and no cookie."""
    calendar = published.policy.calendar
    due = rules.due(published.policy.assessment, request.now, calendar)
    address = settings.CONFIG.onion_url.rstrip("/") if by_onion(request) else settings.CONFIG.portal_address
    link = f"{address}/my/#{receipt.code}"
    today = request.now.astimezone(calendar.zone).date()
    text = _as_text(
        in_words(published).name, receipt.code, link, words.due_in_words(due.due_on, calendar.zone, _language())
    )
    context: dict[str, Any] = {
        "here": "report",
        "receipt": receipt.code,
        "groups": receipt.code.split("-"),
        "link": link,
        "qr": segno.make(link, error="m", micro=False).svg_data_uri(scale=4, border=2, light="#fff"),
        "as_file": "data:text/plain;charset=utf-8," + quote(text),
        "due_on": due.due_on,
        "zone": calendar.zone,
        "bar": bar(today, due.due_on, today, None, calendar),
        "published": published,
        "policy": in_words(published),
    }
    return render(request, "portal/receipt.html", context, status=201)


def _as_text(name: str, code: str, link: str, when: str) -> str:
    """The receipt as a small text file, to be kept with one's passwords."""
    lines = (
        gettext("Receipt of your report to %(name)s") % {"name": name},
        "",
        code,
        link,
        "",
        gettext("You have our answer at the latest on %(when)s.") % {"when": when},
        gettext("Whoever has this receipt can read the report and the answers. Without it nobody lets you in."),
        "",
    )
    return "\r\n".join(lines)


def _language() -> str:
    return get_language() or "en"
