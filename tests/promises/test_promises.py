from datetime import UTC, date, datetime

import pytest
from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER

from meldpunt.cases import commands as cases
from meldpunt.ground.values import Actor, Role
from meldpunt.ledger import log
from meldpunt.ledger.models import Bookmark
from meldpunt.policy import queries as policy
from meldpunt.promises import commands
from meldpunt.promises.models import Promise
from meldpunt.promises.queries import Filter, anything_missed, due, inbox, of_case
from meldpunt.promises.rules import Kind, State
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.works.followers import catch_up

pytestmark = pytest.mark.django_db
LATER = MONDAY_NINE + HOUR
TICK = Actor(Role.MACHINE, "tick")


def calendar():
    return policy.current().policy.calendar


def assess(house, ref, now=LATER, expected=date(2026, 3, 20), by=HANNA, **words):
    judged = Assessment(Verdict.CONFIRMED, Severity.HIGH, "", expected, words.get("why", ""))
    triage.assess(ref, judged, "Dear reporter, yes.", HEAD, keys=house.keys, by=by, now=now)
    catch_up()


def test_every_case_owes_an_assessment_from_the_moment_of_receipt(house):
    ref = house.a_case()

    [promise] = of_case(ref, calendar(), MONDAY_NINE)

    assert (promise.kind, promise.state, promise.due_on, promise.left) == (
        Kind.ASSESSMENT,
        State.OPEN,
        date(2026, 3, 5),
        3,
    )
    assert promise.late_from == datetime(2026, 3, 5, 23, tzinfo=UTC)
    assert [p.case for p in due(MONDAY_NINE, calendar())] == [ref]


def test_a_persons_assessment_keeps_it_and_its_date_is_the_next_promise(house):
    ref = house.a_case()
    assess(house, ref)

    fix, assessment = of_case(ref, calendar(), LATER)

    assert (fix.kind, fix.due_on, fix.state) == (Kind.FIX, date(2026, 3, 20), State.OPEN)
    assert (assessment.state, assessment.kept_by, assessment.kept_at) == (State.KEPT, "handler:hanna", LATER)


def test_nothing_automatic_keeps_a_promise(house):
    ref = house.a_case()  # acknowledged, automatically
    cases.take(ref, by=HANNA, now=LATER)
    catch_up()
    assert of_case(ref, calendar(), LATER)[0].state is State.OPEN
    with pytest.raises(cases.rules.NotYours):
        assess(house, ref, by=OPENER)
    assert of_case(ref, calendar(), LATER)[0].state is State.OPEN


def test_an_assessment_after_the_end_is_kept_late_and_says_so(house):
    ref = house.a_case()
    assess(house, ref, now=MONDAY_NINE + 4 * DAY)
    assert of_case(ref, calendar(), LATER)[-1].state is State.KEPT_LATE


def test_a_moved_date_is_counted_and_a_withdrawn_one_ends_the_promise(house):
    ref = house.a_case()
    assess(house, ref)
    assess(house, ref, now=LATER + DAY, expected=date(2026, 4, 1))
    [fix] = [p for p in of_case(ref, calendar(), LATER) if p.kind is Kind.FIX]
    assert (fix.due_on, fix.moved) == (date(2026, 4, 1), 1)

    assess(house, ref, now=LATER + 2 * DAY, expected=None, why="The system is switched off.")
    assert [p.kind for p in of_case(ref, calendar(), LATER)] == [Kind.ASSESSMENT]


def test_a_miss_is_told_to_the_ledger_once(house):
    ref = house.a_case()
    end = datetime(2026, 3, 5, 23, tzinfo=UTC)
    assert not anything_missed(end.replace(hour=22))
    assert commands.note_missed(by=TICK, now=end) == 1
    assert commands.note_missed(by=TICK, now=end + DAY) == 0
    told = log.read(ref)[-1]
    assert (told.kind, told.facts) == ("promise.missed", {"promise": "assessment", "due_on": "2026-03-05"})


def test_the_table_can_be_thrown_away_and_drawn_again(house):
    first, second, third = (house.a_case(f"case {n}") for n in range(3))
    cases.take(second, by=HANNA, now=LATER)
    assess(house, second)
    assess(house, second, now=LATER + DAY, expected=date(2026, 4, 1))
    assess(house, third, expected=None, why="Not ours to solve.")
    commands.note_missed(by=TICK, now=MONDAY_NINE + 9 * DAY)
    catch_up()
    before = sorted(Promise.objects.values_list(*COLUMNS))

    Promise.objects.all().delete()
    Bookmark.objects.all().delete()
    catch_up()

    assert sorted(Promise.objects.values_list(*COLUMNS)) == before
    assert {row[0] for row in before} == {first, second, third}


COLUMNS = ("case", "kind", "handler", "started_at", "due_on", "late_from", "moved", "miss_told", "kept_at", "kept_by")


def test_the_inbox_shows_what_is_owed_next_first(house, django_assert_max_num_queries):
    refs = [house.a_case(f"case {n}", now=MONDAY_NINE + n * DAY) for n in range(4)]
    assess(house, refs[0], now=MONDAY_NINE + 3 * DAY, expected=date(2026, 3, 30))
    cases.take(refs[1], by=HANNA, now=LATER)
    catch_up()

    days = calendar()

    def shown(chosen, **more):
        return inbox(HANNA, chosen, keys=house.keys, calendar=days, now=MONDAY_NINE + 3 * DAY, **more)

    with django_assert_max_num_queries(4):
        page = shown(Filter.EVERYTHING)
    assert [row.promise.case for row in page.rows] == [refs[1], refs[2], refs[3], refs[0]]
    assert (page.counts.everything, page.counts.mine, page.counts.nobodys, page.counts.fixes) == (4, 2, 2, 1)
    assert [row.promise.case for row in page.kept_today] == [refs[0]]
    assert page.rows[0].who == "Nachtuil"
    assert page.rows[0].case.title == "case 1"
    assert [row.promise.case for row in shown(Filter.MINE).rows] == [refs[1], refs[0]]
    assert [row.promise.case for row in shown(Filter.FIXES).rows] == [refs[0]]
    assert shown(Filter.EVERYTHING, size=3).more
    assert [row.promise.case for row in shown(Filter.EVERYTHING, size=3, page=2).rows] == [refs[0]]
