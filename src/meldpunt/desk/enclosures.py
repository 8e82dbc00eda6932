"""Files beside a letter that is being written: chosen, shown beside the button that sends, taken out again.

Whatever happens to the form, a file that was chosen once lies ready and need not be chosen again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from meldpunt.cases.rules import FileRef
from meldpunt.conversation import drafts, enclosing, twice
from meldpunt.conversation.rules import Enclosed, Letterhead
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.own_files import own_files, settle
from meldpunt.desk.sending import AGAIN
from meldpunt.ground.errors import Invalid
from meldpunt.ground.values import CaseRef
from meldpunt.vault import files as sealed_files

FIELD = "enclose"


def lay_ready(request: DeskRequest, ref: CaseRef, about: str) -> None:
    """What was chosen in this form goes along from now on.  ``TooLarge``, ``TooMuchEnclosed``."""
    settle(_name(request, ref, about))


def _name(request: DeskRequest, ref: CaseRef, about: str) -> tuple[FileRef, ...]:
    chosen = own_files(request, FIELD)
    if chosen:
        enclosing.lay_ready(ref, about, chosen, keys=request.keys, by=request.actor, now=request.now)
    return chosen


@contextmanager
def along(request: DeskRequest, ref: CaseRef, about: str, head: Letterhead) -> Iterator[Letterhead]:
    """A letterhead that takes along what was chosen, for the letter that is written in here, in one transaction.

    ``SaidAlready`` for the letter that went a short while ago, unless the form says that it is meant.
    """
    _name(request, ref, about)
    who: dict[str, Any] = {"keys": request.keys, "by": request.actor, "now": request.now}
    going = enclosing.go(ref, about, **who)
    if AGAIN not in request.POST:
        twice.check_letter(ref, request.POST.get("letter", ""), [file.name for file in going], **who)
    yield replace(head, enclosed=Enclosed(ref, going, settings.MELDPUNT_DATA))
    settle(going)


def is_asked(request: DeskRequest) -> bool:
    """Whether the button that was pressed is about files alone: nothing goes yet."""
    return "attach" in request.POST or "take-out" in request.POST


def take_out(request: DeskRequest, ref: CaseRef, id: str) -> None:
    """One stays here after all, and is gone."""
    path = enclosing.take_out(ref, id, keys=request.keys, by=request.actor, now=request.now)
    if path:
        sealed_files.remove(settings.MELDPUNT_DATA, path)


def throw_away(request: DeskRequest, ref: CaseRef, about: str) -> None:
    """The letter is not wanted: nor are its files."""
    for one in enclosing.ready(request.actor, ref, about, request.keys):
        take_out(request, ref, one.id)
    drafts.throw_away(ref, by=request.actor, now=request.now)


def page(
    request: DeskRequest, template: str, ref: CaseRef, about: str, shown: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page on which a letter is read before it goes, with its files."""
    found = _words(request, ref, about)
    if found["wrong_files"] and not shown["meanwhile"]:
        status = max(status, 400)
    if request.method == "POST":
        names = [one.file.name for one in found["ready"]]
        found["said_at"] = twice.letter_before(shown["page"], shown["text"], names, request.now)
    return render(request, template, {**found, **shown}, status=status)


def _words(request: DeskRequest, ref: CaseRef, about: str) -> dict[str, Any]:
    """What the page of the letter shows; files that came with its form are there from now on."""
    wrong = ""
    if request.method == "POST":
        try:
            if "take-out" in request.POST:
                take_out(request, ref, request.POST["take-out"])
            lay_ready(request, ref, about)
        except Invalid as refusal:
            wrong = in_words(refusal)
    ready = enclosing.ready(request.actor, ref, about, request.keys)
    limits = {"most_files": enclosing.MOST, "most_mib": enclosing.MOST_BYTES >> 20}
    return {"ready": ready, "wrong_files": wrong, **limits}
