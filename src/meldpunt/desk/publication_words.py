"""Embargo and publication in words, for the desk."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.publication import queries
from meldpunt.publication.rules import How, Kind, Moment, Side

KINDS: Mapping[str, Promise] = MappingProxyType(
    {
        Kind.OWNER: _("owner of the system"),
        Kind.SUPPLIER: _("supplier"),
        Kind.COORDINATOR: _("coordinator or CSIRT"),
        Kind.OTHER_USER: _("organisation with the same weakness"),
        Kind.OTHER: _("somebody else"),
    }
)
HOW: Mapping[str, Promise] = MappingProxyType(
    {
        How.MOMENT: _("The moment that was agreed has come"),
        How.AGREEMENT: _("Both sides agreed to end it"),
        How.LEAK: _("It leaked"),
    }
)
EVENTS: Mapping[str, Promise] = MappingProxyType(
    {
        "embargo.proposed": _("Embargo proposed"),
        "embargo.agreed": _("Embargo agreed"),
        "embargo.refused": _("Embargo refused"),
        "embargo.taken-back": _("Proposal for the embargo taken back"),
        "embargo.ended": _("The embargo has ended"),
        "embargo.party": _("Somebody else knows"),
        "embargo.party-informed": _("Told that the embargo has ended"),
        "leak.reported": _("Leak reported"),
        "leak.dismissed": _("No leak after all"),
        "draft.shared": _("Draft of the publication shown to the reporter"),
        "draft.commented": _("The reporter commented on the draft"),
        "publication.planned": _("Moment of the publication proposed"),
        "publication.agreed": _("Moment of the publication agreed"),
        "publication.refused": _("Moment of the publication refused"),
        "publication.called-off": _("Publication called off"),
        "publication.done": _("Published"),
        "hall.entered": _("Thanked in the hall of fame"),
        "hall.left": _("The name is gone from our public pages"),
    }
)


def more(kind: str, facts: Mapping[str, Any]) -> str:
    """What stands beside an event of this room, beside who did it; often nothing."""
    if kind not in EVENTS:
        return ""
    said = []
    if kind in ("embargo.proposed", "embargo.agreed"):
        said.append(_moment(facts["until"]) if facts["until"] else gettext("to end it now"))
    elif kind in ("publication.planned", "publication.agreed"):
        said.append(_moment(facts["on"]))
    elif kind == "embargo.ended":
        said.append(str(HOW[facts["how"]]))
    elif kind in ("embargo.party", "embargo.party-informed"):
        said.append(str(KINDS[facts["recipient_kind"]]))
    elif kind == "publication.done" and facts["changed"]:
        said.append(gettext("not as in the draft that the reporter saw last"))
    if facts.get("side") == Side.THEM:
        said.append(gettext("by the reporter"))
    return ", ".join(said)


def _moment(iso: str) -> str:
    zone = policy.current().policy.calendar.zone
    return words.moment_in_words(datetime.fromisoformat(iso), zone, get_language() or "en")


def moment(which: Moment) -> str:
    """A moment in words, in our zone and in the one in which it was said."""
    return queries.said(which, policy.current().policy.calendar.zone, get_language() or "en")
