"""Owners of systems in words, for the desk."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.owners.kept import Entry
from meldpunt.owners.rules import Asks, EntryKind, State
from meldpunt.policy import words
from meldpunt.privacy.rules import Kind

KINDS: Mapping[str, Promise] = MappingProxyType(
    {Kind.OWNER: _("Owner of the system"), Kind.SUPPLIER: _("Supplier of the system")}
)
STATES: Mapping[str, Promise] = MappingProxyType(
    {
        State.INVITED: _("invited, has not come yet"),
        State.WORKING: _("works on it"),
        State.SOLVED: _("says that it is solved"),
        State.BACK: _("gave it back"),
        State.WITHDRAWN: _("access withdrawn"),
    }
)
LETTERS: Mapping[str, Promise] = MappingProxyType(
    {
        "waiting": _("the link waits in the outbox"),
        "sent": _("their mail server has taken the link"),
        "undelivered": _("the link could not be delivered"),
    }
)
WAITING: Mapping[str, Promise] = MappingProxyType(
    {
        Asks.WROTE: _("an owner wrote"),
        Asks.PROPOSED: _("an owner proposes a date"),
        Asks.SOLVED: _("an owner says that it is solved"),
        Asks.BACK: _("an owner gave the case back"),
    }
)
EVENTS: Mapping[str, Promise] = MappingProxyType(
    {
        "owner.invited": _("Owner of the system invited"),
        "owner.link-renewed": _("New link sent to an owner"),
        "owner.arrived": _("An owner has come for the first time"),
        "owner.answered": _("Answered the date of an owner"),
        "owner.reminded": _("Owner reminded of their day"),
        "owner.withdrawn": _("An owner's access was withdrawn"),
    }
)


def more(kind: str, facts: Mapping[str, Any]) -> str:
    """What stands beside an event of this room."""
    if kind == "owner.invited":
        return str(KINDS.get(facts["recipient_kind"], ""))
    if kind == "owner.answered":
        said = gettext("%(day)s counts") if facts["agreed"] else gettext("%(day)s does not count")
        return said % {"day": _day(facts["on"])}
    if kind == "owner.reminded":
        return gettext("automatic, for %(day)s") % {"day": _day(facts["due_on"])} if facts["due_on"] else ""
    return ""


def heading(entry: Entry, name: str) -> str:
    """What an item of a thread is, with the name of the owner in it."""
    said = {
        EntryKind.TECHNICAL: gettext("What %(name)s has to solve"),
        EntryKind.TO_OWNER: gettext("To the owner: %(name)s"),
        EntryKind.FROM_OWNER: gettext("From the owner: %(name)s"),
        EntryKind.PROPOSED: gettext("%(name)s proposes %(day)s"),
        EntryKind.AGREED: gettext("%(name)s works towards %(day)s"),
        EntryKind.DECLINED: gettext("To the owner: %(name)s. Not %(day)s"),
        EntryKind.SOLVED: gettext("%(name)s says: solved on %(day)s"),
        EntryKind.BACK: gettext("%(name)s gave it back"),
        EntryKind.AGAIN: gettext("To the owner: %(name)s. Please look again"),
    }[entry.kind]
    return said % {"name": name, "day": _day(entry.on.isoformat()) if entry.on else ""}


def _day(text: str) -> str:
    return words.day_in_words(date.fromisoformat(text), get_language() or "en")
