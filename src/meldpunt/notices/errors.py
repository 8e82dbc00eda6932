from meldpunt.ground.errors import Conflict, Invalid


class BadWish(Invalid):
    """That is no way to be told."""


class BadHook(Invalid):
    """That webhook cannot be called."""


class NoHook(Conflict):
    """There is no webhook."""
