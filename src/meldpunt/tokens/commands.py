"""Make a token, revoke it, note that it was used."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.tokens import rules
from meldpunt.tokens.errors import BadToken, NoSuchToken
from meldpunt.tokens.events import TokenActed, TokenMade, TokenRevoked, TokenUsed
from meldpunt.tokens.models import Token
from meldpunt.tokens.rules import Scope


@dataclass(frozen=True, slots=True)
class NewToken:
    """``secret`` is shown once and kept nowhere."""

    id: str
    secret: str = field(repr=False)


@transaction.atomic
def make(label: str, scope: Scope, days: int, *, by: Actor, now: datetime) -> NewToken:
    """A token of the actor's own.  ``BadToken``."""
    label, until = rules.check_label(label), now + rules.check_lives(days)
    if Token.objects.filter(holder=by.name, revoked_at__isnull=True).count() >= rules.MOST_TOKENS:
        raise BadToken("You have %(most)d tokens. Revoke one that you do not need.", most=rules.MOST_TOKENS)
    made = NewToken(secrets.token_hex(6), rules.PREFIX + secrets.token_urlsafe(32))
    Token.objects.create(
        id=made.id,
        holder=by.name,
        label=label,
        digest=rules.digest_of(made.secret),
        scope=scope,
        made_at=now,
        expires_at=until,
    )
    log.append(log.HOUSE, TokenMade(made.id, by.name, scope, until.isoformat()), by=by, now=now)
    return made


@transaction.atomic
def revoke(token: str, *, by: Actor, now: datetime) -> None:
    """The actor's own token dies.  ``NoSuchToken``."""
    if not Token.objects.filter(pk=token, holder=by.name, revoked_at__isnull=True).update(revoked_at=now):
        raise NoSuchToken("You have no such token.")
    log.append(log.HOUSE, TokenRevoked(token, by.name), by=by, now=now)


@transaction.atomic(savepoint=False)
def revoke_all(holder: str, *, by: Actor, now: datetime) -> None:
    """Somebody may not sign in any more: neither may their programs."""
    alive = Token.objects.filter(holder=holder, revoked_at__isnull=True)
    for token in list(alive.values_list("pk", flat=True)):
        log.append(log.HOUSE, TokenRevoked(token, holder), by=by, now=now)
    alive.update(revoked_at=now)


@transaction.atomic
def note_use(token: str, *, by: Actor, now: datetime) -> None:
    """It was used; the ledger hears it once a day."""
    row = Token.objects.select_for_update().get(pk=token)
    if row.used_on != now.date():
        row.used_on = now.date()
        row.save(update_fields=["used_on"])
        log.append(log.HOUSE, TokenUsed(token, row.holder, now.date().isoformat()), by=by, now=now)


@transaction.atomic(savepoint=False)
def note_act(ref: CaseRef, token: str, act: str, *, by: Actor, now: datetime) -> None:
    """Say in the case that what was just done in it was done with a program.  Within the transaction of the act."""
    log.append(ref, TokenActed(token, act), by=by, now=now)
