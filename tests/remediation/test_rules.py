"""The tables of solution and report: what leads where, and what is refused."""

import itertools
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import DAY, MONDAY_NINE

from meldpunt.promises.rules import Kind
from meldpunt.remediation import rules
from meldpunt.remediation.drawing import standing_of
from meldpunt.remediation.errors import BadDate, BadReason, NotNow, StillOwed
from meldpunt.remediation.rules import NEXT, Act, Fix, How, Report, Standing, Why, acts_for, next_fix
from meldpunt.triage.rules import Verdict

TODAY = date(2026, 3, 2)
SOON = TODAY + timedelta(days=9)
WHY = "The supplier delivers the part a week later."


@dataclass
class Entry:
    kind: str
    facts: dict = field(default_factory=dict)
    at: datetime = MONDAY_NINE


OPENED = Entry("case.opened", {"received_at": MONDAY_NINE.isoformat()})
ASSESSED = Entry("case.assessed", {"verdict": "confirmed", "severity": "high", "expected_on": SOON.isoformat()})
UNDATED = Entry("case.assessed", {**ASSESSED.facts, "expected_on": ""})
TOLD = {  # what each act tells the ledger
    Act.MOVE: Entry("fix.moved", {"expected_on": (SOON + DAY).isoformat(), "was": SOON.isoformat()}),
    Act.LAND: Entry("fix.landed", {"on": TODAY.isoformat()}),
    Act.CONFIRM: Entry("retest.confirmed", {"how": "handler"}),
    Act.DISPUTE: Entry("fix.disputed"),
    Act.REOPEN: Entry("fix.reopened", {"expected_on": SOON.isoformat()}),
    Act.CLOSE: Entry("report.closed", {"why": "solved"}),
    Act.REOPEN_REPORT: Entry("report.reopened"),
}
ASKED = Entry("retest.asked")


def stands(fix=Fix.EXPECTED, verdict=Verdict.CONFIRMED, **more):
    return Standing(fix, verdict=verdict, expected_on=SOON, **more)


def drawn_in_the_docstring():
    """The rows of the table as it is drawn."""
    names = ("move", "land", "confirm", "dispute", "reopen")
    for line in rules.__doc__.splitlines():
        cells = line.split()
        if len(cells) == 7 and cells[0] in set(Fix):
            yield Fix(cells[0]), cells[1], dict(zip(names, cells[2:], strict=True))


def test_the_table_is_the_one_that_is_drawn():
    drawn = {}
    for state, assessed, cells in drawn_in_the_docstring():
        assert assessed == Fix.EXPECTED
        drawn |= {(state, Act(act)): Fix(to) for act, to in cells.items() if to != "no"}
    assert drawn == dict(NEXT)
    assert len(list(drawn_in_the_docstring())) == len(Fix)


@pytest.mark.parametrize(("state", "act"), list(itertools.product(Fix, Act)))
def test_the_buttons_are_those_that_work(state, act):
    standing = stands(state)
    if act in (Act.CLOSE, Act.REOPEN_REPORT):
        return
    if act in acts_for(standing):
        assert next_fix(standing, act) is NEXT[state, act]
    else:
        with pytest.raises(NotNow):
            next_fix(standing, act)


def test_nothing_but_reopening_is_done_in_a_closed_report_and_nothing_before_an_assessment():
    assert acts_for(stands(report=Report.CLOSED)) == (Act.REOPEN_REPORT,)
    assert acts_for(Standing()) == ()
    for act in (Act.LAND, Act.MOVE, Act.CONFIRM):
        with pytest.raises(NotNow, match="closed"):
            next_fix(stands(report=Report.CLOSED), act)
        with pytest.raises(NotNow, match="assessed"):
            next_fix(Standing(), act)


@given(st.lists(st.sampled_from([*Act, "asked", "assessed", "undated"]), max_size=25))
def test_the_ledger_draws_what_the_table_allows(tried):
    """Whoever does only what the buttons offer finds the case where the table says."""
    entries = [OPENED, ASSESSED]
    for what in tried:
        before = standing_of(entries)
        if what in ("assessed", "undated"):
            entries.append(ASSESSED if what == "assessed" else UNDATED)
            after = standing_of(entries)
            assert not after.closed and (after.fix is Fix.EXPECTED) == (what == "assessed")
        elif what == "asked":
            if before.fix is Fix.LANDED and not before.closed:
                entries.append(ASKED)
                assert standing_of(entries).fix is Fix.ASKED
        elif what in acts_for(before):
            entries.append(TOLD[what])
            after = standing_of(entries)
            expected = before.fix if what in (Act.CLOSE, Act.REOPEN_REPORT) else NEXT[before.fix, what]
            assert after.fix is expected and after.closed == (what is Act.CLOSE)
            assert (after.landed_on is None) == (after.fix in (Fix.NONE, Fix.EXPECTED))


