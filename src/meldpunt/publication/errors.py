from meldpunt.ground.errors import Conflict, Invalid, NotFound


class BadDate(Invalid):
    """That moment cannot be it."""


class BadParty(Invalid):
    """Nobody that one could tell."""


class BadText(Invalid):
    """There is nothing in it, too much, or what no page can show."""


class NotNow(Conflict):
    """Not in the state in which the embargo or the publication is."""


class TooEarly(Conflict):
    """Something that is confidential still would be published."""


class NotAsShown(Conflict):
    """It is not what the reporter saw last."""


class MayNotBeNamed(Conflict):
    """There is no wish to be named in force, or none that was confirmed."""


class NoSuchAdvisory(NotFound):
    """Nothing was published under that name."""
