from meldpunt.ground.errors import Conflict, Invalid, NotFound


class EmptyLetter(Invalid):
    """There is nothing in the letter."""


class NoSuchLetter(NotFound):
    """There is no such letter in the outbox."""


class NotWaiting(Conflict):
    """That letter is sent, or given up, already."""
