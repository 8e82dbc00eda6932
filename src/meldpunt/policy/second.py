"""Acts in a case for which the policy may ask two people: one handles the case, another one does this.  Pure.

A change of the policy itself is proposed and approved (``proposing``); a review of conduct is by a second person too
(the room ``conduct``), and the safe-harbour statement follows from it.
"""

from enum import StrEnum

from meldpunt.ground.values import Actor
from meldpunt.policy.errors import NeedsAnother
from meldpunt.policy.values import ReviewRules


class Grave(StrEnum):
    """What cannot be undone.  The setting is ``second_person_for_`` and this word."""

    PUBLICATION = "publication"
    ERASURE = "erasure"  # of who reported
    IDENTITY = "identity"  # telling somebody else who reported


def is_asked(act: Grave, review: ReviewRules) -> bool:
    return bool(getattr(review, f"second_person_for_{act}"))


def check(act: Grave, review: ReviewRules, handler: str, by: Actor) -> None:
    """``NeedsAnother`` when the policy asks for two people and there is one."""
    if not is_asked(act, review):
        return
    if not handler:
        raise NeedsAnother("The policy asks two people for this, and nobody handles this case yet: take it first.")
    if handler.casefold() == by.name.casefold():
        raise NeedsAnother("The policy asks two people for this. You handle the case, so somebody else has to do it.")
