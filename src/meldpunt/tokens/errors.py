from meldpunt.ground.errors import Conflict, Invalid, NotAllowed, NotFound


class BadToken(Invalid):
    """That is no way to make a token."""


class NoToken(NotAllowed):
    """Nobody holds this token, or not any more."""


class NoSuchToken(NotFound):
    """There is no such token of yours."""


class OnlyReads(NotAllowed):
    """The token may read and nothing else."""


class OtherRequest(Conflict):
    """Another request went under this key."""
