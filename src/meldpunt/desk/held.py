"""Letters that were set aside because a person must look.  To be read, for now."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_safe

from meldpunt.desk import headers, labels, owed
from meldpunt.desk.middleware import DeskRequest
from meldpunt.intake import queries as intake
from meldpunt.intake.errors import NoSuchItem
from meldpunt.intake.queries import SetAside
from meldpunt.policy import queries as policy

MOST = 50  # opened one by one: each costs an unsealing


@dataclass(frozen=True, slots=True)
class HeldLine:
    at: datetime
    door: str | Promise
    why: str | Promise
    sender: str
    subject: str


@require_safe
def held(request: DeskRequest) -> HttpResponse:
    letters = intake.held()
    number = owed.number_in_words(len(letters), get_language() or "en")
    heading = ngettext("%(number)s letter is held.", "%(number)s letters are held.", len(letters)) % {"number": number}
    words = {
        "heading": owed.capital(heading) if letters else gettext("No letter is held."),
        "lines": [_line(request, letter) for letter in letters[:MOST]],
        "count": len(letters),
        "zone": policy.current().policy.calendar.zone,
    }
    return render(request, "desk/held.html", words)


def _line(request: DeskRequest, letter: SetAside) -> HeldLine:
    """One letter of the list.  Only the head of it is read here; opening it is the opener's work."""
    try:
        found = intake.arrived(letter.token, request.keys, settings.MELDPUNT_DATA)
        sender, subject = headers.sender_and_subject(found.raw)
        sender = sender or found.envelope.sender
    except NoSuchItem:
        sender = subject = ""
    door = labels.DOORS.get(letter.door, letter.door)
    return HeldLine(letter.received_at, door, labels.WHY_HELD.get(letter.why, letter.why), sender, subject)
