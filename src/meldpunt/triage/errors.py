from meldpunt.ground.errors import Conflict, Invalid, NotFound


class BadAssessment(Invalid):
    """An assessment that does not say what the policy promises."""


class BadVector(Invalid):
    """That is not a CVSS 4.0 vector."""


class BadQuestion(Invalid):
    """Nothing is asked, or too much at once."""


class NotADuplicate(Conflict):
    """That report cannot be a duplicate of that one."""


class NotNow(Conflict):
    """Sensible, and not in the present state."""


class NoSuchQuestion(NotFound):
    """No question of this person stands in that address."""


class BadView(Invalid):
    """A view without a name, or one too many."""
