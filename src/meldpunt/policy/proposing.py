"""Where a proposed policy stands, and who may decide about it.  Pure.

open --approve--> published
open --withdraw--> withdrawn

Nobody approves their own proposal when the policy that holds asks for a second person.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import Actor
from meldpunt.policy.errors import BadProposal, DecidedAlready, MayNotPublish, NeedsSecondPerson
from meldpunt.policy.shape import Policy

LONGEST_SUMMARY = 2000


class State(StrEnum):
    OPEN = "open"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    APPROVE = "approve"
    WITHDRAW = "withdraw"


STEPS: Mapping[tuple[State, Act], State] = MappingProxyType(
    {
        (State.OPEN, Act.APPROVE): State.PUBLISHED,
        (State.OPEN, Act.WITHDRAW): State.WITHDRAWN,
    }
)


def step(state: State, act: Act) -> State:
    """The state after ``act``, or ``DecidedAlready``."""
    if (state, act) not in STEPS:
        raise DecidedAlready("This proposal has been decided about already.")
    return STEPS[state, act]


def check_organisation(by: Actor) -> None:
    """Only some say what the policy of the organisation is."""
    if not may(by, Right.POLICY):
        raise MayNotPublish("Only a lead, counsel or an administrator changes the policy.")


def check_alone(current: Policy | None) -> None:
    """Refuse to publish without a second person when the policy that holds asks for one."""
    if current and current.review.second_person_for_policy:
        raise NeedsSecondPerson(
            "This policy changes with two people: propose the change, and let somebody else approve it."
        )


def check_second(current: Policy | None, proposed_by: str, by: Actor) -> None:
    """``proposed_by`` is an actor as the ledger writes it.  Whoever has two roles is still one person."""
    alone = proposed_by.split(":", 1)[-1].casefold() == by.name.casefold()
    if alone and current and current.review.second_person_for_policy:
        raise NeedsSecondPerson("You proposed this yourself: somebody else has to approve it.")


def check_summary(summary: str) -> str:
    """What changed, in the words of whoever proposes it; the public reads it."""
    summary = " ".join(summary.split())
    if not summary:
        raise BadProposal("Say in a sentence what changes.")
    if len(summary) > LONGEST_SUMMARY:
        raise BadProposal("Say it in at most %(most)d letters.", most=LONGEST_SUMMARY)
    return summary
