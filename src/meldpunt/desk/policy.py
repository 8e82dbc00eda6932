"""The policy at the desk: its versions, what is proposed, and deciding about that."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from meldpunt.desk import accounts, labels
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.policy_words import ahead, compared, unkept
from meldpunt.desk.sending import fresh_key, once
from meldpunt.ground.errors import Conflict, NotAllowed
from meldpunt.policy import commands, queries
from meldpunt.policy.changes import changes
from meldpunt.policy.page import page_words
from meldpunt.policy.proposing import Act, State

STREAM = "policy"  # what a form's key is bound to, as other forms are to a case


@require_safe
def policy(request: DeskRequest) -> HttpResponse:
    """The policy as it stands, the versions before it, and what waits for a second person."""
    now, language = queries.current(), get_language() or "en"
    words = {
        "published": now,
        "page": page_words(now.policy, language),
        "page_language": now.policy.scope.nearest(language),
        "versions": [(one, name_of(one.by), name_of(one.proposed_by)) for one in queries.versions()],
        "proposals": [(one, name_of(one.proposed_by), one.base != now.version) for one in queries.proposals()],
        "unkept": unkept(now.policy, language),
        "unkept_ids": {clause.id for clause in now.policy.asks + now.policy.promises if not clause.enforced},
        "two": now.policy.review.second_person_for_policy,
        "zone": now.policy.calendar.zone,
    }
    return render(request, "desk/policy.html", words)


@require_safe
def version(request: DeskRequest, number: int) -> HttpResponse:
    """One version as it was published, and what it changed."""
    found, language = queries.version(number), get_language() or "en"
    line = next(one for one in queries.versions() if one.version == number)
    before = queries.version(number - 1).policy if number > 1 else None
    words = {
        "published": found,
        "line": line,
        "by": name_of(line.by),
        "proposed_by": name_of(line.proposed_by),
        "text": queries.text_of(number),
        "changes": [one.said_in(language) for one in changes(before, found.policy)] if before else [],
        "lines": list(compared(queries.text_of(number - 1), queries.text_of(number))) if before else [],
        "pages": [
            (code, labels.LANGUAGES.get(code, code), page_words(found.policy, code)) for code in found.policy.languages
        ],
        "zone": queries.current().policy.calendar.zone,
    }
    return render(request, "desk/policy_version.html", words)


@require_safe
def proposal(request: DeskRequest, id: int) -> HttpResponse:
    return _proposal(request, id)


@require_POST
def decide(request: DeskRequest, id: int) -> HttpResponse:
    """Publish what was proposed, or take it back."""
    act = Act.APPROVE if request.POST.get("act") == Act.APPROVE else Act.WITHDRAW
    try:
        with once(request, STREAM) as first:
            if first and act is Act.APPROVE:
                commands.approve(id, by=request.actor, now=request.now)
            elif first:
                commands.withdraw(id, by=request.actor, now=request.now)
    except Conflict as refusal:
        return _proposal(request, id, 409, wrong=in_words(refusal))
    except NotAllowed as refusal:
        return _proposal(request, id, 403, wrong=in_words(refusal))
    return redirect("desk:policy")


def _proposal(request: DeskRequest, id: int, status: int = 200, **more: Any) -> HttpResponse:
    found, now = queries.proposal(id), queries.current()
    is_open = found.state is State.OPEN
    overtaken = is_open and found.base != now.version
    yours = name_of(found.proposed_by) == request.actor.name
    two = now.policy.review.second_person_for_policy
    words = {
        "proposal": found,
        "by": name_of(found.proposed_by),
        "decided_by": name_of(found.decided_by),
        "overtaken": overtaken,
        "may_approve": is_open and not overtaken and not (two and yours),
        "alone": is_open and not overtaken and two and yours,
        "current": now.version,
        "once": fresh_key(),
        "zone": now.policy.calendar.zone,
        # one that is decided about is history: its text and its summary are enough
        **(ahead(request, found.text, now.version) if is_open else {}),
        **more,
    }
    return render(request, "desk/policy_proposal.html", words, status=status)


def name_of(by: str) -> str:
    """The name in an actor as the ledger writes it."""
    return by.split(":", 1)[-1]


def people() -> tuple[str, ...]:
    """Who can sign in."""
    return tuple(one.username for one in accounts.list_handlers() if one.active)
