"""Passkeys: the one door to the WebAuthn library, and to where they are kept.

A passkey stays in a device that asks its owner for a finger, a face or a PIN each time, and it answers
nobody but our own address.  So one alone is both factors.  What we keep of it is public: a number, a
public key, how often it was used, and the name that its owner gave it.

Everything that a browser sends here is a stranger's word until a signature over our own question proves it.
"""

import json
import struct
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from meldpunt.desk.codes import own_key
from meldpunt.desk.errors import BadPasskey, LastPasskey, NoSuchPasskey
from meldpunt.desk.events import PasskeyEnrolled, PasskeyRemoved
from meldpunt.ground.values import Actor
from meldpunt.ledger import log
from meldpunt.vault import sealing

ASKED = "meldpunt.passkey"  # in the session: our question, and when it was asked
ANSWER_WITHIN = timedelta(minutes=5)
MOST = 20  # passkeys of one person
MOST_NAME = 60
MOST_ANSWER = 20_000  # characters; a real answer has some two thousand
KIND = "webauthn"
BROKEN = (  # what the library makes of an answer that no browser gives
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
    NotImplementedError,
    struct.error,
)
REFUSED = "The passkey was not accepted. Please try again."


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey, as its owner sees it."""

    id: int
    name: str
    since: datetime
    used: datetime | None


def work_at(host: str) -> bool:
    """Whether a browser that came to this host can use our passkeys."""
    site = settings.CONFIG.passkeys
    return site is not None and urlsplit(site[1]).netloc == host


def address() -> str:
    """Where our passkeys work; empty: nowhere."""
    site = settings.CONFIG.passkeys
    return site[1] if site else ""


def of(user_id: int) -> tuple[Passkey, ...]:
    """Somebody's passkeys, the oldest first."""
    rows = Authenticator.objects.filter(user_id=user_id, type=KIND).order_by("pk")
    return tuple(Passkey(row.pk, row.data["name"], row.created_at, row.last_used_at) for row in rows)


