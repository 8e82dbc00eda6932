"""What is read by the fast way is what the framework finds, on either database."""

from datetime import timedelta

import pytest
from django.db import connection
from tests.cast import HANNA, MONDAY_NINE
from tests.ledger.test_log import tell

from meldpunt.ledger import line, rows
from meldpunt.ledger.models import Entry
from meldpunt.ledger.one_look import one_look
from meldpunt.promises.models import Alike, Promise

pytestmark = pytest.mark.django_db


def everything_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def told():
    tell("a", "b", "c")
    tell("d", stream="VB-2026-0002")


def test_rows_come_as_the_framework_gives_them(told):
    found = rows.every(Entry, "-step", stream="VB-2026-0001")
    asked = Entry.objects.filter(stream="VB-2026-0001").order_by("-step")
    assert [everything_of(row) for row in found] == [everything_of(row) for row in asked]
    assert [row.facts for row in found] == [{"what": "c"}, {"what": "b"}, {"what": "a"}]
    assert found[0].at == MONDAY_NINE + timedelta(minutes=2)


def test_one_of_several_values_and_not_more_than_asked(told):
    found = rows.every(
        Entry, "number", most=3, stream=("VB-2026-0001", "VB-2026-0002", "nowhere"), kind="test.happened"
    )
    assert [row.step for row in found] == [1, 2, 3]
    assert rows.every(Entry, stream="nowhere") == []


def test_the_first_or_none(told):
    assert rows.first(Entry, stream="VB-2026-0002").facts == {"what": "d"}
    assert rows.first(Entry, stream="nowhere") is None


def test_what_is_compared_and_what_is_left_out(told):
    steps = [(row.stream, row.step) for row in rows.every(Entry, "number", step__gt=1, step__lte=3)]
    assert steps == [("VB-2026-0001", 2), ("VB-2026-0001", 3)]
    assert rows.looks(Entry, "step", order=("number",), stream__not="VB-2026-0001") == [(1,)]
    assert rows.looks(Entry, "step", stream__not=("VB-2026-0001", "VB-2026-0002")) == []
    assert (rows.count(Entry, stream="VB-2026-0001"), rows.count(Entry), rows.count(Entry, step__gte=9)) == (3, 4, 0)


def test_nothing_true_and_false_are_asked_as_such():
    for case, listed, kept in (("a", True, None), ("b", False, MONDAY_NINE), ("c", False, None)):
        a_promise(case, listed=listed, kept_at=kept)
    assert rows.looks(Promise, "case", order=("case",), listed=False) == [("b",), ("c",)]
    assert rows.looks(Promise, "case", listed=True) == [("a",)]
    assert rows.looks(Promise, "case", order=("case",), kept_at=None) == [("a",), ("c",)]
    assert rows.looks(Promise, "case", number=1, case=()) == []  # one of none
    assert len(rows.every(Promise, number=1)) == 3  # a one is no "true"


def test_a_page_hears_the_same_answer_twice_and_asks_once(told, django_assert_num_queries):
    with one_look():
        with django_assert_num_queries(2):
            for _ in range(3):
                assert len(rows.every(Entry, stream="VB-2026-0001")) == 3
                assert rows.look(Entry, "step", stream="VB-2026-0002") == (1,)
        found = rows.every(Entry, stream="VB-2026-0001")
        found.clear()
        assert len(rows.every(Entry, stream="VB-2026-0001")) == 3  # the list is the caller's own
    tell("e")
    assert len(rows.every(Entry, stream="VB-2026-0001")) == 4


def test_what_is_written_meanwhile_is_read():
    with one_look():
        assert rows.every(Entry) == []
        tell("a")
        assert [row.facts for row in rows.every(Entry)] == [{"what": "a"}]
        a_promise("x")
        rows.change(Promise, {"handler": "rui"}, case="x")
        assert rows.look(Promise, "handler", case="x") == ("rui",)


def test_numbers_are_added_to_the_row_that_is_alike():
    def sort(number, kind="fix"):
        return Alike(handler="hanna", kind=kind, severity="", verdict="", number=number)

    rows.add_up("number", sort(2), sort(1, "update"))
    rows.add_up("number", sort(3), sort(-1, "update"))
    assert sorted(Alike.objects.values_list("kind", "number")) == [("fix", 5), ("update", 0)]


@pytest.mark.django_db(transaction=True)
def test_what_may_be_lost_is_written_and_the_next_transaction_waits_for_the_disk_again():
    def synchronous():
        with connection.cursor() as cursor:
            asked = "PRAGMA synchronous" if connection.vendor == "sqlite" else "SHOW synchronous_commit"
            return cursor.execute(asked).fetchone()[0]

    before = synchronous()
    with rows.lightly():
        a_promise("x")
        within = synchronous()
    assert Promise.objects.filter(case="x").exists()
    assert synchronous() == before != within
    with pytest.raises(ZeroDivisionError), rows.lightly():
        a_promise("y")
        raise ZeroDivisionError
    assert not Promise.objects.filter(case="y").exists() and synchronous() == before
    if connection.vendor == "postgresql":  # what empties the tables after this test, the last one, may not touch it
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER ledger_entry_stays_whole ON ledger_entry")


def a_promise(case, **more):
    Promise.objects.create(
        case=case,
        kind="fix",
        number=1,
        policy_version=1,
        started_at=MONDAY_NINE,
        due_on=MONDAY_NINE.date(),
        late_from=MONDAY_NINE,
        **more,
    )


def test_moments_days_and_nothing_survive():
    row = Promise(
        case="VB-2026-0001",
        kind="fix",
        number=1,
        policy_version=1,
        started_at=MONDAY_NINE,
        due_on=MONDAY_NINE.date(),
        late_from=MONDAY_NINE,
    )
    row.save()
    assert everything_of(rows.first(Promise, case="VB-2026-0001")) == everything_of(Promise.objects.get())


def test_a_row_that_was_read_can_be_written(told):
    row = Promise(case="x", kind="fix", number=1, policy_version=1, started_at=MONDAY_NINE, late_from=MONDAY_NINE)
    row.due_on = MONDAY_NINE.date()
    row.save()
    found = rows.first(Promise, case="x")
    found.handler = HANNA.name
    found.save(update_fields=["handler"])
    assert Promise.objects.get().handler == HANNA.name and Promise.objects.count() == 1


def test_a_connection_that_was_made_anew_is_asked_as_before(told):
    ours = line.line()
    kept = line.cursor(ours)
    assert line.cursor(ours) is kept
    other = ours.connection
    try:
        ours.connection = ours.get_new_connection(ours.get_connection_params())
        assert line.cursor(ours) is not kept
        assert line.ask("SELECT 1 + %s", [1]) == [(2,)]
        ours.connection.close()
    finally:
        ours.connection = other
    assert rows.look(Entry, "step", stream="VB-2026-0002") == (1,)


def test_whoever_counts_the_questions_sees_them(told, django_assert_num_queries):
    line.ask("SELECT 1")
    with django_assert_num_queries(3):
        line.ask("SELECT 1")
        rows.look(Entry, "step", stream="VB-2026-0002")
        rows.first(Entry, stream="VB-2026-0002")


def test_nothing_is_left_open_behind_an_answer(told):
    """Another connection could not write, or would not see what is new."""
    rows.look(Entry, "step", stream="VB-2026-0001")
    line.ask("SELECT number FROM ledger_entry WHERE stream = %s", ["VB-2026-0001"])
    assert line.cursor(line.line()).fetchone() is None
