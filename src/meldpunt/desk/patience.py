"""How often somebody may try: wrong passwords and codes are slowed down, and the right person is not locked out.

Whoever guesses at a name from elsewhere uses up what strangers together may try.  A browser in which this person
has signed in before carries a mark, and is counted by itself.  A passkey asks for no name, so nothing is counted.
"""

import hmac
import secrets
from collections.abc import Callable

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from meldpunt.desk.codes import own_key
from meldpunt.vault import sealing

COOKIE = f"{settings.COOKIE_PREFIX}meldpunt-known"
KNOWN_FOR = 180 * 24 * 3600
CODES = {"code": "5/5m/key,20/d/key"}
NEW_BROWSERS = {"password": "60/m/key"}  # all names together: each try costs a slow hash


def bucket(request: HttpRequest, username: str) -> str:
    """With whom tries at this name are counted: this browser alone, or every browser that is new to it."""
    mark, _, proof = request.COOKIES.get(COOKIE, "").partition(".")
    known = hmac.compare_digest(_proof(username, mark).encode(), proof.encode())
    return f"{username}|{mark if known else ''}"


def is_flooded(request: HttpRequest, username: str) -> bool:
    """Whether browsers that are new to their names try more passwords than the machine should compute."""
    if not bucket(request, username).endswith("|"):
        return False
    key = "new browsers"
    return not ratelimit.consume(request, app="allauth.account", action="password", key=key, config=NEW_BROWSERS)


def know(response: HttpResponseBase, username: str) -> None:
    """Mark the browser of somebody who has just signed in.  The mark names nobody."""
    mark = secrets.token_hex(8)
    response.set_cookie(
        COOKIE,
        f"{mark}.{_proof(username, mark)}",
        max_age=KNOWN_FOR,
        secure=settings.SECURE,
        httponly=True,
        samesite="Strict",
    )


def try_code(request: HttpRequest, username: str) -> Callable[[], None] | None:
    """Count a try at a code.  ``None``: too many; else what to call when it was right."""
    key = bucket(request, username)
    if not ratelimit.consume(request, app="allauth.mfa", action="code", key=key, config=CODES):
        return None
    return lambda: ratelimit.clear(request, app="allauth.mfa", action="code", key=key, config=CODES)


def _proof(username: str, mark: str) -> str:
    return sealing.token(own_key("known browsers"), f"{username}|{mark}")
