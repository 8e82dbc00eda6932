from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER

from meldpunt.cases import commands as cases
from meldpunt.cases import giving
from meldpunt.cases.errors import NotYours
from meldpunt.conversation.commands import write
from meldpunt.conversation.errors import BadNextDay
from meldpunt.conversation.news import no_news
from meldpunt.ground.values import Actor, Role
from meldpunt.ledger import log
from meldpunt.ledger.models import Bookmark
from meldpunt.policy import queries as policy
from meldpunt.promises import commands
from meldpunt.promises.choosing import FACET, chosen
from meldpunt.promises.models import Ending, Promise
from meldpunt.promises.queries import anything_missed, due, in_the_way, inbox, of_case
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
    judged = Assessment(
        Verdict.CONFIRMED, Severity.HIGH, "", expected, words.get("why", ""), words.get("date_by"), "gone" in words
    )
    triage.assess(ref, judged, "Dear reporter, yes.", HEAD, keys=house.keys, by=by, now=now)
    catch_up()


def the(kind, ref, now=LATER):
    """The newest promise of a kind in a case."""
    return max((one for one in of_case(ref, calendar(), now) if one.kind is kind), key=lambda one: one.number)


def test_every_case_owes_an_assessment_from_the_moment_of_receipt(house):
    ref = house.a_case()

    promise, silence = of_case(ref, calendar(), MONDAY_NINE)

    assert (silence.kind, silence.due_on) == (Kind.UPDATE, date(2026, 3, 16))
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

    update, fix, first_update, assessment = of_case(ref, calendar(), LATER)

    assert (update.number, update.due_on, update.state) == (2, date(2026, 3, 16), State.OPEN)
    assert first_update.state is State.KEPT
    assert (fix.kind, fix.due_on, fix.state) == (Kind.FIX, date(2026, 3, 20), State.OPEN)
    assert (assessment.state, assessment.kept_by, assessment.kept_at) == (State.KEPT, "handler:hanna", LATER)


def test_nothing_automatic_keeps_a_promise(house):
    ref = house.a_case()  # acknowledged, automatically
    cases.take(ref, by=HANNA, now=LATER)
    catch_up()
    assert of_case(ref, calendar(), LATER)[0].state is State.OPEN
    with pytest.raises(NotYours):
        assess(house, ref, by=OPENER)
    assert of_case(ref, calendar(), LATER)[0].state is State.OPEN


def test_an_assessment_after_the_end_is_kept_late_and_says_so(house):
    ref = house.a_case()
    assess(house, ref, now=MONDAY_NINE + 4 * DAY)
    assert the(Kind.ASSESSMENT, ref).state is State.KEPT_LATE


def test_a_moved_date_is_counted_and_a_withdrawn_one_ends_the_promise(house):
    ref = house.a_case()
    assess(house, ref)
    assess(house, ref, now=LATER + DAY, expected=date(2026, 4, 1))
    [fix] = [p for p in of_case(ref, calendar(), LATER) if p.kind is Kind.FIX]
    assert (fix.due_on, fix.moved) == (date(2026, 4, 1), 1)

    assess(house, ref, now=LATER + 2 * DAY, expected=None, why="The system is switched off.", gone=True)
    assert the(Kind.FIX, ref).state is State.ENDED


def test_a_date_that_had_passed_when_it_was_moved_stays_missed(house):
    ref = house.a_case()
    assess(house, ref, expected=date(2026, 3, 6))
    assess(house, ref, now=MONDAY_NINE + 9 * DAY, expected=date(2026, 4, 1))
    first, second = sorted(
        (one for one in of_case(ref, calendar(), LATER) if one.kind is Kind.FIX), key=lambda one: one.number
    )
    assert (first.state, first.due_on) == (State.MISSED, date(2026, 3, 6))
    assert (second.due_on, second.moved, second.owed) == (date(2026, 4, 1), 1, True)


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
    assess(house, third, expected=None, why="It is switched off.", gone=True)
    commands.note_missed(by=TICK, now=MONDAY_NINE + 9 * DAY)
    catch_up()
    before = drawn()

    Promise.objects.all().delete()
    Bookmark.objects.all().delete()
    catch_up()

    assert drawn() == before
    commands.rebuild(by=TICK, now=LATER)
    assert drawn() == before
    assert not catch_up()
    assert {row[0] for row in before} == {first, second, third}


