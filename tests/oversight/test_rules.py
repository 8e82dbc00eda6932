from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.oversight.document import as_plain, from_plain, text_of
from meldpunt.oversight.plot import HEIGHT, TOP, plot
from meldpunt.oversight.rules import (
    LEAST,
    SEVERITIES,
    Cell,
    Line,
    Outcome,
    Quarter,
    Tally,
    changed,
    fix_times,
    fix_times_redrawn,
    middle,
    midpoint,
    redrawn,
    told,
)

TODAY = date(2026, 8, 3)
Q1, Q2, Q3, Q4 = (Quarter(2026, number) for number in range(1, 5))
counts = st.dictionaries(st.sampled_from(Outcome), st.integers(0, 30))


def tally(kept=0, late=0, missed=0, open=0):
    return Tally({Outcome.KEPT: kept, Outcome.LATE: late, Outcome.MISSED: missed, Outcome.OPEN: open})


def periods(lines):
    return [(line.first, line.last, sum(line.counts.values())) for line in lines]


def test_quarters_follow_each_other():
    assert [Quarter.of(date(2026, month, 1)).number for month in (1, 3, 4, 6, 7, 9, 10, 12)] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert Q4.next == Quarter(2027, 1)
    assert (Q1.first_day, Q1.last_day, Q4.last_day) == (date(2026, 1, 1), date(2026, 3, 31), date(2026, 12, 31))
    assert Quarter.read(str(Q3)) == Q3


@pytest.mark.parametrize(
    ("counted", "kept", "late"),
    [
        ({Outcome.KEPT: 12}, Cell(12, 12), Cell(0, 0)),
        ({Outcome.KEPT: 12, Outcome.LATE: 5}, Cell(12, 12), Cell(5, 5)),
        ({Outcome.KEPT: 38, Outcome.LATE: 2}, Cell(36, 39), Cell(1, 4)),
        ({Outcome.KEPT: 3, Outcome.LATE: 2}, Cell(1, 4), Cell(1, 4)),
    ],
)
def test_small_numbers_are_ranges_and_so_is_the_one_beside(counted, kept, late):
    cells = told(counted)
    assert (cells[Outcome.KEPT], cells[Outcome.LATE]) == (kept, late)


@given(counts)
def test_no_number_from_one_to_four_is_ever_told(counted):
    for outcome, cell in told(counted).items():
        assert cell.low <= counted.get(outcome, 0) <= cell.high
        assert cell.low == 0 or cell.low >= LEAST or not cell.exact


@given(counts)
def test_who_knows_the_total_cannot_subtract_their_way_to_a_small_number(counted):
    blurred = [counted.get(outcome, 0) for outcome, cell in told(counted).items() if not cell.exact]
    if sum(counted.values()) >= LEAST:
        assert sum(blurred) == 0 or sum(blurred) >= LEAST


@given(st.integers(1, LEAST - 1), st.integers(LEAST, 40))
def test_the_same_ranges_stand_for_every_way_to_divide_what_is_hidden(small, together):
    """Nobody can tell from the ranges how the sum is divided."""
    shown = {
        (told({Outcome.KEPT: together + 40, Outcome.LATE: few, Outcome.OPEN: together - few})[Outcome.OPEN])
        for few in range(1, LEAST)
        if together - few >= LEAST
    }
    assert len(shown) <= 1


def test_a_quarter_with_few_waits_for_the_next():
    found = {Q1: tally(kept=3), Q2: tally(kept=4), Q3: tally(kept=2)}
    lines = redrawn("P1", (), found, TODAY)
    assert periods(lines) == [(Q1, Q2, 7)]
    found[Q3].add(Outcome.OPEN, 3)
    assert periods(redrawn("P1", lines, found, TODAY)) == [(Q1, Q2, 7), (Q3, Q3, 5)]


def test_a_period_that_was_told_stays_as_it_is():
    lines = redrawn("P1", (), {Q1: tally(kept=3), Q2: tally(kept=4)}, TODAY)
    more = redrawn("P1", lines, {Q1: tally(kept=30), Q2: tally(kept=40)}, TODAY)
    assert periods(more) == [(Q1, Q2, 70)]


def test_what_is_due_in_a_later_quarter_is_not_told():
    assert redrawn("P6", (), {Q4: tally(open=20)}, TODAY) == ()


def test_a_line_changes_when_five_stand_differently_and_not_before():
    [first] = redrawn("P4", (), {Q3: tally(kept=6, open=9)}, TODAY)
    later = TODAY + timedelta(days=9)
    [same] = redrawn("P4", (first,), {Q3: tally(kept=8, late=2, open=5)}, later)
    assert same == first
    [new] = redrawn("P4", (first,), {Q3: tally(kept=8, late=3, open=4)}, later)
    assert (new.counts[Outcome.LATE], new.drawn_on) == (3, later)


@given(st.lists(st.tuples(st.sampled_from([Q1, Q2, Q3]), counts), max_size=12))
def test_two_views_never_differ_by_fewer_than_five(days):
    """Whatever happens from day to day: each line of today's view against the same line of yesterday's."""
    shown = ()
    for number, (quarter, counted) in enumerate(days):
        new = redrawn("P1", shown, {quarter: Tally(dict(counted))}, TODAY + timedelta(days=number))
        assert [(one.first, one.last) for one in new[: len(shown)]] == [(one.first, one.last) for one in shown]
        for before, after in zip(shown, new, strict=False):
            assert changed(before.counts, after.counts) == 0 or changed(before.counts, after.counts) >= LEAST
        for one in new[len(shown) :]:
            assert sum(one.counts.values()) >= LEAST
        assert all(one.last < other.first for one, other in pairwise(new))
        shown = new


def test_a_median_needs_five_and_is_not_flattered():
    assert middle([1, 2, 3, 4]) is None
    assert middle([1, 2, 2, 3, 9]) == 2
    assert middle([1, 2, 2, 3, 9, 9]) == 3
    assert midpoint([]) is None


def test_severities_with_few_are_taken_together():
    days = {"critical": (3, 4), "high": (5, 6, 7), "medium": (9,) * 5, "low": (1,)}
    times = fix_times(days)
    assert [(one.severities, one.median) for one in times] == [(("critical", "high"), 5), (("medium",), 9)]
    assert fix_times_redrawn(times, days | {"low": (1, 1, 1)}) == times
    assert [one.severities for one in fix_times_redrawn(times, days | {"low": (1,) * 6})][-1] == ("low",)
    assert set(SEVERITIES) >= set(days)


def test_the_document_holds_no_exact_small_number():
    line = Line("P1", Q1, Q2, {Outcome.KEPT: 38, Outcome.MISSED: 2}, 2, TODAY)
    text = text_of([line], (), date(2026, 1, 1), 77)
    assert '"min": 36' in text
    assert '"missed": 2' not in text
    assert "38" not in text
    assert from_plain(as_plain(line)) == line


def test_the_bars_stand_on_the_ground_and_stay_below_the_top():
    drawn = plot([("Q1", {Outcome.KEPT: 7, Outcome.MISSED: 3}), ("Q2", {}), ("Q3", {Outcome.OPEN: 1})])
    assert [bar.total for bar in drawn.bars] == [10, 0, 1]
    assert [part.height for part in drawn.bars[0].parts] == [HEIGHT * 7 // 10, HEIGHT * 3 // 10]
    assert drawn.bars[0].parts[0].y + drawn.bars[0].parts[0].height == drawn.ground
    assert all(part.y >= TOP for bar in drawn.bars for part in bar.parts)
    assert [count for count, _ in plot([]).marks] == [0, 1, 2]
