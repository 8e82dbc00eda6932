"""One's own tokens, and whose token this is."""

from dataclasses import dataclass
from datetime import date, datetime

from meldpunt.ground.values import Actor
from meldpunt.tokens.errors import NoToken
from meldpunt.tokens.models import Token
from meldpunt.tokens.rules import Bearer, Scope, digest_of, is_alive


@dataclass(frozen=True, slots=True)
class TokenView:
    id: str
    label: str
    scope: Scope
    made_at: datetime
    expires_at: datetime
    used_on: date | None
    alive: bool


def own(viewer: Actor, now: datetime) -> tuple[TokenView, ...]:
    """The viewer's own, the newest first; those that were revoked are told no more."""
    rows = Token.objects.filter(holder=viewer.name, revoked_at__isnull=True).order_by("-made_at", "id")
    return tuple(
        TokenView(
            row.id,
            row.label,
            Scope(row.scope),
            row.made_at,
            row.expires_at,
            row.used_on,
            is_alive(row.expires_at, row.revoked_at, now),
        )
        for row in rows
    )


def bearer(secret: str, now: datetime) -> Bearer:
    """Whose token this is.  ``NoToken``: unknown, expired and revoked look the same."""
    row = Token.objects.filter(digest=digest_of(secret)).first()
    if row is None or not is_alive(row.expires_at, row.revoked_at, now):
        raise NoToken("This token is not known, or not valid any more.")
    return Bearer(row.id, row.holder, Scope(row.scope), secret)


def is_first_use(token: str, now: datetime) -> bool:
    """Whether ``commands.note_use`` has anything to tell.  Takes no lock."""
    return not Token.objects.filter(pk=token, used_on=now.date()).exists()
