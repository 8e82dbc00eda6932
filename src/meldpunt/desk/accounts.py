"""Who may sit at the desk.  The one door to Django's users and the sign-in library.

A handler has a user name, a password and a generator of six-digit codes; recovery codes
help when the generator is lost.  Nobody signs up by themselves and nothing is reset by
mail: an operator issues a one-time link instead.  Every change is told to the ledger by
user name.  Secrets of the code generator are sealed under a key from the vault.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction

from meldpunt.cases import people
from meldpunt.desk import roles, sessions
from meldpunt.desk.codes import otpauth_url
from meldpunt.desk.errors import BadHandler, HandlerExists, NoSuchHandler
from meldpunt.desk.events import (
    CodeEnrolled,
    CodeRemoved,
    HandlerAdded,
    HandlerDisabled,
    HandlerEnabled,
    PasswordSet,
    RecoveryCodesMade,
    SignedIn,
    SignInFailed,
)
from meldpunt.ground.errors import Refusal
from meldpunt.ground.values import AT_THE_DESK, Actor, Role, at_the_desk
from meldpunt.ledger import log, rows

OPERATOR = Actor(Role.OPERATOR, "operator")
DESK = Actor(Role.MACHINE, "desk")  # when nobody has proved who they are
QUIET = 3600  # seconds
FACTORS = ("totp", "webauthn")
USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")


@dataclass(frozen=True, slots=True)
class Handler:
    """Somebody who may sit at the desk.  ``has_code``: the generator of codes is in use."""

    username: str
    name: str
    active: bool
    has_code: bool
    last_seen: datetime | None
    passkeys: int = 0
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A new generator of codes: the secret as text (base32) and as an ``otpauth`` address for a QR code."""

    secret: str
    url: str


def list_handlers() -> tuple[Handler, ...]:
    """Everybody who may or might sit at the desk, by user name."""
    factors = Counter(Authenticator.objects.filter(type__in=FACTORS).values_list("user_id", "type"))
    held = people.roles()
    return tuple(
        Handler(
            user.username,
            user.first_name or user.username,
            user.is_active,
            (user.pk, "totp") in factors,
            user.last_login,
            factors[user.pk, "webauthn"],
            tuple(role for role in AT_THE_DESK if role in held.get(user.username, ())),
        )
        for user in User.objects.order_by("username")
    )


def names(usernames: Iterable[str]) -> dict[str, str]:
    """What to call these people, by user name."""
    found = rows.looks(User, "username", "first_name", username=tuple(usernames))
    return {username: name or username for username, name in found}


def has_second_factor(user_id: int) -> bool:
    """Whether this account has a generator of codes or a passkey: without either, nobody goes on."""
    return rows.look(Authenticator, "id", user_id=user_id, type=FACTORS) is not None


def has_code(user_id: int) -> bool:
    """Whether this account has its generator of codes."""
    return bool(Authenticator.objects.filter(user_id=user_id, type="totp").exists())


@transaction.atomic
def create_handler(
    username: str,
    name: str,
    password: str | None = None,
    *,
    now: datetime,
    by: Actor = OPERATOR,
    as_what: Iterable[Role] = (),
) -> Handler:
    """Let somebody sit at the desk.  Without a password they need a one-time link first.

    ``as_what``: their roles, if they are to have others than ``roles.first_roles`` gives.
    Refusals: ``BadHandler`` (name or password will not do), ``HandlerExists``.
    """
    check_handler(username, name, password)
    if User.objects.filter(username=username).exists():
        raise HandlerExists("There is a handler called %(username)s already.", username=username)
    user = User(username=username, first_name=" ".join(name.split()))
    user.set_password(password)  # None: no password opens this account
    user.save()
    log.append(log.HOUSE, HandlerAdded(username), by=by, now=now)
    roles.first_roles(username, as_what, by=by, now=now)
    return Handler(user.username, user.first_name or user.username, True, False, None)


