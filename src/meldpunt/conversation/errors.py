from datetime import datetime

from meldpunt.ground.errors import Conflict, Invalid, NotFound


class EmptyLetter(Invalid):
    """There is nothing in the letter."""


class TooMuchEnclosed(Invalid):
    """More files, or larger ones, than a letter takes."""


class NobodyToAsk(Conflict):
    """There is no address to write to, or it has had enough letters of ours."""


class NoSuchLetter(NotFound):
    """There is no such letter in the outbox."""


class NotUndelivered(Conflict):
    """That letter has arrived, waits, or was sent again already."""


class NoStatement(NotFound):
    """There is no such statement in this case."""


class NotWaiting(Conflict):
    """That letter is sent, or given up, already."""


class BadNextDay(Invalid):
    """The reporter cannot be told to wait until then."""


class SaidAlready(Conflict):
    """The same words went the same way a short while ago, ``at`` that moment."""

    def __init__(self, sentence: str, at: datetime) -> None:
        super().__init__(sentence)
        self.at = at
