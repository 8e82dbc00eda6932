"""Tokens for one's own programs: made, listed, revoked.  A secret is shown once, in the answer, and never again.

Only who has shown a moment ago who they are gets one: it outlives the session that made it.
"""

from collections.abc import Mapping

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows import reauthentication
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.ground.errors import Invalid
from meldpunt.policy import queries as policy
from meldpunt.tokens import commands, queries, rules
from meldpunt.tokens.rules import Scope

SCOPES = (
    (Scope.READ, _("Reads"), _("What you may see: what is owed, cases, promises, the score.")),
    (
        Scope.ACT,
        _("Reads and acts"),
        _(
            "It also takes cases, keeps notes and writes to reporters, in your name. A letter that it writes keeps no"
            " promise."
        ),
    ),
)


@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
@require_safe
def tokens(request: DeskRequest) -> HttpResponse:
    return _page(request, typed=request.GET)


@require_POST
def make(request: DeskRequest) -> HttpResponse:
    """Its secret is in the answer to this, and nowhere else."""
    typed = request.POST
    if reauthentication.is_reauthentication_required(request, app="allauth.mfa"):  # the page was open for long
        said = {name: typed.get(name, "")[:100] for name in ("label", "scope", "days")}
        return redirect(f"{reverse('desk:tokens')}?{urlencode(said)}")
    scope = Scope(typed["scope"]) if typed.get("scope") in list(Scope) else Scope.READ
    days = typed.get("days", "")
    lives = int(days) if days in map(str, rules.LIVES) else 0
    try:
        made = commands.make(typed.get("label", ""), scope, lives, by=request.actor, now=request.now)
    except Invalid as refusal:
        return _page(request, in_words(refusal), typed, 400)
    return _page(request, secret=made.secret)


@require_POST
def revoke(request: DeskRequest, token: str) -> HttpResponse:
    commands.revoke(token, by=request.actor, now=request.now)
    return redirect("desk:tokens")


def _page(
    request: DeskRequest,
    wrong: str = "",
    typed: Mapping[str, str] | None = None,
    status: int = 200,
    secret: str = "",
) -> HttpResponse:
    typed = typed or {}
    words = {
        "tokens": queries.own(request.actor, request.now),
        "scopes": SCOPES,
        "scope": typed.get("scope") or Scope.READ,
        "lives": rules.LIVES,
        "days": typed.get("days") or str(rules.LIVES[1]),
        "wrong": wrong,
        "typed": typed,
        "secret": secret,
        "where": (settings.CONFIG.api_url.rstrip("/") or f"http://{settings.CONFIG.api}")
        if settings.CONFIG.api
        else "",
        "zone": policy.current().policy.calendar.zone,
    }
    return render(request, "desk/tokens.html", words, status=status)
