"""What happens because time passes.  ``python -m meldpunt.works.tick``

Once a second: promises whose time has run out are noted in the ledger, followers that were
interrupted catch up, and visits that are over are forgotten.  Holds no key.
"""

import sys
import time
from datetime import datetime

from django.db import DatabaseError, connection

from meldpunt.cases import visits
from meldpunt.ground import clock
from meldpunt.ground.values import Actor, Role
from meldpunt.promises import commands as promises
from meldpunt.promises.queries import anything_missed
from meldpunt.works import followers, process

TICK = Actor(Role.MACHINE, "tick")
EVERY = 1.0  # seconds
FORGET_EVERY = 60.0  # seconds; a visit that is over opens nothing in the meantime


def tick(now: datetime) -> None:
    """One turn."""
    followers.catch_up()
    if anything_missed(now):
        promises.note_missed(by=TICK, now=now)


def main() -> int:
    stop = process.Stop()
    forget_at = time.monotonic()
    while not stop.asked:
        now = clock.now()
        try:
            tick(now)
            if time.monotonic() >= forget_at:
                visits.forget_visits(by=TICK, now=now)
                forget_at = time.monotonic() + FORGET_EVERY
        except DatabaseError as trouble:
            connection.close()
            process.say(f"The database does not answer ({type(trouble).__name__}); trying again.")
        stop.wait(EVERY)
    return 0


if __name__ == "__main__":
    sys.exit(process.run("tick", main))
