"""The promises of one case, drawn from what happened in it.  Pure: entries in, rows out.

The table is nothing but this, kept up to date; who throws it away draws the same one again.

    what happens            starts                          keeps, moves or ends
    case.opened             acknowledgement, assessment,
                            update
    letter.written          the next update                 acknowledgement, update, word
      (by a person)
    letter.promised         word
    case.assessed           date, fix, fix-term, update     assessment; date; moves or ends fix
    fix.moved                                               date; moves fix
    fix.landed                                              fix, fix-term; ends date
    fix.reopened            the next fix
    report.closed                                           ends all that is open
    report.reopened         the next update
    letter.taken-back       what it kept and made, as if it had not been written: drawn anew (``standing``)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from meldpunt.ground.values import AT_THE_DESK
from meldpunt.policy.rules import Term, due
from meldpunt.policy.shape import Policy
from meldpunt.promises.rules import Kind, end_of

PEOPLE = tuple(f"{role}:" for role in AT_THE_DESK)


class Entry(Protocol):
    """An entry of the ledger."""

    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def facts(self) -> dict[str, Any]: ...


@dataclass(slots=True)
class Row:
    """One promise: the columns of the table."""

    kind: str
    number: int
    policy_version: int
    started_at: datetime
    due_on: date
    late_from: datetime
    handler: str = ""
    severity: str = ""
    verdict: str = ""
    moved: int = 0
    listed: bool = True
    reminded: int = 0
    miss_told: bool = False
    kept_at: datetime | None = None
    kept_by: str = ""
    partly: bool = False
    ended_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.kept_at is None and self.ended_at is None

    def keep(self, told: Entry) -> None:
        self.kept_at, self.kept_by = told.at, told.by


Rows = list[Row]
_OF_A_LETTER = frozenset({"letter.written", "letter.promised"})


def standing(told: Iterable[Entry]) -> "list[Entry]":
    """The entries of one case without those of letters that were taken back."""
    entries = list(told)
    gone = {(datetime.fromisoformat(one.facts["written_at"]), one.by) for one in entries if one.kind == TAKEN_BACK}
    return [one for one in entries if one.kind not in _OF_A_LETTER or (one.at, one.by) not in gone]


Policies = Callable[[int], Policy]


def answer(rows: Rows, told: Entry, policies: Policies) -> bool:
    """Change ``rows``, all those of one case, by what was told.  Returns whether it concerns them at all."""
    respond = _ANSWERS.get(told.kind)
    if respond is None or (told.kind in _BY_A_PERSON and not told.by.startswith(PEOPLE)):
        return False
    respond(rows, told, policies)
    _list(rows)
    return True


def _list(rows: Rows) -> None:
    """Who owes something sooner sees that first: the guard against silence stands behind it."""
    for guard in rows:
        if guard.kind == Kind.UPDATE and guard.open:
            sooner = (one for one in rows if one.open and one is not guard)
            guard.listed = not any(one.late_from <= guard.late_from for one in sooner)


def _opened(rows: Rows, told: Entry, policies: Policies) -> None:
    """P1: the terms run from receipt, under the policy of that day."""
    received = datetime.fromisoformat(told.facts["received_at"])
    version = int(told.facts["policy_version"])
    terms = policies(version)
    if terms.acknowledgement:
        _start(rows, Kind.ACKNOWLEDGEMENT, terms.acknowledgement, received, version, terms)
    _start(rows, Kind.ASSESSMENT, terms.assessment, received, version, terms)
    _start(rows, Kind.UPDATE, terms.longest_gap, received, version, terms)


def _start(rows: Rows, kind: Kind, term: Term, since: datetime, version: int, terms: Policy) -> None:
    owed = due(term, since, terms.calendar)
    _add(rows, kind, since, owed.due_on, owed.late_from, version)


def _add(rows: Rows, kind: Kind, since: datetime, due_on: date, late_from: datetime, version: int) -> None:
    number = 1 + sum(row.kind == kind for row in rows)
    last = rows[-1] if rows else None
    handler = next((row.handler for row in reversed(rows) if row.handler), "")
    judged = (last.severity, last.verdict) if last else ("", "")
    rows.append(Row(kind, number, version, since, due_on, late_from, handler, *judged))


def _open_ones(rows: Rows, *kinds: Kind) -> Rows:
    return [row for row in rows if row.open and row.kind in kinds]


def _version(rows: Rows) -> int:
    return rows[0].policy_version if rows else 1


def _taken(rows: Rows, told: Entry, policies: Policies) -> None:
    _hand_to(rows, told.facts["handler"])


def _released(rows: Rows, told: Entry, policies: Policies) -> None:
    _hand_to(rows, "")


def _hand_to(rows: Rows, handler: str) -> None:
    for row in rows:
        if row.open:
            row.handler = handler


def _written(rows: Rows, told: Entry, policies: Policies) -> None:
    """A person wrote: silence is broken, and a new term of silence begins."""
    if told.facts["automatic"]:
        return
    for row in _open_ones(rows, Kind.ACKNOWLEDGEMENT, Kind.UPDATE, Kind.WORD):
        row.keep(told)
        if row.kind == Kind.UPDATE:
            _guard(rows, told, policies)


def _guard(rows: Rows, told: Entry, policies: Policies) -> None:
    terms = policies(_version(rows))
    _start(rows, Kind.UPDATE, terms.longest_gap, told.at, _version(rows), terms)


def _promised(rows: Rows, told: Entry, policies: Policies) -> None:
    """Own words in a letter.  The letter itself was told before, so it does not keep them."""
    late_from = datetime.fromisoformat(told.facts["due_at"])
    zone = policies(_version(rows)).calendar.zone
    _add(rows, Kind.WORD, told.at, last_day(late_from, zone), late_from, _version(rows))


def last_day(late_from: datetime, zone: ZoneInfo) -> date:
    """The local day on which the last good moment lies."""
    return (late_from.astimezone(UTC) - _INSTANT).astimezone(zone).date()


_INSTANT = datetime.resolution


def _assessed(rows: Rows, told: Entry, policies: Policies) -> None:
    """P1 is kept by a person's letter with a verdict and a date (or why none); P6 begins with the date."""
    version = int(told.facts["policy_version"])
    zone = policies(version).calendar.zone
    promised_date = told.facts.get("date_by", "")
    for row in _open_ones(rows, Kind.ASSESSMENT):
        row.keep(told)
        row.partly = bool(promised_date)
    if promised_date:
        _move(rows, Kind.DATE, told, date.fromisoformat(promised_date), version, zone)
    else:
        _keep(rows, told, Kind.DATE)
    expected = told.facts["expected_on"]
    if expected:
        _move(rows, Kind.FIX, told, date.fromisoformat(expected), version, zone)
    else:
        _end(rows, told, Kind.FIX)
    _fix_term(rows, told, version, policies)
    _reopened(rows, told, policies)
    _hand_to(rows, told.facts["handler"])
    for row in rows:
        row.severity, row.verdict = told.facts["severity"], told.facts["verdict"]


