"""The parts of a case's page that belong to the rooms beside the conversation.

Each is made by one function, ``panel(request, page)``, of a file of its own; the page itself knows none of
them.  What a panel posts to, and what it says when that is refused, is the business of that file as well.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from django.utils.module_loading import import_string

from meldpunt.conversation.queries import CasePage
from meldpunt.desk.middleware import DeskRequest
from meldpunt.ground.rights import Right, may


class Place(StrEnum):
    """Where on the page: what must be done stands before the timeline, an act after it, a fact beside it."""

    FIRST = "first"
    ACT = "act"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Panel:
    """A template and the words it needs; it finds them under ``p``."""

    template: str
    place: Place
    words: dict[str, Any] = field(repr=False)


Maker = Callable[[DeskRequest, CasePage], tuple[Panel, ...]]

# For whom each is.  Dotted names, so that a panel's file may use the page's own helpers
PANELS: Mapping[str, Right] = MappingProxyType(
    {
        "meldpunt.desk.access.panel": Right.CASE,
        "meldpunt.desk.lost.panel": Right.WORK,
        "meldpunt.desk.triage.panel": Right.DISCLOSE,
        "meldpunt.desk.conduct.panel": Right.CONDUCT,
        "meldpunt.desk.remediation.panel": Right.WORK,
        "meldpunt.desk.forgetting.panel": Right.PRIVACY,
        "meldpunt.desk.privacy.panel": Right.CONSENT,
        "meldpunt.desk.owners.panel": Right.READ,
        "meldpunt.desk.publication.panel": Right.PUBLISH,
    }
)


def panels(request: DeskRequest, page: CasePage) -> dict[str, list[Panel]]:
    """The panels of this case by their place."""
    found: dict[str, list[Panel]] = {place: [] for place in Place}
    for name, right in PANELS.items():
        if not may(request.actor, right):
            continue
        maker: Maker = import_string(name)
        for panel in maker(request, page):
            found[panel.place].append(panel)
    return found
