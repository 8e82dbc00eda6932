from meldpunt.ground.errors import Invalid


class BadAssessment(Invalid):
    """An assessment that does not say what the policy promises."""


class BadVector(Invalid):
    """That is not a CVSS 4.0 vector."""
