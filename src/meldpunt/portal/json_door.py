"""The form without a page: a report as JSON, from a program, without an account.

    POST /report.json
    {"system": "…", "description": "…", "conditions": true}     the rest of the form's fields may be there, too
    201 {"receipt": "…", "page": "https://…/my/", "due_on": "2026-03-05"}

The receipt is in this answer and nowhere else.  The same ``Idempotency-Key`` is taken once.  Files go through the form.
"""

import hashlib
import json
import os
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from meldpunt.ground.errors import Refusal
from meldpunt.ground.values import REPORTER
from meldpunt.intake.commands import receive_submission
from meldpunt.intake.rules import Door
from meldpunt.policy import rules
from meldpunt.policy.queries import Published
from meldpunt.portal import flood
from meldpunt.portal.forms import ANONYMOUS, MAIL, ReportForm, fresh
from meldpunt.portal.middleware import PortalRequest, public_keys
from meldpunt.portal.pages import say, status_of
from meldpunt.portal.policy import published_or_refuse
from meldpunt.vault.rules import receipt_from_random

PROBLEM = "application/problem+json"


@csrf_exempt  # it acts in nobody's name, so there is nothing to forge
@require_POST
def report(request: PortalRequest) -> HttpResponse:
    """A report in, its receipt out."""
    published = published_or_refuse(request)
    try:
        told = json.loads(request.body)
    except RequestDataTooBig:
        return _problem(413)
    except (ValueError, RecursionError):  # a thousand brackets are no report either
        told = None
    if not isinstance(told, dict):
        return _problem(400, "The body is no JSON object.")
    form = ReportForm(_as_typed(told, published.version), current_version=published.version)
    if not form.is_valid():
        errors = [{"pointer": f"/{name}", "detail": " ".join(map(str, said))} for name, said in form.errors.items()]
        return _problem(422, "Something is missing, or cannot be.", errors=errors)
    return _receive(request, form, published)


def _as_typed(told: dict[str, Any], version: int) -> dict[str, Any]:
    """What the form would have sent.  Only texts count; whoever gives an address wants to be written to."""
    data = {name: value for name, value in told.items() if isinstance(value, str)}
    data["contact"] = MAIL if data.get("address") else ANONYMOUS
    data["conditions"] = "on" if told.get("conditions") is True else ""
    data["policy_version"] = str(told.get("policy_version", version))
    return data


def _receive(request: PortalRequest, form: ReportForm, published: Published) -> HttpResponse:
    key = request.headers.get("Idempotency-Key", "")
    once = hashlib.sha256(f"json|{key}".encode()).hexdigest()[:43] if key else fresh()
    if flood.hindrance("", once, "", request.now):
        response = _problem(429, "Many reports come in now. Wait, or use the form.")
        response["Retry-After"] = "600"
        return response
    receipt = receipt_from_random(os.urandom(17))
    submission = form.submission(get_language() or "en", ())
    keys = public_keys(settings.MELDPUNT_DATA)
    try:
        receive_submission(submission, receipt, keys=keys, by=REPORTER, now=request.now, once=once, door=Door.JSON)
    except Refusal as refusal:
        return _problem(status_of(refusal), say(refusal))
    due = rules.due(published.policy.assessment, request.now, published.policy.calendar)
    page = f"{settings.CONFIG.portal_address}/my/"
    answer = {"receipt": receipt.code, "page": page, "due_on": due.due_on.isoformat()}
    return JsonResponse(answer, status=201)


def _problem(status: int, detail: str = "", **more: Any) -> HttpResponse:
    """RFC 9457.  It never repeats what was sent."""
    said = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JsonResponse({**said, **({"detail": detail} if detail else {}), **more}, status=status, content_type=PROBLEM)
