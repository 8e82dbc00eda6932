"""The second step of an act on a report: the letter that tells it, read and edited, and then both at once.

Nothing is sent or stored by the first step.  What was chosen there travels in the form.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise

from meldpunt.conversation.rules import Letterhead
from meldpunt.desk import enclosures
from meldpunt.desk.answer import BY_ANY_LETTER, letterhead
from meldpunt.desk.case import case_words, catch_up
from meldpunt.desk.clocks import Clocks
from meldpunt.desk.errors import CaseMoved
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.sending import fresh_key, once
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.values import CaseRef
from meldpunt.promises.rules import Kind

CARRIED_BESIDES = frozenset(
    {"csrfmiddlewaretoken", "once", "seen", "letter", "clock", "promise", "change", "look", "attach", "take-out"}
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What the page of a letter needs beside its text.  ``about``: which of our letters it is, for its files.

    ``told``: lines (name, value) that say what is done with it; ``shown``: a text that goes to others, word for word;
    ``besides``: moments that are owed by the act itself; ``also``: the promises that the act keeps.
    """

    title: str | Promise
    anchor: str
    about: str
    told: Iterable[tuple[str | Promise, Any]] = ()
    shown: str = field(default="", repr=False)
    besides: tuple[datetime, ...] = ()
    also: tuple[Kind, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict, repr=False)


def page(request: DeskRequest, ref: CaseRef, letter: Letter, text: str, status: int = 200, **more: Any) -> HttpResponse:
    """The letter with its clocks, and where exactly it goes."""
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in CARRIED_BESIDES
        for value in values
        if isinstance(value, str)
    ]
    words = {
        **case_words(request, ref),
        "letter": letter,
        "carried": carried,
        "text": text,
        "once": fresh_key(),
        "clocks": Clocks(request, text, letter.besides).lines,
        **more,
    }
    words["keeps"] = [promise for promise in words["owed"] if promise.kind in (*BY_ANY_LETTER, *letter.also)]
    return enclosures.page(request, "desk/triage_letter.html", ref, letter.about, words, status)


def send(
    request: DeskRequest, ref: CaseRef, letter: Letter, act: Callable[[str, Letterhead, tuple[datetime, ...]], object]
) -> HttpResponse:
    """Do ``act`` with the text, its letterhead and what it promises, once.

    What stands in the way is told above what was typed.
    """
    text = request.POST.get("letter", "")
    if enclosures.is_asked(request):
        return page(request, ref, letter, text)
    clocks = Clocks(request, text, letter.besides)
    if clocks.unseen:
        return page(request, ref, letter, text, new_clocks=True)
    try:
        with once(request, ref) as first:
            if first:
                with enclosures.along(request, ref, letter.about, letterhead()) as head:
                    act(text, head, clocks.promised)
    except CaseMoved:
        return page(request, ref, letter, text, 409, held_up=True)
    except (Invalid, Conflict) as refusal:
        status = 400 if isinstance(refusal, Invalid) else 409
        return page(request, ref, letter, text, status, wrong=in_words(refusal))
    catch_up()
    return redirect(f"{reverse('desk:case', args=[ref])}#{letter.anchor}")
