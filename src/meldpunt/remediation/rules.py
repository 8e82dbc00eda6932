"""Where the solution and the report stand, and what may be done then.  Pure.

The solution:

    state       assessed with a date   move       land     confirm     dispute    reopen
    ---------   --------------------   --------   ------   ---------   --------   --------
    none        expected               no         landed   no          no         no
    expected    expected               expected   landed   no          no         no
    landed      expected               no         no       confirmed   no         expected
    asked       expected               no         no       confirmed   disputed   expected
    disputed    expected               no         no       confirmed   no         expected
    confirmed   expected               no         no       no          no         expected

``land`` leads on to ``asked`` when the letter asks the reporter to try again.  An assessment without a date
leads from ``expected`` back to ``none``.

The report:

    open ──── close ────► closed
      ▲                      │
      └─ reopen, or assess ──┘     nothing of the table above is done in a closed report
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from meldpunt.promises.rules import Kind
from meldpunt.remediation.errors import BadDate, BadReason, NotNow, StillOwed
from meldpunt.triage.rules import OURS_TO_SOLVE

RETEST_TERM = timedelta(days=14)  # how long the answer to "please try again" is waited for
FARTHEST = 10  # years
LONGEST_REASON = 2_000  # characters


class Fix(StrEnum):
    NONE = "none"
    EXPECTED = "expected"
    LANDED = "landed"
    ASKED = "asked"
    DISPUTED = "disputed"
    CONFIRMED = "confirmed"


class Report(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Act(StrEnum):
    MOVE = "move"
    LAND = "land"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    REOPEN = "reopen"
    CLOSE = "close"
    REOPEN_REPORT = "reopen-report"


class How(StrEnum):
    """Who found that it is solved."""

    REPORTER = "reporter"
    HANDLER = "handler"
    NOBODY = "nobody-answered"


class Why(StrEnum):
    """Why a report is closed."""

    SOLVED = "solved"
    NOT_A_VULNERABILITY = "not-a-vulnerability"
    NOT_REPRODUCIBLE = "not-reproducible"
    KNOWN = "known"
    NOT_OURS = "not-ours"
    ACCEPTED_RISK = "accepted-risk"
    NO_ANSWER = "no-answer"
    WITHDRAWN = "withdrawn"


NEXT: Mapping[tuple[Fix, Act], Fix] = MappingProxyType(
    {
        (Fix.NONE, Act.LAND): Fix.LANDED,
        (Fix.EXPECTED, Act.MOVE): Fix.EXPECTED,
        (Fix.EXPECTED, Act.LAND): Fix.LANDED,
        (Fix.LANDED, Act.CONFIRM): Fix.CONFIRMED,
        (Fix.LANDED, Act.REOPEN): Fix.EXPECTED,
        (Fix.ASKED, Act.CONFIRM): Fix.CONFIRMED,
        (Fix.ASKED, Act.DISPUTE): Fix.DISPUTED,
        (Fix.ASKED, Act.REOPEN): Fix.EXPECTED,
        (Fix.DISPUTED, Act.CONFIRM): Fix.CONFIRMED,
        (Fix.DISPUTED, Act.REOPEN): Fix.EXPECTED,
        (Fix.CONFIRMED, Act.REOPEN): Fix.EXPECTED,
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where both stand.  ``unread``: the reporter wrote after the report was closed, and nobody has looked."""

    fix: Fix = Fix.NONE
    report: Report = Report.OPEN
    verdict: str = ""
    severity: str = ""
    received_at: datetime | None = None
    expected_on: date | None = None
    landed_on: date | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    how: str = ""
    closed_at: datetime | None = None
    why: str = ""
    wrote_at: datetime | None = None
    unread: bool = False

    @property
    def closed(self) -> bool:
        return self.report is Report.CLOSED


def acts_for(standing: Standing) -> tuple[Act, ...]:
    """What can be done now; the desk's buttons are drawn from it.  Before an assessment: nothing."""
    if standing.closed:
        return (Act.REOPEN_REPORT,)
    if not standing.verdict:
        return ()
    found = tuple(act for act in Act if (standing.fix, act) in NEXT)
    return (*found, Act.CLOSE) if reasons_for(standing) else found


def next_fix(standing: Standing, act: Act) -> Fix:
    """Where an act leads, or ``NotNow``."""
    if standing.closed:
        raise NotNow("The report is closed. Reopen it first.")
    if not standing.verdict:
        raise NotNow("The report has not been assessed yet.")
    if found := NEXT.get((standing.fix, act)):
        return found
    if act is Act.MOVE:
        raise NotNow("There is no expected date that could be moved.")
    if act is Act.LAND:
        raise NotNow("The reporter has been told already that it is solved.")
    if standing.fix is Fix.CONFIRMED:
        raise NotNow("It has been confirmed already that it is solved.")
    raise NotNow("Nobody has said yet that it is solved.")


