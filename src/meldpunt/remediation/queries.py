"""Ways to look at solutions and closed reports."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

from meldpunt.cases import queries as cases
from meldpunt.cases.access import hidden_from
from meldpunt.cases.queries import CaseView
from meldpunt.conversation import letters
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.ledger.rows import looks
from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.remediation import drawing, models
from meldpunt.remediation.rules import Fix, Standing
from meldpunt.vault.keyring import VaultKeys

MOST_WAITING = 50  # cases named above the first screen


def standing_of(ref: CaseRef) -> Standing:
    """Where the solution and the report stand, by the ledger."""
    return drawing.standing_of(log.read(ref))


def draft(viewer: Actor, ref: CaseRef, about: str, letterhead: Letterhead, *, keys: VaultKeys, **facts: object) -> str:
    """The letter to edit, in the reporter's language: ``date-moved``, ``fixed``, ``reopened``, ``closed``.

    Of ``facts``, ``expected_on`` is said as a term and any other day as a day.
    """
    case = cases.case_for(viewer, ref, keys)
    zone = policy.version(case.policy_version).policy.calendar.zone

    def said(name: str, fact: object) -> object:
        if not isinstance(fact, date):
            return fact
        if name == "expected_on":
            return words.due_in_words(fact, zone, case.language)
        return words.day_in_words(fact, case.language)

    common = {
        "reference": ref,
        "name": cases.reporter_of(viewer, ref, keys).name,
        "page": f"{letterhead.base_url}/my/",
        **letterhead.words_in(case.language),
    }
    return letters.draft(about, case.language, {**common, **{name: said(name, facts[name]) for name in facts}}).body


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed report.  ``unread``: the reporter wrote afterwards, and nobody has looked."""

    case: CaseView
    who: str = field(repr=False)
    closed_at: datetime
    why: str
    unread: bool


@dataclass(frozen=True, slots=True)
class ClosedPage:
    rows: tuple[Closed, ...]
    more: bool


def closed(viewer: Actor, *, keys: VaultKeys, page: int = 1, size: int = 25) -> ClosedPage:
    """The closed reports that the viewer may see: those with something unread, then the newest first."""
    start = (page - 1) * size
    rows = models.Standing.objects.filter(closed_at__isnull=False).order_by("-unread", "-closed_at", "-case")
    if hidden := hidden_from(viewer):
        rows = rows.exclude(case__in=hidden)
    found = list(rows[start : start + size + 1])
    known = cases.lines([row.case for row in found[:size]], keys)
    told = [
        Closed(*known[row.case], row.closed_at, row.why, row.unread)
        for row in found[:size]
        if row.case in known and row.closed_at
    ]
    return ClosedPage(tuple(told), len(found) > size)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in which somebody has to look.  ``why``: ``disputed``, ``no-answer``, or ``wrote`` after it was closed."""

    case: CaseRef
    why: str


def waiting(now: datetime) -> tuple[Waiting, ...]:
    """What no clock brings to the first screen, the longest waiting first.

    A reporter for whom it is not solved, who does not say, or who wrote after the end.
    """
    columns = ("case", "fix", "unread")
    rows = looks(models.Standing, *columns, order=("look_at",), most=MOST_WAITING, look_at__lte=now)
    return tuple(
        Waiting(CaseRef(case), "wrote" if unread else "disputed" if fix == Fix.DISPUTED else "no-answer")
        for case, fix, unread in rows
    )


def days_to_fix(since: date, until: date) -> Mapping[str, tuple[int, ...]]:
    """By severity, how many days each solution took, from the report's local day to the day it landed.

    Of those that landed in ``since <= day < until`` and were not taken up again.
    """
    zone = policy.current().policy.calendar.zone
    rows = models.Standing.objects.filter(landed_on__gte=since, landed_on__lt=until, received_at__isnull=False)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for severity, received_at, landed_on in rows.values_list("severity", "received_at", "landed_on"):
        if received_at and landed_on:
            found[severity].append((landed_on - received_at.astimezone(zone).date()).days)
    return {severity: tuple(sorted(days)) for severity, days in found.items()}


def times_to_fix(since: date, until: date) -> Mapping[str, tuple[int, float]]:
    """By severity: how many were solved, and the median of their days.  Small groups are merged by who shows them."""
    return {severity: (len(days), median(days)) for severity, days in days_to_fix(since, until).items()}
