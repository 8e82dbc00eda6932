"""What is read by the fast way is what the framework finds, on either database."""

from datetime import timedelta

import pytest
from tests.cast import HANNA, MONDAY_NINE
from tests.ledger.test_log import tell

from meldpunt.ledger import rows
from meldpunt.ledger.models import Entry
from meldpunt.promises.models import Promise

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
