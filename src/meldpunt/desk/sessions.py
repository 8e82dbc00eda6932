"""Sessions at the desk: who is signed in, since when, in what kind of browser; and when that ends.

A session ends when nothing was asked for a while, and in any case after some hours (``idle_minutes`` and
``session_hours``).  The row outlives it by a week and opens nothing any more: it only says whose form it is
that comes too late (``kept``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import transaction

from meldpunt.desk import kept
from meldpunt.desk.errors import NoSuchSession
from meldpunt.desk.events import SessionsEnded
from meldpunt.desk.models import Session
from meldpunt.ground import clock
from meldpunt.ground.values import Actor
from meldpunt.ledger import log, rows
from meldpunt.ledger.rows import change, lightly

BROWSER = "meldpunt.browser"  # in the session: its family
NOBODYS = timedelta(hours=1)  # so long lives what belongs to nobody yet
EVERY = timedelta(seconds=60)  # how exactly "last seen" is known
FAMILIES = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """One signed-in browser, as its owner sees it.  ``id`` opens nothing."""

    id: str
    since: datetime
    seen: datetime
    browser: str
    this: bool


class SessionStore(DatabaseStore):
    """Django's, with columns for what its owner wants to see."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        """Without composing the question anew: every page at the desk begins with it."""
        self.row = rows.first(Session, session_key=self.session_key or "", expire_date__gt=clock.now())
        if self.row is None:
            self._session_key = None
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        made = super().create_model_instance(data)
        assert isinstance(made, Session)  # noqa: S101 - says it to the type checker
        user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        same = self.row is not None and self.row.user_id == user_id
        made.user_id, made.seen, made.browser = user_id, clock.now(), str(data.get(BROWSER, ""))
        made.since = self.row.since if self.row is not None and same else made.seen
        if user_id is None and kept.WAS not in data:
            made.expire_date = made.seen + NOBODYS
        self.row = made
        return made


def ends_at(row: Session) -> datetime:
    """When this session ends if nothing more is asked."""
    return min(row.seen + idle(), last_at(row))


def last_at(row: Session) -> datetime:
    """When it ends whatever is asked."""
    return row.since + timedelta(hours=int(settings.CONFIG.session_hours))


def idle() -> timedelta:
    return timedelta(minutes=int(settings.CONFIG.idle_minutes))


def touch(row: Session, *, now: datetime) -> None:
    """Something was asked: the session is alive."""
    if now - row.seen >= EVERY:
        row.seen = now
        with lightly():
            change(Session, {"seen": now}, session_key=row.pk)


def of(user_id: int, this_key: str | None, *, now: datetime) -> tuple[Seat, ...]:
    """Where somebody is signed in, this browser first, then as last seen."""
    rows = [row for row in Session.objects.filter(user_id=user_id) if ends_at(row) > now]
    seats = [Seat(_name(row), row.since, row.seen, row.browser, row.pk == this_key) for row in rows]
    return tuple(sorted(seats, key=lambda seat: (seat.this, seat.seen), reverse=True))


@transaction.atomic
def end(user: User, id: str, *, by: Actor, now: datetime) -> None:
    """Sign one browser out.  ``NoSuchSession`` for one that is not theirs."""
    row = next((row for row in Session.objects.filter(user_id=user.pk) if _name(row) == id), None)
    if row is None:
        raise NoSuchSession("That browser is not signed in any more.")
    row.delete()
    log.append(log.HOUSE, SessionsEnded(user.username), by=by, now=now)


@transaction.atomic
def end_all(user: User, but: str | None = None, *, by: Actor, now: datetime) -> None:
    """Sign somebody out everywhere; ``but`` in the browser with this session."""
    if Session.objects.filter(user_id=user.pk).exclude(pk=but or "").delete()[0]:
        log.append(log.HOUSE, SessionsEnded(user.username), by=by, now=now)


def clear_away(*, now: datetime) -> None:
    """Forget what ended long ago."""
    Session.objects.filter(expire_date__lt=now).delete()


def family(headers: Mapping[str, str]) -> str:
    """Coarsely, what kind of browser this is: "Firefox, Linux"."""
    said = headers.get("User-Agent", "")
    found = [next((name for sign, name in known if sign in said), "") for known in (FAMILIES, SYSTEMS)]
    return ", ".join(name for name in found if name)


def _name(row: Session) -> str:
    """What a page may call a session: its key would open it."""
    return f"{row.since.timestamp():.6f}"
