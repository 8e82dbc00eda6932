"""Files beside a letter that is being written: chosen, shown beside the button that sends, taken out again.

Whatever happens to the form, a file that was chosen once lies ready and need not be chosen again.
"""

from typing import Any

from django.conf import settings

from meldpunt.cases.rules import FileRef
from meldpunt.conversation import drafts, enclosing
from meldpunt.conversation.enclosing import Enclosed
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.own_files import own_files, settle
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


def go(request: DeskRequest, ref: CaseRef, about: str) -> Enclosed:
    """Everything that goes along, in the transaction of the letter; ``settle`` its files when it is written."""
    _name(request, ref, about)
    going = enclosing.go(ref, about, keys=request.keys, by=request.actor, now=request.now)
    return Enclosed(going, settings.MELDPUNT_DATA)


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


def words(request: DeskRequest, ref: CaseRef, about: str) -> dict[str, Any]:
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
    return {"enclosable": True, "ready": ready, "wrong_files": wrong, **limits}