def _fix_term(rows: Rows, told: Entry, version: int, policies: Policies) -> None:
    """A term for the solution, when the policy names one, counted from the report."""
    terms = policies(version)
    known = any(row.kind == Kind.FIX_TERM for row in rows)
    if told.facts["verdict"] not in TO_SOLVE:
        _end(rows, told, Kind.FIX_TERM)
    elif terms.fix and not known and rows:
        _start(rows, Kind.FIX_TERM, terms.fix, rows[0].started_at, version, terms)


TO_SOLVE = frozenset({"confirmed", "partly-confirmed"})


def _move(rows: Rows, kind: Kind, told: Entry, due_on: date, version: int, zone: ZoneInfo) -> None:
    """Start it, or move the open one; a moved date is counted.  One that has passed stays missed."""
    late_from = end_of(due_on, zone)
    running = _open_ones(rows, kind)
    if not running:
        _add(rows, kind, told.at, due_on, late_from, version)
    elif running[-1].due_on != due_on:
        row = running[-1]
        if told.at >= row.late_from:
            row.ended_at = told.at
            _add(rows, kind, told.at, due_on, late_from, version)
            rows[-1].moved = row.moved + 1
            return
        row.due_on, row.late_from, row.moved = due_on, late_from, row.moved + 1
        row.miss_told, row.reminded = False, 0


def _keep(rows: Rows, told: Entry, *kinds: Kind) -> None:
    for row in _open_ones(rows, *kinds):
        row.keep(told)


def _end(rows: Rows, told: Entry, *kinds: Kind) -> None:
    for row in _open_ones(rows, *kinds):
        row.ended_at = told.at


def _fix_moved(rows: Rows, told: Entry, policies: Policies) -> None:
    version = _version(rows)
    due_on = date.fromisoformat(told.facts["expected_on"])
    _keep(rows, told, Kind.DATE)
    _move(rows, Kind.FIX, told, due_on, version, policies(version).calendar.zone)


def _fix_landed(rows: Rows, told: Entry, policies: Policies) -> None:
    _keep(rows, told, Kind.FIX, Kind.FIX_TERM)
    _end(rows, told, Kind.DATE)  # what is solved needs no date any more


def _closed(rows: Rows, told: Entry, policies: Policies) -> None:
    _end(rows, told, *Kind)


def _reopened(rows: Rows, told: Entry, policies: Policies) -> None:
    if rows and not _open_ones(rows, Kind.UPDATE):
        _guard(rows, told, policies)


def _missed(rows: Rows, told: Entry, policies: Policies) -> None:
    """Only when the table is drawn anew: the entry itself was written with the mark."""
    for row in rows:
        if row.open and row.kind == told.facts["promise"] and row.due_on.isoformat() == told.facts["due_on"]:
            row.miss_told = True


def _reminded(rows: Rows, told: Entry, policies: Policies) -> None:
    for row in rows:
        if row.open and row.kind == told.facts["promise"]:
            row.reminded = max(row.reminded, told.facts["to"])


_BY_A_PERSON = frozenset(
    {"letter.written", "letter.promised", "case.assessed", "fix.moved", "fix.landed", "fix.reopened"}
)
_ANSWERS: Mapping[str, Callable[[Rows, Entry, Policies], None]] = {
    "case.opened": _opened,
    "case.taken": _taken,
    "case.released": _released,
    "letter.written": _written,
    "letter.promised": _promised,
    "case.assessed": _assessed,
    "fix.moved": _fix_moved,
    "fix.landed": _fix_landed,
    "fix.reopened": _fix_moved,
    "report.closed": _closed,
    "report.reopened": _reopened,
    "promise.missed": _missed,
    "promise.reminded": _reminded,
}
TAKEN_BACK = "letter.taken-back"
CONCERN = frozenset((*_ANSWERS, TAKEN_BACK))
