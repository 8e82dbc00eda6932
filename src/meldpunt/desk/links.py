"""One-time links: how somebody comes in for the first time, or again after something was lost.

The link is shown to who makes it and kept nowhere; that one is open, for whom and until when, is.  Whoever takes it
up gives up every way in that there was, and makes a new one.
"""

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from meldpunt.desk import accounts, sessions
from meldpunt.desk.codes import own_key
from meldpunt.desk.errors import NoSuchHandler, NoSuchLink
from meldpunt.desk.events import LinkIssued, LinkWithdrawn
from meldpunt.desk.models import Binding, Invitation
from meldpunt.ground.values import Actor, Role
from meldpunt.ledger import log
from meldpunt.vault import sealing

LINK_LIVES = timedelta(hours=24)
USED_UP = "This link was used already, is older than 24 hours, or is not complete."


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A one-time link that was not used yet: for whom, until when, made by whom."""

    username: str
    until: datetime
    by: str


@transaction.atomic
def one_time_link(username: str, *, now: datetime, by: Actor = accounts.OPERATOR) -> str:
    """An address at which the handler chooses a password and then sets up the codes.

    It works once, for 24 hours, and not after the account changed in any other way or another link was made.
    """
    user = accounts.hold(username)
    if not user.is_active:
        raise NoSuchHandler("No handler called %(username)s.", username=username)
    until = int((now + LINK_LIVES).timestamp())
    Invitation.objects.update_or_create(username=username, defaults={"until": until, "at": now, "by": str(by)})
    log.append(log.HOUSE, LinkIssued(username), by=by, now=now)
    return f"{settings.CONFIG.desk_address}/welcome/{username}/{until}/{_mark(user, until)}/"


def check_link(username: str, until: int, mark: str, *, now: datetime) -> accounts.Handler:
    """Whose link this is, or ``NoSuchLink``."""
    user = User.objects.filter(username=username, is_active=True).first()
    # for an unknown name a mark is computed too, so that the answer takes as long
    right = _mark(user or User(username=username), until)
    is_open = Invitation.objects.filter(username=username, until=until).exists()
    if not hmac.compare_digest(right, mark) or user is None or not is_open or now.timestamp() > until:
        raise NoSuchLink(USED_UP)
    name = user.first_name or user.username
    return accounts.Handler(user.username, name, True, accounts.has_code(user.pk), user.last_login)


@transaction.atomic
def take_up(username: str, until: int, mark: str, *, now: datetime) -> User:
    """Use a one-time link up: every way in that there was is dead, and its holder makes a new one."""
    user = accounts.hold(username, NoSuchLink(USED_UP))
    check_link(username, until, mark, now=now)
    Invitation.objects.filter(username=username).delete()
    if Authenticator.objects.filter(user=user).delete()[0]:
        accounts.tell_of_removed_code(username, by=accounts.as_handler(user), now=now)
    Binding.objects.filter(user_id=user.pk).delete()
    user.set_password(None)
    user.save(update_fields=["password"])
    sessions.end_all(user, by=accounts.as_handler(user), now=now)
    return user


@transaction.atomic
def use_link(username: str, until: int, mark: str, password: str, *, now: datetime) -> None:
    """Set the password with a one-time link.  The second factor, if any, has to be set up anew."""
    accounts.check_password(password, accounts.hold(username, NoSuchLink(USED_UP)))
    user = take_up(username, until, mark, now=now)
    accounts.keep_password(user, password, by=accounts.as_handler(user), now=now)


@transaction.atomic
def invite(username: str, name: str, as_what: Iterable[Role], *, by: Actor, now: datetime) -> str:
    """An account for a colleague, and the link with which they take it up.  Refusals: as ``create_handler``."""
    accounts.create_handler(username, name, as_what=as_what, by=by, now=now)
    return one_time_link(username, by=by, now=now)


def open_links(*, now: datetime) -> tuple[OpenLink, ...]:
    """The one-time links that can still be used, the newest first."""
    rows = Invitation.objects.filter(until__gte=int(now.timestamp())).order_by("-at")
    return tuple(OpenLink(row.username, datetime.fromtimestamp(row.until, UTC), row.by) for row in rows)


@transaction.atomic
def withdraw_link(username: str, *, by: Actor, now: datetime) -> None:
    """The open link of this person works no more.  ``NoSuchLink`` when there is none."""
    if not Invitation.objects.filter(username=username).delete()[0]:
        raise NoSuchLink("No link is open for %(username)s.", username=username)
    log.append(log.HOUSE, LinkWithdrawn(username), by=by, now=now)


def _mark(user: User, until: int) -> str:
    """Binds a link to the account as it is now: any new password, code or state makes it worthless."""
    codes = Authenticator.objects.filter(user_id=user.pk).order_by("pk").values_list("pk", flat=True) if user.pk else []
    state = json.dumps([user.username, user.password, user.is_active, list(codes), until])
    return sealing.token(own_key("one-time links"), state)