def ask_for_new(user: User, session: MutableMapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """What the browser needs to make a passkey for this account."""
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(
            id=_handle(user), name=user.username, display_name=user.first_name or user.username
        ),
        credentials=[_credential(row) for row in Authenticator.objects.filter(user=user, type=KIND)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _remember(session, "new", state, now)
    return dict(options)


@transaction.atomic
def keep(
    user: User, name: str, answer: str, session: MutableMapping[str, Any], *, by: Actor, now: datetime
) -> Authenticator:
    """Keep the passkey that a browser made.  ``BadPasskey`` when its answer does not fit our question."""
    User.objects.select_for_update().get(pk=user.pk)
    if Authenticator.objects.filter(user=user, type=KIND).count() >= MOST:
        raise BadPasskey("You have %(most)s passkeys already: remove one first.", most=str(MOST))
    state = _recall(session, "new", now)
    try:
        found = _server().register_complete(state, RegistrationResponse.from_dict(_read(answer)))
    except BROKEN as trouble:
        raise BadPasskey(REFUSED) from trouble
    made = found.credential_data
    if made is None or made.public_key.get(3) not in CoseKey.supported_algorithms() or _row(made.credential_id):
        raise BadPasskey(REFUSED)
    row = Authenticator.objects.create(
        user=user,
        type=KIND,
        created_at=now,
        data={
            "name": _plain(name),
            "id": websafe_encode(made.credential_id),
            "credential": websafe_encode(bytes(made)),
            "count": found.counter,
        },
    )
    log.append(log.HOUSE, PasskeyEnrolled(user.username), by=by, now=now)
    return row


def ask(session: MutableMapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """What the browser needs to answer with whichever passkey its owner chooses."""
    options, state = _server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    _remember(session, "old", state, now)
    return dict(options)


@transaction.atomic
def recognise(answer: str, session: MutableMapping[str, Any], *, now: datetime) -> Authenticator:
    """Whose passkey answered our question; ``BadPasskey`` for any other answer, whatever is wrong with it.

    A device that counts must count on: a number that was seen before is a copy of it.
    """
    state = _recall(session, "old", now)
    try:
        given = AuthenticationResponse.from_dict(_read(answer))
        row = _row(given.raw_id)
        if row is None:
            raise BadPasskey(REFUSED)
        _server().authenticate_complete(state, [_credential(row)], given)
    except BROKEN as trouble:
        raise BadPasskey(REFUSED) from trouble
    handle, count = given.response.user_handle, given.response.authenticator_data.counter
    before = row.data["count"]
    if handle != _handle(row.user) or ((count or before) and count <= before):
        raise BadPasskey(REFUSED)
    row.data["count"], row.last_used_at = count, now
    row.save(update_fields=["data", "last_used_at"])
    return row


@transaction.atomic
def rename(user: User, id: int, name: str) -> None:
    """Call one's passkey something else.  ``NoSuchPasskey`` for another's."""
    row = _held(user, id)
    row.data["name"] = _plain(name)
    row.save(update_fields=["data"])


@transaction.atomic
def remove(user: User, id: int, *, by: Actor, now: datetime) -> None:
    """Accept this passkey no more.  Not the last way in: ``LastPasskey``."""
    User.objects.select_for_update().get(pk=user.pk)
    row = _held(user, id)
    others = Authenticator.objects.filter(user=user, type=KIND).exclude(pk=id)
    if not user.has_usable_password() and not others.exists():
        raise LastPasskey("It is your only way in. Choose a password or add another passkey first.")
    row.delete()
    if not Authenticator.objects.filter(user=user).exclude(type="recovery_codes").exists():
        Authenticator.objects.filter(user=user).delete()  # recovery codes stand in for a factor, and are none
    log.append(log.HOUSE, PasskeyRemoved(user.username), by=by, now=now)


def _server() -> Fido2Server:
    """Speaks for our domain, to our own origin and no other."""
    site = settings.CONFIG.passkeys
    if site is None:
        raise BadPasskey("Passkeys need a desk with a name and https.")
    domain, origin = site
    return Fido2Server(PublicKeyCredentialRpEntity(id=domain, name="Meldpunt"), verify_origin=lambda it: it == origin)


def _handle(user: User) -> bytes:
    """What a device calls our account: a keyed token, so that a lost device names nobody."""
    return bytes.fromhex(sealing.token(own_key("passkeys"), str(user.pk)))


def _credential(row: Authenticator) -> AttestedCredentialData:
    return AttestedCredentialData(websafe_decode(row.data["credential"]))


def _row(credential_id: bytes) -> Authenticator | None:
    rows = Authenticator.objects.select_for_update(of=("self",)).select_related("user")
    found: Authenticator | None = rows.filter(type=KIND, data__id=websafe_encode(credential_id)).first()
    return found


def _held(user: User, id: int) -> Authenticator:
    try:
        return Authenticator.objects.select_for_update().get(user=user, type=KIND, pk=id)
    except Authenticator.DoesNotExist:
        raise NoSuchPasskey("You have no such passkey.") from None


def _plain(name: str) -> str:
    return " ".join(name.split())[:MOST_NAME] or "Passkey"


def _read(answer: str) -> Mapping[str, Any]:
    if len(answer) > MOST_ANSWER:
        raise BadPasskey(REFUSED)
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise BadPasskey(REFUSED)
    return read


def _remember(session: MutableMapping[str, Any], purpose: str, state: Mapping[str, Any], now: datetime) -> None:
    kept = {"challenge": state["challenge"], "user_verification": str(state["user_verification"].value)}
    session[ASKED] = {"purpose": purpose, "at": now.timestamp(), "state": kept}


def _recall(session: MutableMapping[str, Any], purpose: str, now: datetime) -> Mapping[str, Any]:
    """Our question; it is answered once."""
    asked = session.pop(ASKED, None)
    if not asked or asked["purpose"] != purpose or now.timestamp() - asked["at"] > ANSWER_WITHIN.total_seconds():
        raise BadPasskey(REFUSED)
    state: Mapping[str, Any] = asked["state"]
    return state
