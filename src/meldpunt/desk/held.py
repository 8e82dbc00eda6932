"""The letters that were set aside because a person must look: the list."""

from dataclasses import dataclass
from datetime import date, datetime

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
from meldpunt.intake.rules import SafePart
from meldpunt.policy import queries as policy

MOST = 50  # opened one by one: each costs an unsealing
MOST_SPAM = 10


@dataclass(frozen=True, slots=True)
class HeldLine:
    token: str
    at: datetime
    door: str | Promise
    why: str | Promise
    sender: str
    subject: str
    looked_by: str
    until: date | None


@require_safe
def held(request: DeskRequest) -> HttpResponse:
    count = intake.held_count()
    number = owed.number_in_words(count, get_language() or "en")
    heading = ngettext("%(number)s letter is held.", "%(number)s letters are held.", count) % {"number": number}
    zone = policy.current().policy.calendar.zone
    words = {
        "heading": owed.capital(heading) if count else gettext("No letter is held."),
        "lines": [line(request, letter) for letter in intake.held(MOST)],
        "spam": [line(request, letter) for letter in intake.spam(MOST_SPAM)],
        "count": count,
        "stuck": intake.hindered()[0],
        "today": request.now.astimezone(zone).date(),
        "zone": zone,
    }
    return render(request, "desk/held.html", words)


def line(request: DeskRequest, letter: SetAside) -> HeldLine:
    """One letter of the list."""
    safe = safe_part(request, letter.token)
    return HeldLine(
        letter.token,
        letter.received_at,
        labels.DOORS.get(letter.door, letter.door),
        labels.WHY_HELD.get(letter.why, letter.why),
        f"{safe.sender_name} <{safe.sender}>" if safe.sender_name and safe.sender else safe.sender_name or safe.sender,
        safe.subject,
        letter.looked_by,
        letter.look_until,
    )


def safe_part(request: DeskRequest, token: str) -> SafePart:
    """What the opener found to be safe.  Where it failed, only a bounded head of the letter is looked at."""
    if kept := intake.safe_part(token, request.keys):
        return kept
    try:
        found = intake.arrived(token, request.keys, settings.MELDPUNT_DATA)
    except NoSuchItem:
        return SafePart()
    sender, subject = headers.sender_and_subject(found.raw)
    return SafePart(sender_name=sender or found.envelope.sender, subject=subject)
