from meldpunt.ground.errors import Conflict, Invalid, NotFound


class EmptyLetter(Invalid):
    """There is nothing in the letter."""


class NobodyToAsk(Conflict):
    """There is no address to write to, or it has had enough letters of ours."""


class NoSuchLetter(NotFound):
    """There is no such letter in the outbox."""


class NotWaiting(Conflict):
    """That letter is sent, or given up, already."""
