"""What we say about ourselves to the world stays fresh.  A part of the opener, which holds the key to sign with.

Looks every few seconds (a few small questions to the database) and has work a few times a year.
Whatever goes wrong with it is said and tried again later; no letter waits for it.
"""

import time
from datetime import datetime

from meldpunt.ground import clock
from meldpunt.ground.errors import OutsideFailure, Refusal
from meldpunt.ground.values import Actor, Role
from meldpunt.vault import published
from meldpunt.vault.keyring import VaultKeys
from meldpunt.works import process

RENEWER = Actor(Role.MACHINE, "opener")
EVERY = 2.0  # seconds between two looks at what security.txt should say
KEY_EVERY = 3600.0  # seconds between two looks at the key's expiry, which is months away
AGAIN = 60.0  # seconds to wait after a failure


class Renewing:
    """``security.txt`` and the published copy of our OpenPGP key.  ``base_url``: of the portal."""

    def __init__(self, keys: VaultKeys, base_url: str) -> None:
        self.keys, self.base_url = keys, base_url
        self._next_look = self._next_look_at_key = 0.0  # on the monotonic clock

    def turn(self) -> None:
        """Look when it is time to look.  Raises only what the database does."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + EVERY
        try:
            self._look(clock.now())
        except (Refusal, OutsideFailure, OSError) as no:
            self._next_look = time.monotonic() + AGAIN
            process.say(f"security.txt or the OpenPGP key could not be renewed: {no}")

    def _look(self, now: datetime) -> None:
        if published.is_due(self.base_url, now):
            published.sign_security_txt(self.base_url, keys=self.keys, by=RENEWER, now=now)
        if time.monotonic() >= self._next_look_at_key:
            if published.key_is_due(now):
                published.renew_key(keys=self.keys, by=RENEWER, now=now)
            self._next_look_at_key = time.monotonic() + KEY_EVERY
