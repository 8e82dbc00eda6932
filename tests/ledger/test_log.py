from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import IntegrityError, connection, transaction
from tests.cast import HANNA, MONDAY_NINE

from meldpunt.ledger import log, proof
from meldpunt.ledger.follow import behind, follow
from meldpunt.ledger.models import Entry

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Happened:
    kind: ClassVar[str] = "test.happened"
    what: str


def tell(*whats, stream="VB-2026-0001"):
    with transaction.atomic():
        for place, what in enumerate(whats):
            log.append(stream, Happened(what), by=HANNA, now=MONDAY_NINE + timedelta(minutes=place))


def test_entries_are_read_back_in_order_with_who_and_when():
    tell("a", "b")

    first, second = log.read("VB-2026-0001")

    assert (first.step, first.by, first.at, first.facts) == (1, "handler:hanna", MONDAY_NINE, {"what": "a"})
    assert (second.step, second.number) == (2, 2)
    assert log.head("VB-2026-0001") == second.hash


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET kind = 'x'",
        "DELETE FROM ledger_entry",
        "INSERT OR REPLACE INTO ledger_entry SELECT number, stream, step, at, by, 'x', facts, before, hash"
        " FROM ledger_entry WHERE number = 1",
    ],
)
def test_the_database_itself_refuses_to_rewrite(statement):
    if "REPLACE" in statement and connection.vendor != "sqlite":
        pytest.skip("only SQLite knows this statement")
    tell("a", "b")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert proof.verify().whole


DROP = {
    "sqlite": [f"DROP TRIGGER ledger_entry_no_{verb}" for verb in ("UPDATE", "DELETE")],
    "postgresql": ["DROP TRIGGER ledger_entry_stays ON ledger_entry"],
}


def without_triggers(statement, *values):
    """What somebody who owns the database can do."""
    with connection.cursor() as cursor:
        for drop in DROP[connection.vendor]:
            cursor.execute(drop)
        cursor.execute(statement, values)


@pytest.mark.parametrize("column", ["at", "by", "kind", "facts", "before", "hash", "stream", "step"])
def test_any_changed_column_is_found(column):
    tell("a", "b", "c")
    changed = {"at": "2026-03-02 08:00:01", "facts": '{"what": "B"}', "step": 7}.get(column, "0" * 32)

    without_triggers(f"UPDATE ledger_entry SET {column} = %s WHERE number = 2", changed)

    assert not proof.verify().whole


@pytest.mark.parametrize("number", [1, 2])
def test_a_removed_entry_is_found(number):
    tell("a", "b", "c")
    without_triggers("DELETE FROM ledger_entry WHERE number = %s", number)

    assert not proof.verify().whole


def test_a_whole_removed_case_is_found_by_the_numbers():
    tell("a", stream="VB-2026-0001")
    tell("b", stream="VB-2026-0002")
    tell("c", stream="VB-2026-0003")
    without_triggers("DELETE FROM ledger_entry WHERE stream = %s", "VB-2026-0002")

    assert not proof.verify().whole


def test_a_reporters_head_stands_or_does_not():
    tell("a", "b")
    head = log.head("VB-2026-0001")
    tell("c")

    assert proof.stands("VB-2026-0001", " ".join(head[at : at + 8] for at in range(0, 32, 8)))
    assert not proof.stands("VB-2026-0002", head)
    assert not proof.stands("VB-2026-0001", head[:4])


def test_a_follower_hears_everything_once_and_in_order():
    tell("a", "b")
    heard = []

    assert follow("ear", lambda told: heard.append(told.facts["what"])) == 2
    tell("c")
    assert behind("ear")
    follow("ear", lambda told: heard.append(told.facts["what"]))

    assert heard == ["a", "b", "c"]
    assert not behind("ear")


def test_a_follower_hears_what_concerns_it_and_the_rest_counts_as_read():
    tell("a", "b")
    kind = log.read("VB-2026-0001")[0].kind
    heard = []

    assert follow("deaf", heard.append, kinds=["something.else"]) == 2
    assert follow("ear", heard.append, page=1, kinds=[kind]) == 2
    assert [told.facts["what"] for told in heard] == ["a", "b"]
    assert not behind("deaf", "ear")


def test_what_is_told_while_it_hears_is_left_for_the_next_page():
    tell("a")
    heard = []

    def answer(told):
        heard.append(told.facts["what"])
        if heard == ["a"]:
            tell("b")

    assert follow("ear", answer, pages=1) == 1
    assert behind("ear")
    assert follow("ear", answer) == 1
    assert heard == ["a", "b"]


def test_a_follower_that_fails_hears_it_again():
    tell("a", "b")
    heard = []

    def stumble(told):
        if told.facts["what"] == "b" and "b" not in heard:
            heard.append("b")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        follow("ear", stumble)
    assert follow("ear", lambda told: heard.append(told.facts["what"])) == 2
    assert heard == ["b", "a", "b"]


def test_verifying_reads_in_two_queries_however_long_the_log(django_assert_max_num_queries):
    tell(*("x" * (n % 9) for n in range(300)))
    with django_assert_max_num_queries(2):
        assert proof.verify().entries == Entry.objects.count() == 300
