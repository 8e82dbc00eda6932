from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.policy.calendar import WorkCalendar
from meldpunt.promises.rules import MOST_CELLS, Cell, State, bar, end_of, state_at

CALENDAR = WorkCalendar(ZoneInfo("Europe/Amsterdam"))
LATE_FROM = datetime(2026, 3, 5, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "kept", "state"),
    [
        (LATE_FROM - timedelta(days=2), None, State.OPEN),
        (LATE_FROM - timedelta(hours=24), None, State.DUE_TODAY),
        (LATE_FROM - SECOND, None, State.DUE_TODAY),
        (LATE_FROM, None, State.LATE),
        (LATE_FROM, LATE_FROM - SECOND, State.KEPT),
        (LATE_FROM, LATE_FROM, State.KEPT_LATE),
    ],
)
def test_a_promise_is_late_from_the_first_moment_after_its_day(now, kept, state):
    assert state_at(now, LATE_FROM, kept) is state


def drawn(started, due, today, kept=None):
    shown = bar(started, due, today, kept, CALENDAR)
    marks = {Cell.PAST: "#", Cell.NOW: "+", Cell.LEFT: ".", Cell.OVER: "!", Cell.KEPT: "v", Cell.SPARE: "_"}
    return "".join(marks[c] for c in shown.before) + "|" + "".join(marks[c] for c in shown.beyond)


MON, TUE, WED, THU, FRI = (date(2026, 3, day) for day in range(2, 7))


@pytest.mark.parametrize(
    ("today", "kept", "picture"),
    [
        (MON, None, "...|"),
        (TUE, None, "+..|"),
        (THU, None, "##+|"),
        (FRI, None, "###|!"),
        (date(2026, 3, 8), None, "###|!"),  # a Sunday adds no working day
        (date(2026, 3, 9), None, "###|!!"),
        (FRI, WED, "#v_|"),
        (date(2026, 3, 9), FRI, "###|v"),
    ],
)
def test_the_due_bar_has_a_cell_for_every_working_day(today, kept, picture):
    assert drawn(MON, THU, today, kept) == picture


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(1, 500), st.integers(0, 600))
def test_a_long_term_is_drawn_to_scale(started, length, gone):
    shown = bar(started, started + timedelta(days=length), started + timedelta(days=gone), None, CALENDAR)
    assert len(shown.before) <= MOST_CELLS
    assert len(shown.beyond) <= MOST_CELLS


def test_a_day_ends_at_midnight_of_the_organisation():
    assert end_of(date(2026, 3, 5), ZoneInfo("Europe/Amsterdam")) == datetime(2026, 3, 5, 23, tzinfo=UTC)
    assert end_of(date(2026, 3, 29), ZoneInfo("Europe/Amsterdam")) == datetime(2026, 3, 29, 22, tzinfo=UTC)
