from meldpunt.ground.errors import Conflict, Invalid


class NoGround(Conflict):
    """Something about the reporter would leave without a consent in force or a legal ground."""


class NothingToShare(Conflict):
    """The reporter is anonymous: there is nothing about them."""


class StillNamed(Invalid):
    """A text that goes without the reporter still says who they are."""


class BadShare(Invalid):
    """A share that does not say to whom, what, or why."""


class BadConsent(Invalid):
    """A consent that does not say to whom, or for how long in a way that makes sense."""


class AlreadyGiven(Conflict):
    """That consent is in force already."""


class NotInForce(Conflict):
    """That consent is not in force (any more), or was never asked."""


class BadCredit(Invalid):
    """A wish that cannot be shown as it is, or that the policy does not offer."""


class BadShownName(BadCredit):
    """What is wrong is the name."""


class BadLink(BadCredit):
    """What is wrong is the link."""


class BadErasure(Invalid):
    """An attestation or a note about data that does not say enough."""


class NotNow(Conflict):
    """Sensible, and not in the present state."""


class BadBreach(Invalid):
    """A breach assessment that does not say what was decided or why."""