def drawn():
    return sorted(Promise.objects.values_list(*COLUMNS), key=lambda row: row[:3])


COLUMNS = ("case", *commands.COLUMNS)


def test_the_inbox_shows_what_is_owed_next_first(house, django_assert_max_num_queries):
    refs = [house.a_case(f"case {n}", now=MONDAY_NINE + n * DAY) for n in range(4)]
    assess(house, refs[0], now=MONDAY_NINE + 3 * DAY, expected=date(2026, 3, 30))
    cases.take(refs[1], by=HANNA, now=LATER)
    catch_up()

    days = calendar()

    def shown(words="", **more):
        return inbox(HANNA, chosen(words.split()), keys=house.keys, calendar=days, now=MONDAY_NINE + 3 * DAY, **more)

    with django_assert_max_num_queries(6):
        page = shown()
    assert [row.promise.case for row in page.rows] == [refs[1], refs[2], refs[3], refs[0], refs[0]]
    assert [row.promise.kind for row in page.rows[3:]] == [Kind.UPDATE, Kind.FIX]
    by_word = page.counts.by_word
    assert (page.counts.everything, by_word["mine"], by_word["nobodys"], by_word["fixes"]) == (5, 3, 2, 1)
    assert [row.promise.case for row in page.kept_today] == [refs[0]]
    assert page.rows[0].who == "Nachtuil"
    assert page.rows[0].case.title == "case 1"
    assert [row.promise.case for row in shown("mine").rows] == [refs[1], refs[0], refs[0]]
    assert [row.promise.case for row in shown("fixes").rows] == [refs[0]]
    assert [row.promise.kind for row in shown("updates").rows] == [Kind.UPDATE]
    assert shown(size=3).more
    assert [row.promise.case for row in shown(size=3, page=2).rows] == [refs[0], refs[0]]


def test_filters_go_together_and_each_says_how_much_it_would_show(house):
    refs = [house.a_case(f"case {n}", now=MONDAY_NINE + n * DAY) for n in range(4)]
    assess(house, refs[0], now=MONDAY_NINE + 3 * DAY, expected=date(2026, 3, 30))
    cases.take(refs[1], by=HANNA, now=LATER)
    catch_up()
    days = calendar()
    for now in (MONDAY_NINE + 3 * DAY, MONDAY_NINE + 8 * DAY):
        for words in (
            "",
            "mine",
            "late",
            "mine week",
            "nobodys unassessed",
            "fixes high",
            "today unrated",
            "confirmed",
        ):
            page = inbox(HANNA, chosen(words.split()), keys=house.keys, calendar=days, now=now)
            for word, count in page.counts.by_word.items():
                together = [one for one in words.split() if FACET[one] != FACET[word]]
                rows = inbox(HANNA, chosen([*together, word]), keys=house.keys, calendar=days, now=now).rows
                assert len(rows) == count, (words, word)
    assert len(page.rows) == 2  # and they do filter: the two of the one that is confirmed


def test_a_sort_that_is_new_between_two_questions_breaks_no_page(house):
    Ending.objects.create(
        handler="", kind="assessment", severity="", verdict="", late_from=LATER, number=1
    )  # and nothing of it in the other table yet
    assert inbox(HANNA, chosen(()), keys=house.keys, calendar=calendar(), now=LATER).counts.late == 1


def test_a_page_far_behind_reads_no_row_of_the_pages_before(house):
    for number in range(3):
        house.a_case(f"case {number}", now=MONDAY_NINE + number * DAY)
    late = MONDAY_NINE + 20 * DAY
    pages = [
        inbox(HANNA, chosen(()), keys=house.keys, calendar=calendar(), now=late, page=page, size=1)
        for page in (1, 2, 3, 4)
    ]
    assert [[row.case.title for row in page.rows] for page in pages] == [["case 0"], ["case 1"], ["case 2"], []]
    with CaptureQueriesContext(connection) as asked:
        inbox(HANNA, chosen(()), keys=house.keys, calendar=calendar(), now=late, page=9000, size=25)
    assert [one["sql"] for one in asked if "LIMIT 26 OFFSET 224975" in one["sql"]]


