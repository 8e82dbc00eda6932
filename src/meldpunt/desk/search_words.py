"""What can be asked, in words: the filters beside the results, and examples for who has not asked yet."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.triage import asked
from meldpunt.triage.asked import DUES, SEVERITIES, STATES, Filter

# how the filters are called in a question, in Dutch
DUTCH = {Filter.STATE: "staat", Filter.SEVERITY: "ernst", Filter.DUE: "termijn", Filter.FROM: "van"}
OFFERED: dict[Filter, dict[str, Any]] = {
    Filter.STATE: {
        "open": _("Open"),
        "closed": _("Closed"),
        "unassessed": _("Not yet assessed"),
        "confirmed": _("Confirmed"),
        "solved": _("Solved"),
    },
    Filter.SEVERITY: {
        "critical": _("Critical"),
        "high": _("High"),
        "medium": _("Medium"),
        "low": _("Low"),
    },
    Filter.DUE: {"late": _("Late"), "today": _("Today"), "week": _("This week")},
}
HEADINGS = {Filter.STATE: _("State"), Filter.SEVERITY: _("Severity"), Filter.DUE: _("Due")}


def filters(typed: str, language: str) -> list[dict[str, Any]]:
    """Groups of links; the one that is chosen leads to the question without it."""
    question = asked.read(typed)
    chosen = {one.kind: one.value for one in question.named if not one.without}
    if question.due:
        chosen[Filter.DUE] = question.due
    return [
        {
            "heading": HEADINGS[kind],
            "links": [
                {
                    "word": word,
                    "current": chosen.get(kind) == value,
                    "asked": _narrowed(typed, kind, "" if chosen.get(kind) == value else value, language),
                }
                for value, word in offered.items()
            ],
        }
        for kind, offered in OFFERED.items()
    ]


def _narrowed(typed: str, kind: Filter, value: str, language: str) -> str:
    if language == "nl":
        return asked.narrowed(typed, kind, DUTCH.get(kind, kind), _in_dutch(kind, value))
    return asked.narrowed(typed, kind, kind, value)


def _in_dutch(kind: Filter, value: str) -> str:
    """The last name that a value has: the Dutch ones stand behind the others."""
    known = (*STATES.items(), *SEVERITIES.items(), *DUES.items())
    kinds = {Filter.STATE: STATES, Filter.SEVERITY: SEVERITIES, Filter.DUE: DUES}
    return [name for name, meaning in known if meaning == value and name in kinds[kind]][-1] if value else ""


def examples(language: str) -> tuple[tuple[str, str], ...]:
    """What one can type, and what that finds."""
    state, due, sender = (DUTCH[kind] if language == "nl" else kind for kind in (Filter.STATE, Filter.DUE, Filter.FROM))
    return (
        (gettext("door open"), gettext("both words, in any form, wherever they stand")),
        (gettext('"open door"'), gettext("these words beside each other")),
        (gettext("door -window"), gettext("the one, and not the other")),
        ("host:www.example.org", gettext("a system that is named, or a domain above it")),
        ("cve:2026-12345, cwe:79", gettext("these numbers")),
        (f"{sender}:" + gettext("name@example.org"), gettext("who wrote: a name, an address, or a part of it")),
        (
            f"{state}:" + gettext("unassessed") + f" {due}:" + gettext("late"),
            gettext("where it stands, and what is due"),
        ),
    )
