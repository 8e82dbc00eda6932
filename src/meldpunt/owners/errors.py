from meldpunt.ground.errors import Conflict, Invalid, NotFound


class NoSuchLink(NotFound):
    """The link opens nothing: never, or not any more."""


class NoSuchOwner(NotFound):
    """Nobody of that kind was invited to this case."""


class NoSuchDoor(NotFound):
    """No code is waited for any more."""


class WrongCode(Invalid):
    """That is not the code that was sent."""


class TooManyCodes(Conflict):
    """Enough codes were sent to that address for now."""


class BadInvitation(Invalid):
    """An invitation that does not say whom, or what."""


class BadMessage(Invalid):
    """A message or a reason that says nothing, or too much."""


class BadDay(Invalid):
    """That day cannot be it."""


class NotNow(Conflict):
    """Sensible, and not as things stand with this owner."""
