from meldpunt.ground.errors import Conflict, Invalid, NotAllowed, NotFound


class TooLarge(Invalid):
    """Over the limits, refused at the door."""


class Empty(Invalid):
    """There is nothing in it."""


class NoSuchItem(NotFound):
    """There is nothing by that token in the spool."""


class AlreadyReceived(Conflict):
    """The same form came in before."""


class AskedEnough(Conflict):
    """The sender was asked for the letter as often as we ask."""


class BadWait(Invalid):
    """Nobody can look at a letter until that day."""


class AlreadySettled(Conflict):
    """Somebody else has opened this item in the meantime."""


class NotForYou(NotAllowed):
    """Only who works on reports does this."""
