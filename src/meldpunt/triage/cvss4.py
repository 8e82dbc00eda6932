"""CVSS 4.0 scores.  The only file that imports the cvss library."""

from decimal import Decimal

from cvss import CVSS4
from cvss.exceptions import CVSS4Error

from meldpunt.triage.errors import BadVector
from meldpunt.triage.rules import Severity

EXAMPLE = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
LONGEST = 400  # the longest vector with every metric is shorter


def score(vector: str) -> tuple[Decimal, Severity]:
    """The score of a CVSS 4.0 vector and its band, or ``BadVector``."""
    if len(vector) > LONGEST:
        raise BadVector("That is not a CVSS 4.0 vector: it is too long.")
    try:
        read = CVSS4(vector.strip())
    except CVSS4Error:
        raise BadVector("That is not a CVSS 4.0 vector. One looks like this: %(example)s.", example=EXAMPLE) from None
    return Decimal(str(read.base_score)), Severity(read.severity.lower())