def check_expected(expected_on: date, today: date) -> None:
    """Refuse an expected day that is no promise.  Both are local days of the organisation."""
    if expected_on < today:
        raise BadDate("The expected date has passed already.")
    if expected_on.year > today.year + FARTHEST:
        raise BadDate("The expected date is more than ten years away.")


def check_move(standing: Standing, expected_on: date, reason: str, today: date) -> None:
    """Whether the expected date may move to that day."""
    next_fix(standing, Act.MOVE)
    check_expected(expected_on, today)
    if expected_on == standing.expected_on:
        raise BadDate("That is the date that the reporter knows already.")
    check_reason(reason)


def check_landed(standing: Standing, on: date, today: date, received_on: date) -> None:
    """Whether it can have been solved on that day."""
    next_fix(standing, Act.LAND)
    if on > today:
        raise BadDate("That day is still to come. Say that it is solved when it is.")
    if on < received_on:
        raise BadDate("That day lies before the report.")


def check_reopen(standing: Standing, expected_on: date, reason: str, today: date) -> None:
    """Whether what was called solved may be taken up again, with a new date."""
    next_fix(standing, Act.REOPEN)
    check_expected(expected_on, today)
    check_reason(reason)


def check_reopen_report(standing: Standing, expected_on: date | None, reason: str, today: date) -> None:
    if not standing.closed:
        raise NotNow("The report is not closed.")
    if expected_on:
        next_fix(replace(standing, report=Report.OPEN), Act.REOPEN)
        check_expected(expected_on, today)
    check_reason(reason)


def check_reason(reason: str) -> None:
    if not reason.strip():
        raise BadReason("Please say why: the reporter is told the reason.")
    if len(reason) > LONGEST_REASON:
        raise BadReason("The reason is too long. Please say it in a few sentences.")


def check_told(reason: str, letter: str) -> None:
    """The letter may say the reason in other words, and may not leave it out: half of its words must be there."""
    wanted, said = _words(reason), _words(letter)
    if len(wanted & said) * 2 < len(wanted):
        raise BadReason("The letter does not say the reason any more. The reporter is told why.")


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def nobody_answered(standing: Standing, now: datetime) -> bool:
    """Whether the reporter was asked to try again, and did not answer in time."""
    at = look_at(standing)
    return standing.fix is Fix.ASKED and not standing.closed and at is not None and now >= at


def look_at(standing: Standing) -> datetime | None:
    """From when on somebody has to look at the case although no promise says so; ``None``: not at all."""
    if standing.closed:
        return standing.wrote_at if standing.unread else None
    if standing.fix is Fix.ASKED and standing.asked_at:
        return standing.asked_at + RETEST_TERM
    return standing.answered_at if standing.fix is Fix.DISPUTED else None


def check_confirm(standing: Standing, how: How, now: datetime) -> None:
    """Whether it may count as solved, as ``how`` says."""
    next_fix(standing, Act.CONFIRM)
    if how is How.NOBODY and not nobody_answered(standing, now):
        raise NotNow("The reporter still has time to answer: fourteen days from the question.")


def reasons_for(standing: Standing) -> tuple[Why, ...]:
    """Why the report could be closed as things are; nothing before there is a verdict."""
    if standing.closed or not standing.verdict:
        return ()
    gone = standing.verdict in OURS_TO_SOLVE and standing.fix is Fix.NONE  # no date was needed
    solved = gone or standing.fix in (Fix.LANDED, Fix.CONFIRMED)
    return tuple(
        why
        for why in Why
        if (why is Why.SOLVED and solved) or why == standing.verdict or why in (Why.NO_ANSWER, Why.WITHDRAWN)
    )


OWED = MappingProxyType(
    {
        Kind.ASSESSMENT: "It cannot be closed: an assessment and an expected date are still owed.",
        Kind.DATE: "It cannot be closed: the date that the assessment lacked is still owed. Name it, or say in a new "
        "assessment that none is needed.",
        Kind.FIX: "It cannot be closed: the solution is still owed. Say that it is solved, or assess anew.",
        Kind.FIX_TERM: "It cannot be closed: the solution is still owed. Say that it is solved, or assess anew.",
    }
)


def check_close(standing: Standing, why: Why, owed: Iterable[Kind]) -> None:
    """Whether the report may be closed.  ``owed``: promises still open; a letter keeps those not in ``OWED``."""
    if standing.closed:
        raise NotNow("The report is closed already.")
    if not standing.verdict:
        raise NotNow("It cannot be closed before it has been assessed.")
    if why is Why.SOLVED and standing.fix in (Fix.ASKED, Fix.DISPUTED):
        raise NotNow("The reporter was asked to try again, and nobody has confirmed yet that it is solved.")
    for kind in owed:
        if kind in OWED:
            raise StillOwed(OWED[kind])
    if why not in reasons_for(standing):
        raise NotNow("That is not what the assessment says. Assess anew first.")
