"""Asking a Web Key Directory, of a domain that a stranger has chosen.

The letter that makes us ask may be an attacker's, and so may the server that we ask.  So: port 443 only, over
a line as ``narrow`` has them, to public addresses; no redirect is followed; and a question has an end:
in seconds, and in bytes.
"""

import http.client
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import closing

from meldpunt.vault import wkd
from meldpunt.vault.errors import NoDirectory
from meldpunt.vault.keysearch import Answer, Outcome
from meldpunt.vault.wkd import Place
from meldpunt.works import narrow
from meldpunt.works.narrow import Endpoint, NoSuchHost, NotPublic

CONNECT = narrow.CONNECT
TOTAL = 10.0  # seconds for one host, from the connection to the last byte
MOST = 64 << 10  # bytes of key material

Resolve = Callable[[str], Sequence[Endpoint]]


class Fetcher:
    """Asks key directories.  ``resolve`` and ``context``: who tells where a host is, and whom to trust."""

    def __init__(self, resolve: Resolve = narrow.resolve, context: ssl.SSLContext | None = None) -> None:
        self._resolve = resolve
        self._context = narrow.narrowed(context)

    def look_up(self, address: str) -> Answer:
        """The key that the domain of ``address`` gives for it.  Never raises for what a server does."""
        try:
            advanced, direct = wkd.places(address)
        except NoDirectory:
            return Answer(Outcome.NONE)
        try:
            try:
                return self._ask(advanced, self._resolve(advanced.host))
            except NoSuchHost:  # only then: a directory that is there and says no has said it
                return self._ask(direct, self._resolve(direct.host))
        except (NoSuchHost, NotPublic, ssl.SSLCertVerificationError):
            return Answer(Outcome.NONE)
        except (OSError, http.client.HTTPException, ValueError):
            return Answer(Outcome.TROUBLE)

    def _ask(self, place: Place, endpoints: Sequence[Endpoint]) -> Answer:
        until = time.monotonic() + TOTAL
        with closing(narrow.connect(self._context, place.host, endpoints, until, CONNECT)) as line:
            asked = http.client.HTTPConnection(place.host)
            asked.sock = line
            asked.request("GET", place.path, headers={"User-Agent": "Meldpunt", "Connection": "close"})
            with closing(asked.getresponse()) as said:
                return _read(said)


def _read(said: http.client.HTTPResponse) -> Answer:
    """200 is a key, other answers are "no" or, from 500 and for 429, "not now"."""
    if said.status != http.HTTPStatus.OK:
        later = said.status >= 500 or said.status == http.HTTPStatus.TOO_MANY_REQUESTS
        return Answer(Outcome.TROUBLE if later else Outcome.NONE)
    data = said.read(MOST + 1)
    if len(data) > MOST:
        return Answer(Outcome.NONE)
    if said.length:  # it promised more than it gave
        return Answer(Outcome.TROUBLE)
    return Answer(Outcome.FOUND, data) if data else Answer(Outcome.NONE)
