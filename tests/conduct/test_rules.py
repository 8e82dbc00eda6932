"""The table of the review, and what a review must say."""

import pytest

from meldpunt.conduct.errors import BadDispute, BadReview, NotNow, SecondPerson
from meldpunt.conduct.rules import (
    CONDITIONS,
    LONGEST_DISPUTE,
    LONGEST_WHY,
    Act,
    Finding,
    Judged,
    State,
    act_of,
    acts_for,
    check_dispute,
    check_second,
    next_state,
)

KEPT = {id: Judged(Finding.KEPT) for id in CONDITIONS}
REVIEWS = (Act.FIND_KEPT, Act.FIND_NOT_KEPT, Act.FIND_UNCLEAR)


def test_nothing_leads_out_of_a_statement_that_was_given():
    assert acts_for(State.GIVEN) == ()
    for act in Act:
        with pytest.raises(NotNow, match="cannot be taken back"):
            next_state(State.GIVEN, act)
    assert not any("withdraw" in act or "revoke" in act for act in Act)


@pytest.mark.parametrize("state", [state for state in State if state is not State.GIVEN])
def test_a_review_is_possible_until_then_and_says_where_it_stands(state):
    assert [next_state(state, act) for act in REVIEWS] == [State.KEPT, State.NOT_KEPT, State.UNCLEAR]


def test_only_what_was_found_kept_is_confirmed_and_only_what_was_not_is_refused():
    assert [state for state in State if Act.GIVE in acts_for(state)] == [State.KEPT]
    assert [state for state in State if Act.REFUSE in acts_for(state)] == [State.NOT_KEPT, State.UNCLEAR]
    for state in (State.NOT_REVIEWED, State.NOT_KEPT, State.UNCLEAR, State.REFUSED):
        with pytest.raises(NotNow):
            next_state(state, Act.GIVE)
    for state in (State.NOT_REVIEWED, State.KEPT, State.REFUSED):
        with pytest.raises(NotNow):
            next_state(state, Act.REFUSE)


def test_the_worst_finding_decides():
    assert act_of(KEPT) is Act.FIND_KEPT
    unclear = {**KEPT, "A4": Judged(Finding.UNCLEAR, "not told")}
    assert act_of(unclear) is Act.FIND_UNCLEAR
    assert act_of({**unclear, "A6": Judged(Finding.NOT_KEPT, "phishing")}) is Act.FIND_NOT_KEPT


@pytest.mark.parametrize("id", CONDITIONS)
def test_every_condition_is_judged_and_what_was_not_kept_has_a_reason(id):
    with pytest.raises(BadReview, match=id):
        act_of({other: judged for other, judged in KEPT.items() if other != id})
    for finding in (Finding.NOT_KEPT, Finding.UNCLEAR):
        with pytest.raises(BadReview, match=id):
            act_of({**KEPT, id: Judged(finding, "  ")})
    with pytest.raises(BadReview, match="long"):
        act_of({**KEPT, id: Judged(Finding.KEPT, "x" * (LONGEST_WHY + 1))})


def test_a_second_person_is_somebody_else_than_the_handler():
    check_second(False, "", "hanna")
    check_second(False, "hanna", "hanna")
    check_second(True, "hanna", "joris")
    for handler in ("hanna", ""):
        with pytest.raises(SecondPerson):
            check_second(True, handler, "hanna")


def test_a_dispute_says_something():
    check_dispute("I did not copy anything.")
    for text in ("", " \n", "x" * (LONGEST_DISPUTE + 1)):
        with pytest.raises(BadDispute):
            check_dispute(text)
