"""The thread of one owner: what they have to solve, messages, and what the desk does with them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from meldpunt.conversation.errors import SaidAlready
from meldpunt.desk import owners as panels
from meldpunt.desk.answer import letterhead
from meldpunt.desk.case import case_words, catch_up
from meldpunt.desk.downloads import download
from meldpunt.desk.errors import CaseMoved
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.own_files import own_files, settle
from meldpunt.desk.owners_invite import new_link
from meldpunt.desk.sending import AGAIN, fresh_key, once
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.values import CaseRef
from meldpunt.owners import commands, queries
from meldpunt.owners.outgoing import Going
from meldpunt.privacy import drafts

Work = Callable[..., object]  # a command: given the case, the owner, and who does it
FIELDS = {"write": "text", "asks": "reason", "access": "access"}  # where the cursor goes


@require_safe
def thread(request: DeskRequest, ref: str, owner: str) -> HttpResponse:
    return _page(request, CaseRef(ref), owner)


@require_POST
def write(request: DeskRequest, ref: str, owner: str) -> HttpResponse:
    """A message to the owner; to nobody else."""

    def work(case: CaseRef, owner: str, **who: Any) -> None:
        own = own_files(request, "own")
        going = Going(request.POST.get("text", ""), tuple(request.POST.getlist("files")))
        how: dict[str, Any] = {"folder": settings.MELDPUNT_DATA, "own_files": own, "again": AGAIN in request.POST}
        commands.write(case, owner, going, letterhead(), **how, **who)
        settle(own)

    return _act(request, ref, owner, "write", work)


@require_POST
def agree(request: DeskRequest, ref: str, owner: str) -> HttpResponse:
    """The day that they propose is the one that the reporter knows."""
    return _act(request, ref, owner, "asks", partial(commands.agree, letterhead=letterhead()))


@require_POST
def decline(request: DeskRequest, ref: str, owner: str) -> HttpResponse:
    """The day that they propose will not do."""
    return _act(request, ref, owner, "asks", _with_reason(request, commands.decline))


@require_POST
def ask_again(request: DeskRequest, ref: str, owner: str) -> HttpResponse:
    """It is not solved, or it is theirs after all."""
    return _act(request, ref, owner, "asks", _with_reason(request, commands.ask_again))


def _with_reason(request: DeskRequest, command: Work) -> Work:
    return partial(command, text=request.POST.get("reason", ""), letterhead=letterhead(), folder=settings.MELDPUNT_DATA)


@require_POST
def notice(request: DeskRequest, ref: str, owner: str) -> HttpResponse:
    """It has been read."""
    return _act(request, ref, owner, "asks", _without_keys(commands.notice))


@require_POST
def renew(request: DeskRequest, ref: str, owner: str) -> HttpResponse:
    """A new link, to the same address."""
    return _act(request, ref, owner, "access", partial(commands.renew_link, secret=new_link(), letterhead=letterhead()))


@require_POST
def withdraw(request: DeskRequest, ref: str, owner: str) -> HttpResponse:
    """Their link opens nothing any more."""
    return _act(request, ref, owner, "access", _without_keys(commands.withdraw))


def _without_keys(command: Work) -> Work:
    """What needs nothing opened is given no keys."""
    return lambda case, owner, keys, by, now: command(case, owner, by=by, now=now)


@require_safe
def file(request: DeskRequest, ref: str, owner: str, file_id: str) -> HttpResponseBase:
    """A file of the thread: always to be saved."""
    folder = settings.MELDPUNT_DATA
    found = queries.file_for_handler(request.actor, CaseRef(ref), owner, file_id, request.keys, folder)
    return download(request, found.name, found.size, found.chunks, found.scan)


def _act(request: DeskRequest, ref: str, owner: str, name: str, work: Work) -> HttpResponse:
    """Do ``work`` once for this form.  What is refused is told beside what was typed."""
    case = CaseRef(ref)
    try:
        with once(request, case) as first:
            if first:
                work(case, owner, keys=request.keys, by=request.actor, now=request.now)
    except CaseMoved:
        return _page(request, case, owner, held_up=True, status=409)
    except SaidAlready as refusal:
        return _page(request, case, owner, status=409, said_at=refusal.at)
    except (Invalid, Conflict) as refusal:
        return _page(request, case, owner, {name: in_words(refusal)}, 400 if isinstance(refusal, Invalid) else 409)
    catch_up()
    return redirect("desk:owner", ref, owner)


def _page(
    request: DeskRequest,
    ref: CaseRef,
    owner: str,
    wrong: dict[str, str] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    shown = {**case_words(request, ref), **more}
    found = queries.thread(request.actor, ref, owner, request.keys)
    draft = drafts.technical_draft(request.actor, ref, request.keys)
    text = request.POST.get("text", "")
    asking = panels.asked(request, shown["page"], found.owner, found.entries)
    shown |= {
        **asking,
        "asking": asking,
        "technical": panels.memo(found.owner, found.technical),
        "items": [panels.memo(found.owner, one) for one in found.entries if one.id != found.technical.id],
        "report_files": draft.files,
        "chosen_files": request.POST.getlist("files"),
        "pieces": draft.marked(text) if text else (),
        "once": fresh_key(),
        "problem": wrong or {},
        "mistakes": [(FIELDS[name], sentence) for name, sentence in (wrong or {}).items()],
        "typed": request.POST,
        "files_lost": gettext("Choose your own files again.") if request.FILES else "",
    }
    return render(request, "desk/owner_thread.html", shown, status=status)