def test_a_date_moves_ahead_with_a_reason_and_to_another_day():
    rules.check_move(stands(), TODAY, WHY, TODAY)
    for day, why, error in (
        (TODAY - DAY, WHY, BadDate),
        (SOON, WHY, BadDate),
        (date(2040, 1, 1), WHY, BadDate),
        (SOON + DAY, " \n", BadReason),
        (SOON + DAY, "x" * 3000, BadReason),
    ):
        with pytest.raises(error):
            rules.check_move(stands(), day, why, TODAY)
    with pytest.raises(NotNow, match="no expected date"):
        rules.check_move(stands(Fix.NONE), SOON, WHY, TODAY)


def test_the_letter_says_the_reason_in_these_words_or_others():
    rules.check_told(WHY, f"Dear you,\n\n{WHY}\n")
    rules.check_told(WHY, "Our supplier delivers the part later than promised.")
    for letter in ("We moved the date.", ""):
        with pytest.raises(BadReason, match="does not say the reason"):
            rules.check_told(WHY, letter)


def test_solved_on_a_day_between_the_report_and_now():
    rules.check_landed(stands(), TODAY, TODAY, TODAY)
    rules.check_landed(stands(Fix.NONE), TODAY, TODAY, TODAY - DAY)
    for day in (TODAY + DAY, TODAY - 2 * DAY):
        with pytest.raises(BadDate):
            rules.check_landed(stands(), day, TODAY, TODAY - DAY)


def test_nobody_answered_only_after_fourteen_days():
    asked = stands(Fix.ASKED, asked_at=MONDAY_NINE)
    almost = MONDAY_NINE + timedelta(days=14, seconds=-1)
    assert not rules.nobody_answered(asked, almost)
    with pytest.raises(NotNow, match="fourteen days"):
        rules.check_confirm(asked, How.NOBODY, almost)
    rules.check_confirm(asked, How.NOBODY, MONDAY_NINE + 14 * DAY)
    rules.check_confirm(asked, How.REPORTER, MONDAY_NINE)
    for other in (stands(Fix.DISPUTED, asked_at=MONDAY_NINE), stands(Fix.LANDED)):
        rules.check_confirm(other, How.HANDLER, MONDAY_NINE)
        with pytest.raises(NotNow):
            rules.check_confirm(other, How.NOBODY, MONDAY_NINE + 99 * DAY)
    assert not rules.nobody_answered(replace(asked, report=Report.CLOSED), MONDAY_NINE + 99 * DAY)


def test_a_report_is_closed_for_what_was_found():
    always = {Why.NO_ANSWER, Why.WITHDRAWN}
    assert rules.reasons_for(Standing()) == ()
    for verdict in Verdict:
        found = set(rules.reasons_for(stands(Fix.NONE, verdict))) - always
        assert found == ({Why.SOLVED} if "confirmed" in verdict else {Why(verdict)})
    for fix, solved in ((Fix.EXPECTED, False), (Fix.ASKED, False), (Fix.DISPUTED, False), (Fix.CONFIRMED, True)):
        assert (Why.SOLVED in rules.reasons_for(stands(fix))) is solved
    assert Why.SOLVED in rules.reasons_for(stands(Fix.LANDED, Verdict.KNOWN))


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_still_owed_stands_in_the_way_unless_the_letter_keeps_it(kind):
    done = stands(Fix.CONFIRMED)
    if kind in (Kind.ACKNOWLEDGEMENT, Kind.WORD, Kind.UPDATE):
        rules.check_close(done, Why.SOLVED, (kind,))
        return
    with pytest.raises(StillOwed) as told:
        rules.check_close(done, Why.SOLVED, (Kind.WORD, kind))
    assert re.search("assessment|date|solution", str(told.value))


def test_closing_asks_for_a_verdict_and_for_the_answer_of_the_reporter():
    for standing, why, said in (
        (Standing(), Why.WITHDRAWN, "assessed"),
        (stands(Fix.ASKED), Why.SOLVED, "try again"),
        (stands(Fix.DISPUTED), Why.SOLVED, "try again"),
        (stands(Fix.CONFIRMED), Why.NOT_OURS, "assessment says"),
        (stands(report=Report.CLOSED), Why.SOLVED, "already"),
    ):
        with pytest.raises(NotNow, match=said):
            rules.check_close(standing, why, ())


def test_what_comes_after_the_end_is_unread_until_somebody_looks():
    closed = [OPENED, ASSESSED, TOLD[Act.LAND], TOLD[Act.CLOSE]]
    wrote, automatic = Entry("reporter.wrote"), Entry("letter.written", {"automatic": True})
    assert not standing_of([OPENED, wrote, ASSESSED]).unread
    assert standing_of([*closed, wrote, automatic]).unread
    for answer in (Entry("letter.written", {"automatic": False}), Entry("report.noticed"), TOLD[Act.REOPEN_REPORT]):
        assert not standing_of([*closed, wrote, answer]).unread
