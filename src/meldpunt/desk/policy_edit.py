"""Writing the next version of the policy: as a form, as a text, a look ahead, and putting it forward.

What is being written travels in the page itself and is stored nowhere until it is published or proposed.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.policy import STREAM, people
from meldpunt.desk.policy_fields import sections
from meldpunt.desk.policy_form import Filled, errors_in, fill, parse, parts
from meldpunt.desk.policy_words import ahead
from meldpunt.desk.sending import fresh_key, once
from meldpunt.ground.errors import Conflict, Invalid, NotAllowed
from meldpunt.policy import commands, queries
from meldpunt.policy.errors import BadPolicy, PublishedMeanwhile
from meldpunt.policy.preview import Preview
from meldpunt.policy.proposing import LONGEST_SUMMARY


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: DeskRequest) -> HttpResponse:
    """The form or the text; ``go`` says where to: form, text or preview."""
    if request.method != "POST":
        now = queries.current().version
        return _form(request, _begin(request, now), now)
    text, base, go = _text(request), _base(request), request.POST.get("go", "preview")
    try:
        filled = fill(text, people(), request.POST) if request.POST.get("mode") == "form" else Filled(text, {}, {}, ())
        parse(filled.text)
    except BadPolicy as refusal:  # no TOML: only as a text can it be repaired
        return _as_text(request, text, base, refusal)
    if filled.errors:
        return _form(request, filled.text, base, filled.typed, filled.errors, status=400)
    if go == "form":
        return _form(request, filled.text, base)
    if go == "text":
        return _as_text(request, filled.text, base)
    return _checked(request, filled, base)


def _checked(request: DeskRequest, filled: Filled, base: int) -> HttpResponse:
    """The look ahead, or what is wrong, where it was typed."""
    try:
        return _preview(request, filled.text, base)
    except BadPolicy as refusal:
        if request.POST.get("mode") != "form":
            return _as_text(request, filled.text, base, refusal)
        fields = [one for section in sections(parse(filled.text), people()) for one in section.fields]
        errors = errors_in(filled.text, refusal, in_words(refusal), filled.changed, fields)
        return _form(request, filled.text, base, {}, errors, status=400, wrong="" if errors else in_words(refusal))


@require_POST
def publish(request: DeskRequest) -> HttpResponse:
    """Publish it, or propose it, as it was read in the look ahead."""
    text, base, summary = _text(request), _base(request), request.POST.get("summary", "")
    proposed = 0
    try:
        with once(request, STREAM) as first:
            if first and request.POST.get("act") == "publish":
                commands.publish(text, summary, base, by=request.actor, now=request.now)
            elif first:
                proposed = commands.propose(text, summary, base, by=request.actor, now=request.now).id
    except BadPolicy as refusal:
        return _as_text(request, text, base, refusal)
    except PublishedMeanwhile:
        return _preview(request, text, base, 409)
    except Invalid as refusal:
        return _preview(request, text, base, 400, wrong=in_words(refusal))
    except Conflict as refusal:
        return _preview(request, text, base, 409, wrong=in_words(refusal))
    except NotAllowed as refusal:
        return _preview(request, text, base, 403, wrong=in_words(refusal))
    return redirect("desk:policy-proposal", proposed) if proposed else redirect("desk:policy")


def _form(
    request: DeskRequest,
    text: str,
    base: int,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
    wrong: str = "",
) -> HttpResponse:
    found = parts(text, people(), typed or {}, errors or {}, get_language() or "en")
    words = {
        "parts": [one for one in found if not one.section.folded],
        "clauses": [one for one in found if one.section.folded],
        "mistakes": [field for part in found for field in part.fields if field.error],
        "text": text,
        "base": base,
        "wrong": wrong,
        "summary": request.POST.get("summary", ""),
    }
    return render(request, "desk/policy_edit.html", words, status=status)


def _as_text(request: DeskRequest, text: str, base: int, refusal: BadPolicy | None = None) -> HttpResponse:
    lines = text.split("\n")
    at = refusal.line if refusal and refusal.line and refusal.line <= len(lines) else 0
    words = {
        "text": text,
        "base": base,
        "wrong": in_words(refusal) if refusal else "",
        "line": at,
        "says": lines[at - 1].strip() if at else "",
        "rows": min(max(len(lines) + 1, 20), 60),
        "summary": request.POST.get("summary", ""),
    }
    return render(request, "desk/policy_text.html", words, status=400 if refusal else 200)


def _preview(request: DeskRequest, text: str, base: int, status: int = 200, **more: Any) -> HttpResponse:
    """What it would do.  Raises ``BadPolicy`` when it cannot be the policy."""
    now = queries.current()
    shown = ahead(request, text, now.version)
    words = {
        **shown,
        "text": text,
        "base": now.version,  # what the reader now sees is compared with that one
        "meanwhile": now.version if base != now.version else 0,
        "two": now.policy.review.second_person_for_policy,
        "summary": request.POST.get("summary") or _summary(shown["preview"]),
        "most": LONGEST_SUMMARY,
        "once": fresh_key(),
        **more,
    }
    return render(request, "desk/policy_preview.html", words, status=status)


def _summary(found: Preview) -> str:
    """A summary to begin with, in the policy's first language: the public reads it."""
    words = " ".join(one.said_in(found.policy.languages[0]) for one in found.changes)
    return words if len(words) <= LONGEST_SUMMARY else ""


def _begin(request: HttpRequest, now: int) -> str:
    """The text to begin with: of a proposal that is taken up again, or of the version that holds."""
    asked = request.GET.get("proposal", "")
    if asked.isdecimal() and len(asked) < 10:
        return queries.proposal(int(asked)).text
    return queries.text_of(now)


def _text(request: HttpRequest) -> str:
    """A browser sends every line with an end of two signs."""
    return request.POST.get("text", "").replace("\r\n", "\n")


def _base(request: HttpRequest) -> int:
    found = request.POST.get("base", "")
    return int(found) if found.isdecimal() and len(found) < 10 else 0
