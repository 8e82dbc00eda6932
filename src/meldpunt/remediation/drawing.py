"""Where one case stands, drawn from what happened in it.  Pure: entries of the ledger in, a standing out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Protocol

from meldpunt.remediation.rules import Fix, Report, Standing


class Entry(Protocol):
    """An entry of the ledger."""

    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


def standing_of(entries: Iterable[Entry]) -> Standing:
    """Where one case stands after all that happened in it, oldest first."""
    standing = Standing()
    for entry in entries:
        if respond := _ANSWERS.get(entry.kind):
            standing = replace(standing, **respond(standing, entry))
    return standing


Changes = dict[str, Any]


def _assessed(before: Standing, told: Entry) -> Changes:
    expected = _day(told.facts["expected_on"])
    changes: Changes = {"verdict": told.facts["verdict"], "severity": told.facts["severity"], **_OPEN}
    if expected:
        return {**changes, **_expected(expected)}
    if before.fix is Fix.EXPECTED:
        return {**changes, "fix": Fix.NONE, "expected_on": None}
    return changes


_OPEN: Changes = {"report": Report.OPEN, "closed_at": None, "why": "", "unread": False}


def _expected(day: date | None) -> Changes:
    return {"fix": Fix.EXPECTED, "expected_on": day, "landed_on": None, "asked_at": None, "answered_at": None}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


_ANSWERS: Mapping[str, Callable[[Standing, Entry], Changes]] = MappingProxyType(
    {
        "case.opened": lambda _, told: {"received_at": datetime.fromisoformat(told.facts["received_at"])},
        "case.assessed": _assessed,
        "fix.moved": lambda _, told: _expected(_day(told.facts["expected_on"])),
        "fix.reopened": lambda _, told: _expected(_day(told.facts["expected_on"])),
        "fix.landed": lambda _, told: {"fix": Fix.LANDED, "landed_on": _day(told.facts["on"])},
        "retest.asked": lambda _, told: {"fix": Fix.ASKED, "asked_at": told.at},
        "retest.confirmed": lambda _, told: {
            "fix": Fix.CONFIRMED,
            "how": told.facts["how"],
            "answered_at": told.at,
        },
        "fix.disputed": lambda _, told: {"fix": Fix.DISPUTED, "answered_at": told.at},
        "report.closed": lambda _, told: {
            "report": Report.CLOSED,
            "why": told.facts["why"],
            "closed_at": told.at,
            "unread": False,
        },
        "report.reopened": lambda *_: _OPEN,
        "report.noticed": lambda *_: {"unread": False},
        "reporter.wrote": lambda before, told: {"unread": before.closed, "wrote_at": told.at},
        "letter.written": lambda before, told: {"unread": before.unread and bool(told.facts["automatic"])},
    }
)
OWN = frozenset(kind for kind in _ANSWERS if kind.startswith(("fix.", "retest.", "report.")))
CONCERN = frozenset(_ANSWERS) - {"case.opened"}
