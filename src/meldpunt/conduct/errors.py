from meldpunt.ground.errors import Conflict, Invalid, NotFound, OutsideFailure


class BadReview(Invalid):
    """A review that leaves a condition out, or does not say why."""


class BadDispute(Invalid):
    """There is nothing in it, or too much."""


class NotNow(Conflict):
    """Not in the state that the review is in."""


class SecondPerson(Conflict):
    """The policy asks somebody else than who handles the case."""


class EnoughSaid(Conflict):
    """That many disputes are a matter for a letter."""


class NotGiven(NotFound):
    """There is no such statement in this case."""


class NoPage(OutsideFailure):
    """The PDF could not be made."""