def test_what_somebody_may_not_see_is_not_counted_for_them_either(house):
    shut, other = house.a_case("shut"), house.a_case("other", now=MONDAY_NINE + DAY)
    giving.restrict(shut, by=HANNA, now=LATER)
    joris = Actor(Role.HANDLER, "joris")
    for now in (LATER, MONDAY_NINE + 9 * DAY):
        for_him, for_her = (
            inbox(who, chosen(()), keys=house.keys, calendar=calendar(), now=now) for who in (joris, HANNA)
        )
        assert [row.promise.case for row in for_him.rows] == [other]
        assert (for_him.counts.everything, for_her.counts.everything) == (1, 2)
        assert for_him.counts.late == for_her.counts.late / 2
        assert for_him.counts.by_word["late"] == len([row for row in for_him.rows if row.promise.late_from <= now])
    assert for_her.counts.late == 2  # in the second round all of it was


def test_overdue_fixes_come_first(house):
    late, slow = house.a_case("late"), house.a_case("slow", now=MONDAY_NINE + 2 * DAY)
    assess(house, slow, now=MONDAY_NINE + 3 * DAY, expected=date(2026, 3, 8))
    now = MONDAY_NINE + 10 * DAY

    rows = inbox(HANNA, chosen(()), keys=house.keys, calendar=calendar(), now=now).rows

    assert [(row.promise.case, row.promise.kind) for row in rows] == [(slow, Kind.FIX), (late, Kind.ASSESSMENT)]
    second = inbox(HANNA, chosen(()), keys=house.keys, calendar=calendar(), now=now, page=2, size=1).rows
    assert [row.promise.case for row in second] == [late]


def test_a_date_that_is_still_to_come_keeps_the_promise_in_part(house):
    ref = house.a_case()
    assess(house, ref, expected=None, why="The supplier looks into it.", date_by=date(2026, 3, 9))
    assert the(Kind.ASSESSMENT, ref).state is State.KEPT_IN_PART
    assert the(Kind.DATE, ref).due_on == date(2026, 3, 9)
    assert in_the_way(ref) == (Kind.DATE,)

    assess(house, ref, now=LATER + 9 * DAY)

    assert the(Kind.ASSESSMENT, ref).state is State.KEPT_IN_PART
    assert the(Kind.DATE, ref).state is State.KEPT_LATE
    assert the(Kind.FIX, ref).state is State.OPEN


def test_silence_is_broken_by_a_person_and_the_next_term_begins(house):
    ref = house.a_case()
    later = MONDAY_NINE + 3 * DAY
    write(ref, "We are still at it.", "reply", HEAD, keys=house.keys, by=HANNA, now=later)
    catch_up()

    update = the(Kind.UPDATE, ref, later)

    assert (update.number, update.started_at, update.due_on) == (2, later, date(2026, 3, 19))
    assert not Promise.objects.get(kind=Kind.UPDATE, number=2).listed  # the assessment is owed before it
    commands.note_missed(by=TICK, now=later + 30 * DAY)
    assert [entry.facts["promise"] for entry in log.read(ref)[-2:]] == ["assessment", "update"]


def test_a_persons_word_is_a_clock_and_the_next_letter_keeps_it(house):
    ref = house.a_case()
    due_at = MONDAY_NINE + 27 * HOUR
    write(
        ref, "You hear from us before 12:00.", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER, promised=(due_at,)
    )
    catch_up()
    word = the(Kind.WORD, ref)
    assert (word.state, word.late_from, word.exact) == (State.OPEN, due_at, True)

    write(ref, "As promised: yes.", "reply", HEAD, keys=house.keys, by=HANNA, now=due_at + HOUR)
    catch_up()

    assert the(Kind.WORD, ref).state is State.KEPT_LATE


def test_no_news_is_news_when_a_person_says_so(house):
    ref = house.a_case()
    no_news(ref, date(2026, 3, 10), HEAD, keys=house.keys, by=HANNA, now=LATER)
    catch_up()
    assert the(Kind.UPDATE, ref).number == 2
    assert the(Kind.WORD, ref).due_on == date(2026, 3, 10)
    for wrong, why in ((date(2026, 3, 2), "not ahead"), (date(2026, 3, 17), "longer silence")):
        with pytest.raises(BadNextDay, match=why):
            no_news(ref, wrong, HEAD, keys=house.keys, by=HANNA, now=LATER)
    with pytest.raises(NotYours):
        no_news(ref, date(2026, 3, 10), HEAD, keys=house.keys, by=OPENER, now=LATER)
