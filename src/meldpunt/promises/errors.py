from meldpunt.ground.errors import Invalid


class BadAddress(Invalid):
    """That is no mail address."""


class BadAbsence(Invalid):
    """Nobody can be away like that."""
