from meldpunt.ground.errors import Conflict, Invalid


class BadDate(Invalid):
    """That day cannot be it."""


class BadReason(Invalid):
    """A change is told with its reason."""


class NotNow(Conflict):
    """Not in the state in which the solution or the report is."""


class StillOwed(Conflict):
    """A report is not closed over a promise that is still open."""
