"""What happens because time passes.  ``python -m meldpunt.works.tick``

Once a second: promises whose time has run out are noted in the ledger, embargoes whose moment has
come end, followers that were interrupted catch up, and notices to those at the desk are written.  Once a
minute what is due becomes a notice, owners of systems are reminded of their day, visits that are over are forgotten,
and files that nobody finished are swept away; once a day the public score is drawn.  Holds no private key.
"""

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from meldpunt.cases import presence, visits
from meldpunt.conversation.queries import letterhead
from meldpunt.ground import clock
from meldpunt.ground.values import Actor, Role
from meldpunt.intake import queries as spool
from meldpunt.notices import calling, mailing, reminding
from meldpunt.owners import hearing as owners
from meldpunt.owners import passes
from meldpunt.promises import commands as promises
from meldpunt.promises.queries import anything_missed
from meldpunt.vault import files, keyring
from meldpunt.works import followers, process, publishing, score

TICK = Actor(Role.MACHINE, "tick")
EVERY = 1.0  # seconds
UNFINISHED_FOR = timedelta(days=1)  # by then, who was writing a file has died over it
LOOK_EVERY = 60.0  # seconds; a visit that is over opens nothing in the meantime


def tick(now: datetime) -> None:
    """One turn."""
    followers.catch_up()
    if anything_missed(now):
        promises.note_missed(by=TICK, now=now)
    publishing.end_embargoes(TICK, now)
    if mailing.anything_to_mail(now):
        config = settings.CONFIG
        public = keyring.public(settings.MELDPUNT_DATA)
        mailing.mail(letterhead(config.portal_address), config.desk_address, public=public, by=TICK, now=now)


def look_around(now: datetime) -> None:
    """What need not happen every second: see what is due, forget visits that are over and who has left, sweep."""
    visits.forget_visits(by=TICK, now=now)
    presence.forget_present(by=TICK, now=now)
    sweep(settings.MELDPUNT_DATA, now)
    passes.forget(by=TICK, now=now)
    score.draw_when_due(by=TICK, now=now)
    if owners.anybody_to_remind(now):
        owners.remind(by=TICK, now=now)
    if reminding.anybody_to_remind(now):
        reminding.remind(by=TICK, now=now)
    if calling.anything_stale(now):
        calling.forget_stale(by=TICK, now=now)


def sweep(folder: Path, now: datetime) -> None:
    """Remove files that nothing names: whoever wrote them died, or their connection did.

    What waits to be opened may name files that were not settled when a process died: they are younger than it.
    """
    files.sweep(folder, min(now, spool.waiting_since() or now) - UNFINISHED_FOR)


def main() -> int:
    stop = process.Stop()
    look_at = time.monotonic()
    while not stop.asked:
        now = clock.now()
        try:
            tick(now)
            if time.monotonic() >= look_at:
                look_around(now)
                look_at = time.monotonic() + LOOK_EVERY
        except (DatabaseError, OSError) as trouble:
            connection.close()
            process.say(f"The database or the disk does not answer ({type(trouble).__name__}); trying again.")
        stop.wait(EVERY)
    return 0


if __name__ == "__main__":
    sys.exit(process.run("tick", main))
