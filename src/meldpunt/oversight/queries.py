"""Ways to look at the score: exactly, for the desk; and as the public may see it."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from meldpunt.cases import access
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.oversight.models import Counted, Deed, Drawn
from meldpunt.oversight.rules import SENTENCES, Outcome, Quarter, Quarters, Tally
from meldpunt.policy import queries as policy
from meldpunt.policy.calendar import FIRST_YEAR, WorkCalendar
from meldpunt.policy.rules import working_days_between
from meldpunt.promises import outcomes
from meldpunt.promises.rules import SENTENCE, Kind, State
from meldpunt.remediation import queries as remediation

BEGINNING = date(FIRST_YEAR, 1, 1)
MOST_NAMED = 500  # cases behind the numbers: the newest
OUTCOMES: Mapping[str, Outcome] = {
    State.KEPT: Outcome.KEPT,
    State.KEPT_IN_PART: Outcome.IN_PART,
    State.KEPT_LATE: Outcome.LATE,
    State.LATE: Outcome.MISSED,
    State.MISSED: Outcome.MISSED,
    State.OPEN: Outcome.OPEN,
}
Found = Mapping[str, Quarters]
Named = Mapping[tuple[str, Quarter, Outcome], tuple[CaseRef, ...]]


@dataclass(frozen=True, slots=True)
class Score:
    """Exact, with references: for the desk.  ``since``: a local day; ``entries``: of the log."""

    found: Found
    named: Named
    days_to_fix: Mapping[str, tuple[int, ...]]
    since: date
    entries: int


@dataclass(frozen=True, slots=True)
class Public:
    """The public score.  ``text`` is the document as it is served, ``document`` the same, read."""

    at: datetime
    text: str
    digest: str
    document: Mapping[str, Any]


def score(viewer: Actor, now: datetime) -> Score:
    """Everything there is to count; for those at the desk.  Reads every promise once."""
    access.check(viewer, Right.SCORE)
    zone = policy.current().policy.calendar.zone
    return Score(found(now), _named(now, zone), days_to_fix(now), since(zone), log.length())


def for_viewer(viewer: Actor, whole: Score) -> Score:
    """The same numbers; behind them only the cases that the viewer may know of: an auditor knows all, by reference."""
    access.check(viewer, Right.SCORE)
    if may(viewer, Right.PROMISES):
        return whole
    hidden = access.hidden_from(viewer)
    named = {key: tuple(ref for ref in refs if ref not in hidden) for key, refs in whole.named.items()}
    return replace(whole, named=named)


def found(now: datetime) -> Found:
    """By sentence and quarter, what became of the promises.  A few seconds when there are a million of them."""
    calendar = policy.current().policy.calendar
    quarters: dict[str, defaultdict[Quarter, Tally]] = {sentence: defaultdict(Tally) for sentence in SENTENCES}
    for kind, day, state, count in outcomes.by_day(now):
        if state in OUTCOMES:
            quarters[SENTENCE[Kind(kind)]][Quarter.of(day)].add(OUTCOMES[state], count)
    for sentence, at, outcome in Deed.objects.exclude(outcome="").values_list("sentence", "at", "outcome"):
        quarters[sentence][Quarter.of(at.astimezone(calendar.zone).date())].add(Outcome(outcome))
    for quarter, took in _times(calendar):
        quarters["P1"][quarter].took += took
    return quarters


def _times(calendar: WorkCalendar) -> list[tuple[Quarter, list[int]]]:
    """The working days that each assessment took.  Many have the same two days, and are counted together."""
    zone = calendar.zone
    pairs: Counter[tuple[Quarter, date, date]] = Counter()
    for due_on, received, given in outcomes.answers():
        pairs[Quarter.of(due_on), received.astimezone(zone).date(), given.astimezone(zone).date()] += 1
    return [
        (quarter, [working_days_between(first, last, calendar)] * count)
        for (quarter, first, last), count in pairs.items()
    ]


def _named(now: datetime, zone: ZoneInfo) -> Named:
    """The cases behind what was not kept in time."""
    names: defaultdict[tuple[str, Quarter, Outcome], list[CaseRef]] = defaultdict(list)
    for case, kind, day, state in outcomes.not_in_time(now, BEGINNING, MOST_NAMED):
        names[SENTENCE[Kind(kind)], Quarter.of(day), OUTCOMES[state]].append(CaseRef(case))
    not_so_well = Deed.objects.filter(outcome__in=(Outcome.MISSED, Outcome.OPEN)).order_by("-at")
    for case, sentence, at, outcome in not_so_well.values_list("case", "sentence", "at", "outcome")[:MOST_NAMED]:
        names[sentence, Quarter.of(at.astimezone(zone).date()), Outcome(outcome)].append(CaseRef(case))
    return {key: tuple(dict.fromkeys(refs)) for key, refs in names.items()}


def days_to_fix(now: datetime) -> Mapping[str, tuple[int, ...]]:
    """By severity, how many days each solution took."""
    return remediation.days_to_fix(BEGINNING, now.date() + timedelta(days=2))


def since(zone: ZoneInfo) -> date:
    """The local day of the first policy: before it nothing was promised."""
    return policy.versions()[-1].published_at.astimezone(zone).date()


def public() -> Public | None:
    """The public score as it was drawn last, if the policy that holds says that it is public; one row."""
    if not policy.current().policy.score_public:
        return None
    newest = Drawn.objects.order_by("-id").first()
    return Public(newest.at, newest.text, newest.digest, json.loads(newest.text)) if newest else None


def is_due(now: datetime) -> bool:
    """Whether the public score may be drawn: once a local day, and every hour while there is nothing in it."""
    row = Counted.objects.first()
    if row is None or row.counted_at is None:
        return True
    if row.entries == log.length():
        return False
    zone = policy.current().policy.calendar.zone
    another_day = row.counted_at.astimezone(zone).date() != now.astimezone(zone).date()
    return another_day or (not row.lines and now - row.counted_at >= timedelta(hours=1))
