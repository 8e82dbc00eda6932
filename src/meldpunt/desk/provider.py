"""Signing in with the organisation's own accounts: the one door to an OpenID provider, and to who is who there.

What is believed is an ID token that the configured issuer has signed for us, in answer to a question of this very
browser (state, nonce, PKCE).  A person is known by the issuer and its stable subject, which was bound when they
took up an invitation or connected the account themselves; a name or a mail address binds nobody.

Nothing is asked of any host but the issuer's and those that the operator names: over TLS (plain only on this
machine), without following anybody anywhere, within seconds, and not more than a small file.
"""

import base64
import hashlib
import hmac
import http.client
import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from meldpunt.desk.codes import own_key
from meldpunt.desk.errors import AccountTaken, NoSuchAccount, NotProven, ProviderSilent
from meldpunt.desk.events import ProviderBound, ProviderReleased
from meldpunt.desk.models import Binding
from meldpunt.ground.values import Actor
from meldpunt.ledger import log
from meldpunt.vault import sealing

BACK = "/sign-in/provider/back/"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
NEEDED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
ANSWER_WITHIN = timedelta(minutes=10)
LEEWAY, PATIENCE, MOST = 60, 5.0, 256 << 10  # seconds of clocks, seconds for an answer, bytes of one
REFUSED = "The provider's answer does not belong to this browser, or is too old. Please try again."
SILENT = "The sign-in provider does not answer as it should."


@dataclass(frozen=True, slots=True)
class Shown:
    """Who the provider says this is.  ``strong``: with a second factor, as far as we trust it for that."""

    subject: str
    strong: bool


def is_on() -> bool:
    return bool(settings.CONFIG.oidc_issuer)


def name() -> str:
    """What people call it."""
    return settings.CONFIG.oidc_name or urlsplit(settings.CONFIG.oidc_issuer).hostname or ""


def ask(*, now: datetime) -> tuple[str, dict[str, Any]]:
    """Where the browser goes, and what we must remember of the question."""
    asked = {one: secrets.token_urlsafe(32) for one in ("state", "nonce", "verifier")}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked["verifier"].encode()).digest()).rstrip(b"=")
    query = {
        "response_type": "code",
        "scope": "openid",
        "client_id": settings.CONFIG.oidc_client,
        "redirect_uri": settings.CONFIG.desk_address + BACK,
        "state": asked["state"],
        "nonce": asked["nonce"],
        "code_challenge": challenge.decode(),
        "code_challenge_method": "S256",
    }
    if settings.CONFIG.oidc_acr:
        query["acr_values"] = settings.CONFIG.oidc_acr
    return f"{_described('authorization_endpoint')}?{urlencode(query)}", {**asked, "at": now.timestamp()}


def hear(asked: Mapping[str, Any], answer: Mapping[str, str], *, now: datetime) -> Shown:
    """Who it is.  ``NotProven`` for every answer that is not to our question; ``ProviderSilent``."""
    late = now.timestamp() - asked["at"] > ANSWER_WITHIN.total_seconds()
    issuer = answer.get("iss", settings.CONFIG.oidc_issuer)
    same = hmac.compare_digest(str(asked["state"]).encode(), answer.get("state", "").encode())
    if late or not same or issuer != settings.CONFIG.oidc_issuer or not answer.get("code"):
        raise NotProven(REFUSED)
    claims = _claims(_redeem(answer["code"], asked["verifier"]))
    if not hmac.compare_digest(str(claims["nonce"]).encode(), str(asked["nonce"]).encode()):
        raise NotProven(REFUSED)
    return Shown(claims["sub"], _is_strong(claims))


def whose(shown: Shown) -> User:
    """The account at the desk.  ``NoSuchAccount`` when none is bound to it."""
    bound = Binding.objects.filter(subject=_token(shown)).first()
    user = User.objects.filter(pk=bound.user_id).first() if bound else None
    if user is None:
        raise NoSuchAccount(
            "That account belongs to nobody at the desk. Ask for an invitation, or sign in another way and connect it."
        )
    return user


def is_bound(user_id: int) -> bool:
    return Binding.objects.filter(user_id=user_id).exists()


@transaction.atomic
def bind(user: User, shown: Shown, *, by: Actor, now: datetime) -> None:
    """From now on this account of the provider is this person.  ``AccountTaken`` when it is somebody else."""
    User.objects.select_for_update().get(pk=user.pk)
    taken = Binding.objects.filter(subject=_token(shown)).exclude(user_id=user.pk).exists()
    if taken:
        raise AccountTaken("That account belongs to somebody else at the desk.")
    Binding.objects.update_or_create(user_id=user.pk, defaults={"subject": _token(shown), "since": now})
    log.append(log.HOUSE, ProviderBound(user.username), by=by, now=now)


