"""Solutions and closed reports in words, for the desk."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.policy import words
from meldpunt.remediation.rules import How, Why

REASONS: Mapping[str, Promise] = MappingProxyType(
    {
        Why.SOLVED: _("It is solved"),
        Why.NOT_A_VULNERABILITY: _("It is not a vulnerability"),
        Why.NOT_REPRODUCIBLE: _("We could not reproduce it"),
        Why.KNOWN: _("We knew of it already"),
        Why.NOT_OURS: _("It is not our system"),
        Why.ACCEPTED_RISK: _("We accept the risk"),
        Why.NO_ANSWER: _("The reporter does not answer what we need to know"),
        Why.WITHDRAWN: _("The reporter asked us not to go on"),
    }
)
HOW: Mapping[str, Promise] = MappingProxyType(
    {
        How.REPORTER: _("The reporter found so"),
        How.HANDLER: _("We tried it ourselves"),
        How.NOBODY: _("Nobody answered in fourteen days"),
    }
)
WAITING: Mapping[str, Promise] = MappingProxyType(
    {
        "disputed": _("the reporter says that it is still there"),
        "no-answer": _("no answer whether it is solved"),
        "wrote": _("a letter after the report was closed"),
        "may-check": _("ask whether the later reporter may check this report"),
    }
)


def more(kind: str, facts: Mapping[str, Any]) -> str:
    """What stands beside an event of this room, beside who did it; often nothing."""
    if kind == "fix.moved" and facts["was"]:
        return gettext("from %(was)s to %(day)s") % {"was": _day(facts["was"]), "day": _day(facts["expected_on"])}
    if kind in ("fix.moved", "fix.reopened"):
        return gettext("expected on %(day)s") % {"day": _day(facts["expected_on"])}
    if kind == "fix.landed":
        return gettext("on %(day)s") % {"day": _day(facts["on"])}
    if kind == "retest.confirmed":
        return str(HOW.get(facts["how"], ""))
    return str(REASONS.get(facts["why"], "")) if kind == "report.closed" else ""


def _day(text: str) -> str:
    return words.day_in_words(date.fromisoformat(text), get_language() or "en")
