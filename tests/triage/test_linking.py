"""Duplicates and questions, as rules: no database."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import HOUR, MONDAY_NINE

from meldpunt.ground.values import CaseRef
from meldpunt.triage import linking
from meldpunt.triage.asking import MOST_ASKED, QUESTIONS, Weakness, chosen, kind_of
from meldpunt.triage.errors import BadQuestion, NotADuplicate, NotNow
from meldpunt.triage.linking import Act, Came, Check, acts_for, check_link, may_be_checked, next_check


def came(number, hours=0):
    return Came(CaseRef(f"VB-2026-{number:04d}"), MONDAY_NINE + hours * HOUR)


def test_the_drawing_is_the_table():
    assert {(at, act): to for (at, act), to in linking.STEPS.items()} == {
        ("shut", "ask"): "asked",
        ("asked", "allow"): "opened",
        ("asked", "decline"): "declined",
        ("declined", "allow"): "opened",
    }
    for check in Check:
        for act in Act:
            if act in acts_for([check]):
                next_check(check, act)
            else:
                with pytest.raises(NotNow):
                    next_check(check, act)


@given(st.integers(0, 48), st.integers(0, 48), st.integers(1, 20000), st.integers(1, 20000))
def test_of_two_reports_exactly_one_can_be_the_duplicate(first, second, one, other):
    a, b = came(one, first), came(other, second)
    refused = 0
    for later, root in ((a, b), (b, a)):
        try:
            check_link(later, root, None)
        except NotADuplicate:
            refused += 1
        else:
            assert root.at <= later.at
    assert refused == (2 if a.ref == b.ref else 1)


def test_a_report_is_linked_once_and_never_to_itself():
    check_link(came(2, 1), came(1), CaseRef("VB-2026-0007"))  # to another one it may move
    for later, root, linked_to in ((came(1), came(1), None), (came(2, 1), came(1), came(1).ref)):
        with pytest.raises(NotADuplicate):
            check_link(later, root, linked_to)


@pytest.mark.parametrize(
    ("kinds", "may"),
    [
        ("", False),
        ("report.closed", True),
        ("report.closed report.reopened", False),
        ("embargo.agreed report.closed", False),
        ("embargo.agreed report.closed embargo.ended", True),
        ("publication.done", True),
        ("publication.done report.reopened", True),
        ("case.opened case.assessed", False),
    ],
)
def test_nothing_is_asked_while_something_is_kept_still(kinds, may):
    assert may_be_checked(kinds.split()) is may


def test_every_kind_of_weakness_has_precise_questions_in_both_languages():
    ids = [one.id for group in QUESTIONS.values() for one in group]
    assert set(QUESTIONS) == set(Weakness) and len(set(ids)) == len(ids)
    for group in QUESTIONS.values():
        for one in group:
            dutch, english = one.said_in("nl"), one.said_in("en")
            assert dutch != english and dutch[-1] in "?." and english[-1] in "?."
            assert one.said_in("fr") == english


def test_a_question_is_chosen_or_written_and_there_are_not_too_many():
    assert chosen(["browser"], "  And  when? ", "en")[1] == "And when?"
    assert kind_of(["where", "browser"]) is Weakness.SCRIPT and kind_of(["where"]) is Weakness.ANY
    every = [one.id for group in QUESTIONS.values() for one in group]
    for ids, own in (([], " "), (["nonsense"], ""), (every[: MOST_ASKED + 1], ""), ([], "x" * 1001)):
        with pytest.raises(BadQuestion):
            chosen(ids, own, "nl")


def test_the_moment_of_receipt_decides_before_the_number():
    check_link(came(1, 5), came(9), None)
    assert came(9999).order < came(10000).order
    assert came(1).at + timedelta(0) == came(2).at
