"""Quarters, outcomes and numbers of the score in the active language."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.oversight.rules import Cell, Outcome, Quarter

OUTCOMES: Mapping[Outcome, Promise] = MappingProxyType(
    {
        Outcome.KEPT: _("Kept"),
        Outcome.IN_PART: _("Kept in part"),
        Outcome.LATE: _("Kept late"),
        Outcome.MISSED: _("Missed"),
        Outcome.OPEN: _("Open"),
    }
)
SEVERITIES: Mapping[str, Promise] = MappingProxyType(
    {
        "critical": _("Critical"),
        "high": _("High"),
        "medium": _("Medium"),
        "low": _("Low"),
        "none": _("No severity"),
        "": _("Not yet rated"),
    }
)


def outcome_words(outcome: Outcome) -> str:
    return str(OUTCOMES[outcome])


def quarter_words(quarter: Quarter) -> str:
    """2026, quarter 3."""
    return gettext("%(year)d, quarter %(number)d") % {"year": quarter.year, "number": quarter.number}


def quarter_mark(quarter: Quarter) -> str:
    """Q3 2026: for where there is little room."""
    return gettext("Q%(number)d %(year)d") % {"year": quarter.year, "number": quarter.number}


def period_words(first: Quarter, last: Quarter) -> str:
    """One quarter, or several that are told together."""
    if first == last:
        return quarter_words(first)
    if first.year == last.year:
        words = {"year": first.year, "first": first.number, "last": last.number}
        return gettext("%(year)d, quarters %(first)d to %(last)d") % words
    return gettext("%(first)s to %(last)s") % {"first": quarter_words(first), "last": quarter_words(last)}


def cell_words(cell: Cell) -> str:
    """12, or 1 to 4."""
    return str(cell.low) if cell.exact else gettext("%(low)d to %(high)d") % {"low": cell.low, "high": cell.high}
