"""One call to a webhook, over a line as ``narrow`` has them.

A handler has typed the address, and whoever took over a handler could type one, too: so it may not lead into this
machine or the network behind it, unless the operator said so (``webhooks = "near"``).
"""

import http.client
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from urllib.parse import urlsplit

from meldpunt.notices.calling import GONE, Call
from meldpunt.works import narrow
from meldpunt.works.narrow import Endpoint, NoSuchHost, NotPublic

CONNECT = narrow.CONNECT
TOTAL = 10.0  # seconds for one call
Resolve = Callable[[str, int], Sequence[Endpoint]]

TAKEN = ""


class Caller:
    """Calls webhooks.  ``resolve``: where a host is; ``context``: whom to trust."""

    def __init__(self, resolve: Resolve, context: ssl.SSLContext | None = None) -> None:
        self._resolve = resolve
        self._context = narrow.narrowed(context)

    def call(self, call: Call) -> str:
        """``TAKEN``, or why not as a short code.  Never raises for what a server does."""
        parts = urlsplit(call.url)
        host, port = parts.hostname or "", parts.port or narrow.PORT
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            return _code(self._post(host, port, path, call))
        except NoSuchHost:
            return "no-host"
        except NotPublic:
            return "not-public"
        except ssl.SSLCertVerificationError:
            return "certificate"
        except (TimeoutError, OSError, http.client.HTTPException, ValueError) as trouble:
            return "too-slow" if isinstance(trouble, TimeoutError) else "unreachable"

    def _post(self, host: str, port: int, path: str, call: Call) -> int:
        until = time.monotonic() + TOTAL
        endpoints = self._resolve(host, port)
        with closing(narrow.connect(self._context, host, endpoints, until, CONNECT)) as line:
            asked = http.client.HTTPConnection(host, port)
            asked.sock = line
            headers = {"User-Agent": "Meldpunt", "Connection": "close", **call.headers}
            asked.request("POST", path, body=call.body, headers=headers)
            with closing(asked.getresponse()) as said:
                return said.status


def _code(status: int) -> str:
    if 200 <= status < 300:
        return TAKEN
    if status == http.HTTPStatus.GONE:
        return GONE
    return "redirect" if 300 <= status < 400 else f"http-{status}"
