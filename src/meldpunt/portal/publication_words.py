"""Embargo and publication in words, for the reporter."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.publication.rules import Kind

KINDS: Mapping[str, Promise] = MappingProxyType(
    {
        Kind.OWNER: _("the owner of the system"),
        Kind.SUPPLIER: _("a supplier"),
        Kind.COORDINATOR: _("a coordinator or CSIRT"),
        Kind.OTHER_USER: _("an organisation that has the same weakness"),
        Kind.OTHER: _("somebody else"),
    }
)


def _moment(iso: str) -> dict[str, str]:
    zone = policy.current().policy.calendar.zone
    return {"moment": words.moment_in_words(datetime.fromisoformat(iso), zone, get_language() or "en")}


def _proposed(facts: Mapping[str, Any]) -> str:
    if not facts["until"]:
        return _by(
            facts, gettext("We proposed to end the embargo now."), gettext("You proposed to end the embargo now.")
        )
    ours = gettext("We proposed to keep it between us until %(moment)s.")
    return _by(facts, ours, gettext("You proposed to keep it between us until %(moment)s.")) % _moment(facts["until"])


def _agreed(facts: Mapping[str, Any]) -> str:
    if not facts["until"]:
        return gettext("We agreed with each other to end the embargo.")
    return gettext("We agreed with each other to keep it between us until %(moment)s.") % _moment(facts["until"])


def _planned(facts: Mapping[str, Any]) -> str:
    ours = gettext("We proposed to publish on %(moment)s.")
    return _by(facts, ours, gettext("You proposed to publish on %(moment)s.")) % _moment(facts["on"])


def _party(facts: Mapping[str, Any]) -> str:
    who = {"who": KINDS[facts["recipient_kind"]]}
    return _by(facts, gettext("We told %(who)s, under the embargo."), gettext("You told %(who)s.")) % who


def _informed(facts: Mapping[str, Any]) -> str:
    return gettext("We told %(who)s that the embargo has ended.") % {"who": KINDS[facts["recipient_kind"]]}


def _ended(facts: Mapping[str, Any]) -> str:
    if facts["how"] == "leak":
        return gettext("It has become known to others. The embargo has ended.")
    return gettext("The embargo has ended. You are free to speak about it.")


def _done(facts: Mapping[str, Any]) -> str:
    if facts["changed"]:
        return gettext("We published. It is not quite the draft that you saw last; below you read what changed.")
    return gettext("We published what you read as a draft.")


def _by(facts: Mapping[str, Any], ours: str, theirs: str) -> str:
    return theirs if facts["side"] == "them" else ours


EVENTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        "embargo.proposed": _proposed,
        "embargo.agreed": _agreed,
        "embargo.refused": lambda facts: _by(
            facts, gettext("We refused the moment you proposed."), gettext("You refused the moment we proposed.")
        ),
        "embargo.taken-back": lambda facts: _by(
            facts, gettext("We took our proposal for the embargo back."), gettext("You took your proposal back.")
        ),
        "embargo.ended": _ended,
        "embargo.party": _party,
        "embargo.party-informed": _informed,
        "leak.reported": lambda facts: _by(
            facts, gettext("We saw it in the open."), gettext("You told us that it is in the open.")
        ),
        "leak.dismissed": lambda _facts: gettext("We looked at what you saw: the embargo goes on."),
        "draft.shared": lambda _facts: gettext("We let you read a draft of the publication."),
        "draft.commented": lambda _facts: gettext("You commented on the draft."),
        "publication.planned": _planned,
        "publication.agreed": lambda facts: (
            gettext("We agreed with each other to publish on %(moment)s.") % _moment(facts["on"])
        ),
        "publication.refused": lambda facts: _by(
            facts,
            gettext("We refused the moment you proposed for the publication."),
            gettext("You refused the moment we proposed for the publication."),
        ),
        "publication.called-off": lambda _facts: gettext("We called the publication off."),
        "publication.done": _done,
        "hall.entered": lambda _facts: gettext("We thanked you in the hall of fame."),
        "hall.left": lambda _facts: gettext("Your name is gone from our public pages."),
    }
)
