"""Letters that did not arrive: why, in words; and sending them again, to another address if need be."""

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from meldpunt.conversation import returns
from meldpunt.conversation.queries import CasePage
from meldpunt.conversation.returns import Lost
from meldpunt.conversation.rules import Why
from meldpunt.desk.answer import letterhead
from meldpunt.desk.case import act
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.panels import Panel, Place
from meldpunt.desk.sending import fresh_key
from meldpunt.ground.values import CaseRef
from meldpunt.vault.rules import receipt_from_random

NAME = "lost"
ABOUT: Mapping[str, Promise] = MappingProxyType(
    {
        "acknowledgement": _("The acknowledgement"),
        "receipt": _("The letter with the receipt"),
        "assessment": _("The assessment"),
        "reply": _("The reply"),
    }
)
# What happened, and what to do about it
WHY: Mapping[Why, Promise] = MappingProxyType(
    {
        Why.ADDRESS: _("The mail server knows nobody with this address. Is it spelled right?"),
        Why.FULL: _("The mailbox is full. Send the letter again in a few days, or to another address."),
        Why.TOO_LARGE: _("The letter is too large for the mail server. Write a shorter one."),
        Why.REFUSED: _("The mail server refused the letter by a rule of its own. Your mail administrator can help."),
        Why.SPELLING: _("Our mail server cannot write to an address with these characters. Is it spelled right?"),
        Why.UNANSWERED: _("No mail server took the letter for five days. Does the address exist?"),
        Why.DAMAGED: _("The letter could not be read in our outbox. Please send it again."),
        Why.BOUNCED: _("A mail server took the letter, and later it came back. Is the address spelled right?"),
        Why.OTHER: _("The mail server did not take the letter."),
    }
)


def panel(request: DeskRequest, page: CasePage) -> tuple[Panel, ...]:
    """The letters of this case that did not arrive, until somebody has taken note; nothing when there are none."""
    found = returns.lost_in(request.actor, page.case.ref, request.keys)
    words = {"lost": [_shown(one) for one in found], "number": len(found)}
    return (Panel("desk/lost.html", Place.FIRST, words),) if found else ()


def _shown(one: Lost) -> dict[str, Any]:
    return {
        "letter": one.letter,
        "at": one.at,
        "about": str(ABOUT.get(one.about, gettext("A letter"))),
        "why": str(WHY[one.why]),
        "said": one.words,
        "new_receipt": one.automatic,
        "once": fresh_key(),
    }


@require_POST
def send_again(request: DeskRequest, ref: str, letter: str) -> HttpResponse:
    """Once more, to the address that stands in the form: it becomes the reporter's."""

    def work() -> None:
        returns.send_again(
            CaseRef(ref),
            letter,
            request.POST.get("address", ""),
            receipt_from_random(os.urandom(32)),
            letterhead(),
            folder=settings.MELDPUNT_DATA,
            keys=request.keys,
            by=request.actor,
            now=request.now,
        )

    return act(request, ref, NAME, work)
