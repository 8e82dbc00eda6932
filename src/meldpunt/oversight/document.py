"""The public score as JSON.  Pure.

    {"shape": 1,
     "since": "2026-03-02",             the day from which the log counts
     "drawn_on": "2026-11-24",          the newest line; each has a day of its own
     "log_entries": 1234,               of the log, when it was drawn
     "fewest": 5,                       fewer are merged or told as a range
     "promises": [
       {"id": "P1",                     the sentence of the policy
        "periods": [
          {"from": "2026-Q1", "to": "2026-Q2", "drawn_on": "2026-11-24",
           "kept": 12, "kept_in_part": 0, "kept_late": {"min": 1, "max": 4}, "missed": 0, "open": 6,
           "median_working_days": 2}]}],   until the assessment; with P1 only, null when there are too few
     "days_to_fix": [{"severities": ["critical", "high"], "median_days": 21}]}

A number is exact, or a range {"min", "max"}.  Periods are quarters by the day on which the promise was due.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from meldpunt.oversight.rules import LEAST, SENTENCES, Cell, FixTime, Line, Outcome, Quarter, told

SHAPE = 1


def text_of(lines: Sequence[Line], times: Sequence[FixTime], since: date, entries: int) -> str:
    """The document, as it is served."""
    document = {
        "shape": SHAPE,
        "since": since.isoformat(),
        "drawn_on": max((line.drawn_on for line in lines), default=since).isoformat(),
        "log_entries": entries,
        "fewest": LEAST,
        "promises": [
            {"id": sentence, "periods": [_period(line) for line in lines if line.sentence == sentence]}
            for sentence in SENTENCES
        ],
        "days_to_fix": [{"severities": list(one.severities), "median_days": one.median} for one in times],
    }
    return json.dumps(document, indent=1) + "\n"


def _period(line: Line) -> dict[str, Any]:
    numbers = {outcome.replace("-", "_"): _number(cell) for outcome, cell in told(line.counts).items()}
    period = {"from": str(line.first), "to": str(line.last), "drawn_on": line.drawn_on.isoformat(), **numbers}
    return {**period, "median_working_days": line.median} if line.sentence == "P1" else period


def _number(cell: Cell) -> int | dict[str, int]:
    return cell.low if cell.exact else {"min": cell.low, "max": cell.high}


def cell_of(number: int | dict[str, int]) -> Cell:
    """A number of the document, read back."""
    return Cell(number["min"], number["max"]) if isinstance(number, dict) else Cell(number, number)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def as_plain(line: Line) -> dict[str, Any]:
    """A line with its exact numbers, to be kept in the house."""
    return {
        "sentence": line.sentence,
        "first": str(line.first),
        "last": str(line.last),
        "counts": {str(outcome): count for outcome, count in line.counts.items()},
        "median": line.median,
        "drawn_on": line.drawn_on.isoformat(),
    }


def from_plain(plain: dict[str, Any]) -> Line:
    return Line(
        plain["sentence"],
        Quarter.read(plain["first"]),
        Quarter.read(plain["last"]),
        {Outcome(name): count for name, count in plain["counts"].items()},
        plain["median"],
        date.fromisoformat(plain["drawn_on"]),
    )
