"""How one hears of what happens: how often, when not, by mail or by a webhook.  Everybody their own."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.ground.errors import Refusal
from meldpunt.notices import commands, queries, rules
from meldpunt.notices.rules import Form, How, Wish
from meldpunt.policy import queries as policy
from meldpunt.promises import colleagues
from meldpunt.vault import keyring

HOWS = (
    (
        How.AT_ONCE,
        _("At once"),
        _("A new report, what a reporter or owner writes, a letter that did not arrive."),
    ),
    (How.DAILY, _("Once a day"), _("The same in one message, on working days at 08:15.")),
    (How.DUE, _("Only what is due"), _("The working day before, on the day itself, and once it is late.")),
)
FORMS = (
    (Form.MATTERMOST, "Mattermost"),
    (Form.SLACK, "Slack"),
    (Form.MATRIX, _("Matrix (a generic webhook of matrix-hookshot)")),
    (Form.PLAIN, _("Another program (JSON)")),
)
WHY = {
    "unreachable": _("it could not be reached"),
    "too-slow": _("it did not answer within ten seconds"),
    "no-host": _("there is no machine of that name"),
    "not-public": _("it is on a network where nobody may call"),
    "certificate": _("its certificate is not valid"),
    "redirect": _("it pointed to another address, and that is not followed"),
    "gone": _("it says that there is no such webhook any more"),
    "other-key": _("it was kept under a key that is no longer there"),
}


@require_safe
def notices(request: DeskRequest) -> HttpResponse:
    return _page(request)


@require_POST
def wish(request: DeskRequest) -> HttpResponse:
    """How often, when not, and whether by mail."""
    typed = request.POST

    def work() -> None:
        how = How(typed["how"]) if typed.get("how") in list(How) else How.DUE
        quiet = rules.quiet_from(typed.get("since", ""), typed.get("until", ""))
        key = typed.get("key", "").strip().encode()
        me = request.actor
        commands.wish(me.name, Wish(how, quiet), "by_mail" in typed, key, by=me, now=request.now)

    return _own(request, "wish", work)


@require_POST
def hook(request: DeskRequest) -> HttpResponse:
    """A webhook.  Its secret is shown in the answer, and never again."""
    typed = request.POST
    form = Form(typed["form"]) if typed.get("form") in list(Form) else Form.PLAIN
    me, keys = request.actor, keyring.public(settings.MELDPUNT_DATA)
    try:
        made = commands.set_hook(me.name, form, typed.get("url", ""), keys=keys, by=me, now=request.now)
    except Refusal as refusal:
        return _page(request, {"hook": in_words(refusal)}, typed, 400)
    return _page(request, secret=made.secret)


@require_POST
def hook_act(request: DeskRequest, act: str) -> HttpResponse:
    """Try it, or be rid of it."""
    work = commands.try_hook if act == "try" else commands.remove_hook
    return _own(request, "hook", lambda: work(request.actor.name, by=request.actor, now=request.now))


def _own(request: DeskRequest, name: str, work: Callable[[], None]) -> HttpResponse:
    try:
        work()
    except Refusal as refusal:
        return _page(request, {name: in_words(refusal)}, request.POST, 400)
    return redirect("desk:notices")


def _page(
    request: DeskRequest,
    wrong: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
    secret: str = "",
) -> HttpResponse:
    own = queries.own(request.actor)
    wrong = wrong or {}
    known = colleagues.everybody().get(request.actor.name)
    words: dict[str, Any] = {
        "own": own,
        "wish": _as_typed(typed or {}) if "wish" in wrong else _as_kept(own),
        "hows": HOWS,
        "forms": FORMS,
        "why": _why(own.hook.why) if own.hook else "",
        "address": known.address if known else "",
        "webhooks": settings.CONFIG.webhooks,
        "wrong": wrong,
        "typed": typed or {},
        "secret": secret,
        "zone": policy.current().policy.calendar.zone,
    }
    return render(request, "desk/notices.html", words, status=status)


def _as_kept(own: queries.Own) -> dict[str, object]:
    quiet = own.wish.quiet
    hours = {"since": f"{quiet.since:%H:%M}", "until": f"{quiet.until:%H:%M}"} if quiet else {}
    return {"how": own.wish.how, "by_mail": own.by_mail, "key": own.key, **hours}


def _as_typed(typed: Mapping[str, str]) -> dict[str, object]:
    names = ("how", "by_mail", "key", "since", "until")
    return {name: typed.get(name, "") for name in names}


def _why(code: str) -> object:
    if code.startswith("http-"):
        return _("it answered %(code)s") % {"code": code.removeprefix("http-")}
    return WHY.get(code, code)
