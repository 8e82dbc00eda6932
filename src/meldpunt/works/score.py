"""The public score, once a day.  It takes a while where there are many promises, and holds up nobody."""

from datetime import datetime

from meldpunt.ground.values import Actor
from meldpunt.oversight import commands, queries
from meldpunt.policy.errors import NoPolicy


def draw(*, by: Actor, now: datetime) -> bool:
    """Count, and draw the public score; whether it changed."""
    return commands.draw(queries.found(now), queries.days_to_fix(now), by=by, now=now)


def draw_when_due(*, by: Actor, now: datetime) -> None:
    try:
        if queries.is_due(now):
            draw(by=by, now=now)
    except NoPolicy:
        return
