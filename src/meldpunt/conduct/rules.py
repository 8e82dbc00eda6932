"""Were the conditions kept, who may say so, and when the statement may be given.  Pure.

    state           all kept   one not kept   else unclear   give       refuse
    ------------    --------   ------------   ------------   --------   -------
    not-reviewed    kept       not-kept       unclear        no         no
    kept            kept       not-kept       unclear        given      no
    not-kept        kept       not-kept       unclear        no         refused
    unclear         kept       not-kept       unclear        no         refused
    refused         kept       not-kept       unclear        no         no
    given           no         no             no             no         no

Nothing leads out of ``given``: what the organisation has declared it cannot take back.  A dispute changes
no state; either side may have one put on record at any time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from meldpunt.conduct.errors import BadDispute, BadReview, NotNow, SecondPerson

CONDITIONS = ("A2", "A3", "A4", "A5", "A6")  # of the policy; A1 and A7 are about the report itself
LONGEST_WHY = 4_000  # characters
LONGEST_DISPUTE = 20_000
MOST_DISPUTES = 20  # of one side in one case


class Finding(StrEnum):
    KEPT = "kept"
    NOT_KEPT = "not-kept"
    UNCLEAR = "unclear"


class State(StrEnum):
    NOT_REVIEWED = "not-reviewed"
    KEPT = "kept"
    NOT_KEPT = "not-kept"
    UNCLEAR = "unclear"
    REFUSED = "refused"
    GIVEN = "given"


class Act(StrEnum):
    FIND_KEPT = "find-kept"
    FIND_NOT_KEPT = "find-not-kept"
    FIND_UNCLEAR = "find-unclear"
    GIVE = "give"
    REFUSE = "refuse"


class Side(StrEnum):
    REPORTER = "reporter"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a person found about one condition, and why."""

    finding: Finding
    why: str = field(default="", repr=False)


Review = Mapping[str, Judged]

_REVIEWS = {Act.FIND_KEPT: State.KEPT, Act.FIND_NOT_KEPT: State.NOT_KEPT, Act.FIND_UNCLEAR: State.UNCLEAR}
_ANSWERS = {
    (State.KEPT, Act.GIVE): State.GIVEN,
    (State.NOT_KEPT, Act.REFUSE): State.REFUSED,
    (State.UNCLEAR, Act.REFUSE): State.REFUSED,
}
_OPEN: tuple[State, ...] = tuple(state for state in State if state is not State.GIVEN)
NEXT: Mapping[tuple[State, Act], State] = MappingProxyType(
    {(state, act): found for state in _OPEN for act, found in _REVIEWS.items()} | _ANSWERS
)


def acts_for(state: State) -> tuple[Act, ...]:
    """What can be done now; the desk's buttons are drawn from it."""
    return tuple(act for act in Act if (state, act) in NEXT)


def next_state(state: State, act: Act) -> State:
    """Where an act leads, or ``NotNow``."""
    if found := NEXT.get((state, act)):
        return found
    if state is State.GIVEN:
        raise NotNow("The statement has been given. It cannot be taken back, and the review is closed.")
    if act is Act.GIVE:
        raise NotNow("The statement can be given when all conditions were found to be kept.")
    raise NotNow("A refusal follows a review that did not find all conditions kept.")


def act_of(review: Review) -> Act:
    """What a review comes to; ``BadReview`` when it is not complete."""
    for condition in CONDITIONS:
        judged = review.get(condition)
        if judged is None:
            raise BadReview("Please say of each condition whether it was kept: %(condition)s.", condition=condition)
        if judged.finding is not Finding.KEPT and not judged.why.strip():
            raise BadReview("Please say why: %(condition)s.", condition=condition)
        if len(judged.why) > LONGEST_WHY:
            raise BadReview("This is too long: %(condition)s.", condition=condition)
    found = {review[condition].finding for condition in CONDITIONS}
    if found == {Finding.KEPT}:
        return Act.FIND_KEPT
    return Act.FIND_NOT_KEPT if Finding.NOT_KEPT in found else Act.FIND_UNCLEAR


def check_second(needed: bool, handler: str, reviewer: str) -> None:
    """Refuse a review by who handles the case, where the policy asks for a second person."""
    if needed and not handler:
        raise SecondPerson("Nobody handles this case yet. The review is by a second person: first somebody takes it.")
    if needed and handler == reviewer:
        raise SecondPerson("The policy asks that somebody else than the handler of the case reviews the conduct.")


def check_dispute(text: str) -> None:
    if not text.strip():
        raise BadDispute("Please say what you do not agree with.")
    if len(text) > LONGEST_DISPUTE:
        raise BadDispute("This is too long. Please write at most %(limit)d characters.", limit=LONGEST_DISPUTE)