@transaction.atomic
def release(user: User, *, by: Actor, now: datetime) -> None:
    """The provider's account opens the desk no more."""
    if Binding.objects.filter(user_id=user.pk).delete()[0]:
        log.append(log.HOUSE, ProviderReleased(user.username), by=by, now=now)


def goodbye() -> str:
    """Where one signs out at the provider; empty when it has no such place."""
    end = _description().get("end_session_endpoint", "")
    if not end:
        return ""
    back = settings.CONFIG.desk_address + "/sign-in/"
    query = urlencode({"client_id": settings.CONFIG.oidc_client, "post_logout_redirect_uri": back})
    return f"{_described('end_session_endpoint')}?{query}"


def _is_strong(claims: Mapping[str, Any]) -> bool:
    """Whether the provider has seen a second factor, and we are told to take its word for it."""
    if settings.CONFIG.oidc_second_factor != "provider":
        return False
    if settings.CONFIG.oidc_acr:
        return bool(claims.get("acr") == settings.CONFIG.oidc_acr)
    methods = claims.get("amr")
    return isinstance(methods, list) and "mfa" in methods


def _claims(token: str) -> Mapping[str, Any]:
    """What a token says, once its signature, issuer, audience and times are right."""
    config = settings.CONFIG
    try:
        key = _key(jwt.get_unverified_header(token))
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=config.oidc_client,
            issuer=config.oidc_issuer,
            leeway=LEEWAY,
            options={"require": NEEDED, "enforce_minimum_key_length": True},
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as trouble:
        raise NotProven(REFUSED) from trouble
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != config.oidc_client:
        raise NotProven(REFUSED)
    return claims


def _key(header: Mapping[str, Any]) -> Any:
    """The issuer's key with that number.  A key, or an address of one, in the token itself is never looked at."""
    keys = [
        key for key in jwt.PyJWKSet.from_dict(dict(_fetch(_described("jwks_uri")))).keys if key.public_key_use != "enc"
    ]
    fitting = [key for key in keys if "kid" not in header or key.key_id == header["kid"]]
    if len(fitting) != 1:
        raise NotProven(REFUSED)
    return fitting[0].key


def _redeem(code: str, verifier: str) -> str:
    """The ID token for a code."""
    config = settings.CONFIG
    secret = Path(config.oidc_secret_file).read_text("utf-8").strip()
    pair = f"{quote(config.oidc_client, safe='')}:{quote(secret, safe='')}"
    body = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    body["redirect_uri"] = config.desk_address + BACK
    found = _fetch(_described("token_endpoint"), urlencode(body), base64.b64encode(pair.encode()).decode())
    token = found.get("id_token")
    if not isinstance(token, str):
        raise ProviderSilent(SILENT)
    return token


def _described(what: str) -> str:
    """An address of the provider: at the issuer's own host or one that the operator has named."""
    found = _description().get(what)
    own = urlsplit(settings.CONFIG.oidc_issuer)
    parts = urlsplit(found if isinstance(found, str) else "")
    hosts = {own.netloc, *settings.CONFIG.oidc_hosts.split()}
    if parts.scheme != own.scheme or parts.netloc not in hosts or parts.query or parts.fragment:
        raise ProviderSilent(SILENT)
    return parts.geturl()


def _description() -> Mapping[str, Any]:
    """What the issuer says of itself; it must be who we were told."""
    issuer = settings.CONFIG.oidc_issuer
    found = _fetch(issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise ProviderSilent(SILENT)
    return found


def _fetch(url: str, body: str | None = None, basic: str = "") -> Mapping[str, Any]:
    """A JSON object from there, or ``ProviderSilent``."""
    try:
        read = json.loads(_asked(url, body, basic))
    except (OSError, http.client.HTTPException, ValueError, RecursionError) as trouble:
        raise ProviderSilent(SILENT) from trouble
    if not isinstance(read, dict):
        raise ProviderSilent(SILENT)
    return read


def _asked(url: str, body: str | None, basic: str) -> bytes:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=PATIENCE, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    headers = {"Accept": "application/json", "Connection": "close"}
    if body is not None:
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {basic}"}
    try:
        connection.request("GET" if body is None else "POST", parts.path or "/", body, headers)
        answer = connection.getresponse()
        text = answer.read(MOST + 1)
    finally:
        connection.close()
    if answer.status != 200 or len(text) > MOST:
        raise ProviderSilent(SILENT)
    return text


def _token(shown: Shown) -> str:
    """Who it is there, as it stands in our database: a keyed token."""
    return sealing.token(own_key("provider"), f"{settings.CONFIG.oidc_issuer}|{shown.subject}")
