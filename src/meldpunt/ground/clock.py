"""The only place that asks what time it is.

Shells read the clock once per request, letter or tick and hand the answer
inwards.  Rules and commands take ``now`` as an argument and never look up.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)