def check_handler(username: str, name: str, password: str | None) -> None:
    """Refuse a user name, a name or a password that will not do, before anything is made."""
    if not USERNAME.fullmatch(username):
        raise BadHandler(
            "A user name has 2 to 40 characters: small letters, digits, dot, dash or underscore, a letter first."
        )
    if len(name) > 100 or any(unicodedata.category(sign).startswith("C") for sign in name):
        raise BadHandler("A handler's name has at most 100 characters.")
    if password is not None:
        check_password(password, User(username=username, first_name=name))


@transaction.atomic
def set_password(username: str, password: str, *, now: datetime, by: Actor = OPERATOR) -> None:
    """Give a handler a new password.  Whoever is signed in with the old one is signed out."""
    user = hold(username)
    check_password(password, user)
    keep_password(user, password, by=by, now=now)
    sessions.end_all(user, by=by, now=now)


@transaction.atomic
def keep_password(user: User, password: str, *, by: Actor, now: datetime) -> None:
    """Store a password that was found good already, and tell the ledger."""
    user.set_password(password)
    user.save(update_fields=["password"])
    log.append(log.HOUSE, PasswordSet(user.username), by=by, now=now)


@transaction.atomic
def enrol_totp(username: str, *, now: datetime, by: Actor = OPERATOR) -> Enrolment:
    """Give a handler a new generator of codes without a browser.  The old one dies, and its recovery codes."""
    user = hold(username)
    Authenticator.objects.filter(user=user).delete()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    tell_of_code(username, by=by, now=now)
    sessions.end_all(user, by=by, now=now)
    return Enrolment(secret, otpauth_url(username, secret))


@transaction.atomic
def tell_of_code(username: str, *, by: Actor, now: datetime) -> None:
    log.append(log.HOUSE, CodeEnrolled(username), by=by, now=now)


@transaction.atomic
def tell_of_removed_code(username: str, *, by: Actor, now: datetime) -> None:
    log.append(log.HOUSE, CodeRemoved(username), by=by, now=now)


@transaction.atomic
def tell_of_sign_in(user: User, way: str, *, now: datetime) -> None:
    log.append(log.HOUSE, SignedIn(user.username, way), by=as_handler(user), now=now)


@transaction.atomic
def tell_of_failed_sign_in(username: str, *, now: datetime) -> None:
    """Once an hour and name, and for names that there are: strangers do not fill the log."""
    known = User.objects.filter(username=username).exists()
    if known and cache.add(f"sign-in-failed:{username}", True, QUIET):
        log.append(log.HOUSE, SignInFailed(username), by=DESK, now=now)


@transaction.atomic
def tell_of_recovery_codes(username: str, *, by: Actor, now: datetime) -> None:
    log.append(log.HOUSE, RecoveryCodesMade(username), by=by, now=now)


@transaction.atomic
def disable(username: str, *, now: datetime, by: Actor = OPERATOR) -> None:
    """Nobody signs in with this account any more; who is signed in with it is out at once."""
    user = hold(username)
    if user.is_active:
        if by.role is not Role.OPERATOR:  # who has the command line can always make another one
            roles.keep_an_administrator(username)
        user.is_active = False
        user.save(update_fields=["is_active"])
        log.append(log.HOUSE, HandlerDisabled(username), by=by, now=now)
        sessions.end_all(user, by=by, now=now)
        roles.let_go(username, at_the_desk(username, ()), by=by, now=now)


@transaction.atomic
def enable(username: str, *, now: datetime, by: Actor = OPERATOR) -> None:
    """Undo ``disable``."""
    user = hold(username)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        log.append(log.HOUSE, HandlerEnabled(username), by=by, now=now)


def account(username: str) -> User:
    """The account itself, for the sign-in library."""
    return User.objects.get(username=username)


def as_handler(user: User) -> Actor:
    """The actor that a signed-in account is, with the roles that it has now."""
    return people.actor(user.username)


def hold(username: str, refusal: Refusal | None = None) -> User:
    """The account's row, locked until the transaction ends."""
    try:
        return User.objects.select_for_update().get(username=username)
    except User.DoesNotExist:
        raise refusal or NoSuchHandler("No handler called %(username)s.", username=username) from None


def check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as trouble:
        raise BadHandler("%(why)s", why=" ".join(trouble.messages)) from None
