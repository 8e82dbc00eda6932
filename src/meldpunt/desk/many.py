"""The same for many cases: take them, give them to a colleague, or answer a flood of reports without merit.

First what would happen is shown, letter by letter; then each case gets a command, a transaction and a letter of its
own.  What is refused for one is told, and the others go on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from meldpunt.cases import access, people
from meldpunt.cases import commands as cases
from meldpunt.cases import queries as case_queries
from meldpunt.cases.queries import CaseView
from meldpunt.conversation.rules import mode_for
from meldpunt.desk import accounts, labels, meanwhile
from meldpunt.desk.accounts import Handler
from meldpunt.desk.answer import letterhead
from meldpunt.desk.case import catch_up
from meldpunt.desk.errors import CaseMoved, Unclear
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.sending import TAKEN, check_unmoved, fresh_key, news, once, seen
from meldpunt.ground.errors import Invalid, Refusal
from meldpunt.ground.rights import Right
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.remediation import dismissing, rules

MOST = 50
TAKE, GIVE, DISMISS = "take", "give", "dismiss"


@dataclass
class One:
    """A case that was ticked, and what would happen to it."""

    case: CaseView
    who: str = field(repr=False)
    seen: int = 0
    letter: str = field(default="", repr=False)
    way: str = ""


@require_POST
def many(request: DeskRequest) -> HttpResponse:
    """Three steps in one address: choose, look, do.  What was ticked travels in the form."""
    refs = access.may_see(request.actor, request.POST.getlist("case")[:MOST])
    chosen = [
        One(case_queries.case_for(request.actor, CaseRef(ref), request.keys), who)
        for ref, (_case, who) in case_queries.lines(refs, request.keys).items()
    ]
    if not chosen:
        return redirect("desk:inbox")
    step = request.POST.get("step", "")
    if step not in ("look", "do"):
        return _choose(request, chosen)
    try:
        _check(request)
    except Invalid as refusal:
        return _choose(request, chosen, wrong=in_words(refusal), status=400)
    return _look(request, chosen) if step == "look" else _do(request, chosen)


def _choose(request: DeskRequest, chosen: list[One], status: int = 200, **more: Any) -> HttpResponse:
    words = {
        "chosen": chosen,
        "colleagues": _colleagues(),
        "languages": sorted({one.case.language for one in chosen}),
        "typed": request.POST,
        **more,
    }
    words["reasons"] = [(code, request.POST.get(f"reason-{code}", "")) for code in words["languages"]]
    return render(request, "desk/many.html", words, status=status)


def _check(request: DeskRequest) -> None:
    """Whether it is clear what to do."""
    act = request.POST.get("act", "")
    if act not in (TAKE, GIVE, DISMISS):
        raise Unclear("Choose what to do.")
    if act == GIVE and request.POST.get("to", "") not in {one.username for one in _colleagues()}:
        raise Unclear("Choose a colleague.")
    if act == DISMISS:
        for name, reason in request.POST.items():
            if name.startswith("reason-"):
                rules.check_reason(str(reason))


def _colleagues() -> list[Handler]:
    """Those to whom a case can be given."""
    working = people.with_right(Right.WORK)
    return [one for one in accounts.list_handlers() if one.active and one.username in working]


def _look(request: DeskRequest, chosen: list[One]) -> HttpResponse:
    """What would happen, case by case."""
    act = request.POST["act"]
    for one in chosen:
        one.seen = seen(one.case.ref)
        if act == DISMISS and not one.case.verdict:
            one.letter = _letter(request, one)
            reporter = case_queries.reporter_of(request.actor, one.case.ref, request.keys)
            one.way = str(labels.PROTECTION_OUT[mode_for(reporter)])
    kept = [item for item in request.POST.items() if item[0] in ("act", "to") or item[0].startswith("reason-")]
    words: dict[str, Any] = {"chosen": chosen, "act": act, "kept": kept, "once": fresh_key()}
    words |= {"to": request.POST.get("to", ""), "letters": sum(bool(one.letter) for one in chosen)}
    return render(request, "desk/many_look.html", words)


def _letter(request: DeskRequest, one: One) -> str:
    reason = request.POST.get(f"reason-{one.case.language}", "")
    return dismissing.draft(request.actor, one.case.ref, reason, letterhead(), keys=request.keys)


def _do(request: DeskRequest, chosen: list[One]) -> HttpResponse:
    """Each in a transaction of its own; a second time nothing happens."""
    who: dict[str, Any] = {"by": request.actor, "now": request.now}
    acts: dict[str, Callable[[One], None]] = {
        TAKE: lambda one: cases.take(one.case.ref, **who),
        GIVE: lambda one: cases.give(one.case.ref, request.POST["to"], **who),
        DISMISS: lambda one: _dismiss(request, one),
    }
    act, done, refused = request.POST["act"], [], []
    for one in chosen:
        try:
            with once(request, one.case.ref) as first:
                if first:
                    check_unmoved(one.case.ref, _seen(request, one), () if act == DISMISS else TAKEN)
                    acts[act](one)
            done.append(one)
        except CaseMoved:
            refused.append((one, _moved(request, one)))
        except Refusal as no:
            refused.append((one, in_words(no)))
    catch_up()
    words = {"done": done, "refused": refused, "act": act, "to": request.POST.get("to", "")}
    return render(request, "desk/many_done.html", words)


def _seen(request: DeskRequest, one: One) -> str:
    return request.POST.get(f"seen-{one.case.ref}", "")


def _moved(request: DeskRequest, one: One) -> str:
    """Who was quicker, and with what."""
    zone = policy.current().policy.calendar.zone
    return " ".join(meanwhile.in_sentences(news(one.case.ref, _seen(request, one)), request, zone))


def _dismiss(request: DeskRequest, one: One) -> None:
    reason = request.POST.get(f"reason-{one.case.language}", "")
    dismissing.dismiss(one.case.ref, reason, letterhead(), keys=request.keys, by=request.actor, now=request.now)
