"""What else can be done with a report: ask for what is missing, link it to an earlier one, hand it over.

One section on the page of a case: a row of buttons, and above it only what has been done.
"""

from meldpunt.conversation.queries import CasePage
from meldpunt.desk import duplicates, handover, needs_more
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.panels import Panel, Place
from meldpunt.remediation import queries as remediation


def panel(request: DeskRequest, page: CasePage) -> tuple[Panel, ...]:
    words = {
        "open": not remediation.standing_of(page.case.ref).closed,
        **needs_more.words(page),
        **duplicates.words(request, page),
        **handover.words(request, page),
    }
    return (Panel("desk/triage.html", Place.ACT, words),)
