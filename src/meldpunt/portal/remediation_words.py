"""Solution and end of a report in words, for its reporter.  ``page.items`` holds the events that count."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.conversation.queries import Event, ReporterPage
from meldpunt.policy import words
from meldpunt.remediation.drawing import standing_of
from meldpunt.remediation.rules import Fix, How, Standing, Why

REASONS: Mapping[str, Promise] = MappingProxyType(
    {
        Why.SOLVED: _("The weakness is solved."),
        Why.NOT_A_VULNERABILITY: _("We do not see a vulnerability in what you reported."),
        Why.NOT_REPRODUCIBLE: _("We could not reproduce what you reported."),
        Why.KNOWN: _("What you reported was known to us already."),
        Why.NOT_OURS: _("What you reported is not a system of ours."),
        Why.ACCEPTED_RISK: _("What you reported is a risk that we accept."),
        Why.NO_ANSWER: _("We could not go on without an answer of yours."),
        Why.WITHDRAWN: _("You asked us not to go on."),
    }
)


def standing(page: ReporterPage) -> Standing:
    """Where both stand, as the page knows it."""
    return standing_of(item for item in page.items if isinstance(item, Event))


def heading(now: Standing) -> str:
    """The answer in one line, once there is news of the solution; else empty."""
    if now.closed:
        return gettext("Your report is closed.")
    if now.fix is Fix.DISPUTED:
        return gettext("You told us that it is still there.")
    return gettext("What you reported is solved.") if now.landed_on else ""


def lead(now: Standing) -> str:
    """The sentence under it; empty when there is none."""
    if now.closed:
        return str(REASONS.get(now.why, ""))
    if now.fix is Fix.DISPUTED:
        return gettext("A person looks into it and writes to you.")
    if now.landed_on:
        return gettext("It was solved on %(day)s.") % {"day": _day(now.landed_on)}
    return ""


def _moved(facts: Mapping[str, Any]) -> str:
    day = {"day": _day(date.fromisoformat(facts["expected_on"]))}
    return gettext("We moved the date on which we expect it to be solved, to %(day)s.") % day


def _landed(facts: Mapping[str, Any]) -> str:
    return gettext("It was solved on %(day)s.") % {"day": _day(date.fromisoformat(facts["on"]))}


def _reopened(facts: Mapping[str, Any]) -> str:
    day = {"day": _day(date.fromisoformat(facts["expected_on"]))}
    return gettext("It was not solved after all. We expect it to be solved on %(day)s.") % day


def _confirmed(facts: Mapping[str, Any]) -> str:
    if facts["how"] == How.REPORTER:
        return gettext("You found that it is solved.")
    if facts["how"] == How.HANDLER:
        return gettext("We tried it ourselves: it is solved.")
    return gettext("We heard nothing, and take it that it is solved.")


def _closed(facts: Mapping[str, Any]) -> str:
    return gettext("We closed your report. %(why)s") % {"why": REASONS.get(facts["why"], "")}


EVENTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        "fix.moved": _moved,
        "fix.landed": _landed,
        "retest.asked": lambda _facts: gettext("We asked you to try again."),
        "retest.confirmed": _confirmed,
        "fix.disputed": lambda _facts: gettext("You told us that it is still there."),
        "fix.reopened": _reopened,
        "report.closed": _closed,
        "report.reopened": lambda _facts: gettext("We opened your report again."),
    }
)


def _day(day: date) -> str:
    return words.day_in_words(day, get_language() or "en")
