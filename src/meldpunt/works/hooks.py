"""Calls the webhooks of those at the desk.  ``python -m meldpunt.works.hooks``

Runs only when ``webhooks`` is on.  Faces servers that handlers choose, so it holds the hooks' key alone, which opens
the address and the secret of a webhook and nothing else.  A server that is slow holds up no other one for long, and
nobody outside this process at all.
"""

import sys
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import DatabaseError, connection

from meldpunt.ground import clock
from meldpunt.ground.values import Actor, Role
from meldpunt.notices import calling
from meldpunt.notices.calling import Call
from meldpunt.vault import keyring
from meldpunt.vault.errors import CannotOpen
from meldpunt.works import narrow, process
from meldpunt.works.hookcall import TAKEN, Caller
from meldpunt.works.side_by_side import side_by_side

HOOKS = Actor(Role.MACHINE, "hooks")
EVERY = 1.0  # seconds between two looks
AT_ONCE = 4  # calls under way
OTHER_KEY = "other-key"  # why: it was sealed to a key of ours that is gone
ALLOWED = {"public": narrow.is_public, "near": narrow.is_near}


def turn(call: Callable[[Call], str], hooks_key: bytes, desk_url: str, stop: process.Stop | None = None) -> int:
    """Call what is due, a few at a time.  Returns how many calls came to an end."""
    calls = _calls(hooks_key, desk_url)
    ended = 0
    for name, why in side_by_side(call, calls, stop):
        if why == TAKEN:
            calling.delivered(name, calls[name].notices, by=HOOKS, now=clock.now())
        else:
            calling.failed(name, why, by=HOOKS, now=clock.now())
        ended += 1
    return ended


def _calls(hooks_key: bytes, desk_url: str) -> dict[str, Call]:
    found: dict[str, Call] = {}
    for name in calling.due(clock.now(), AT_ONCE):
        try:
            ready = calling.prepared(name, hooks_key, desk_url, clock.now())
        except CannotOpen:
            calling.failed(name, OTHER_KEY, by=HOOKS, now=clock.now())
            continue
        if ready:
            found[name] = ready
    return found


def main() -> int:
    stop = process.Stop()
    config = settings.CONFIG
    if config.webhooks == "off":
        process.say("webhooks is off: nobody's webhook is called.")
        return 0
    hooks_key = keyring.hooks(settings.MELDPUNT_DATA, settings.MELDPUNT_ROLE)
    caller = Caller(partial(narrow.resolve, allowed=ALLOWED[config.webhooks]))
    while not stop.asked:
        try:
            if not turn(caller.call, hooks_key, config.desk_address, stop):
                stop.wait(EVERY)
        except DatabaseError as trouble:
            connection.close()
            process.say(f"The database does not answer ({type(trouble).__name__}); trying again.")
            stop.wait(EVERY)
    return 0


if __name__ == "__main__":
    sys.exit(process.run("hooks", main))
