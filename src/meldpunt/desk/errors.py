from meldpunt.ground.errors import Conflict, Invalid, NotFound, OutsideFailure


class BadHandler(Invalid):
    """That cannot be the name or the password of a handler."""


class BadPasskey(Invalid):
    """What the browser sent proves no passkey."""


class BadFounding(Invalid):
    """The house cannot be founded with these words."""


class NoSuchHandler(NotFound):
    """Nobody at the desk has that name."""


class NoSuchLink(NotFound):
    """The one-time link was used, is too old, or never was one."""


class NoSuchPasskey(NotFound):
    """There is no such passkey, or it is somebody else's."""


class NoSuchSession(NotFound):
    """That browser is signed in no more, or it is somebody else's."""


class NoSuchPage(NotFound):
    """There is nothing at this address, or nothing that you may know of."""


class HandlerExists(Conflict):
    """Somebody at the desk has that name."""


class LastPasskey(Conflict):
    """Without this passkey its owner could not sign in any more."""


class AlreadyFounded(Conflict):
    """The data folder has a house in it."""


class CaseMoved(Conflict):
    """The case went on since the page was read."""


class RolesMoved(Conflict):
    """Somebody else changed the roles since the page was read."""


class LastAdministrator(Conflict):
    """Somebody has to be able to say who may sit at the desk."""


class Unclear(Invalid):
    """A form that does not say what to do."""


class NotProven(Invalid):
    """The sign-in provider's answer proves nothing to us."""


class NoSuchAccount(NotFound):
    """Nobody at the desk is bound to that account of the provider."""


class AccountTaken(Conflict):
    """That account of the provider is somebody else's."""


class ProviderSilent(OutsideFailure):
    """The sign-in provider does not answer as it should."""
