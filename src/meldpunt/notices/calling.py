"""Webhooks that should be called: the side of the process that calls them.

It holds the hooks' key, which opens the address and secret of a webhook and nothing else; what it sends is made
of references and days.  A webhook is called at least once for each notice.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from meldpunt.ground.values import Actor
from meldpunt.ledger import log
from meldpunt.notices import rules, shapes, words
from meldpunt.notices.events import HookStopped
from meldpunt.notices.models import Hook, Notice
from meldpunt.notices.rules import Form
from meldpunt.notices.telling import forget_told, notice_in
from meldpunt.policy import queries as policy
from meldpunt.promises import colleagues
from meldpunt.vault import sealing

MOST_AT_ONCE = words.MOST_NAMED  # notices in one call
GONE = "gone"  # the receiver says that there is no such webhook any more (410)


@dataclass(frozen=True, slots=True)
class Call:
    """One call, ready to go.  ``notices``: what it tells, by number."""

    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    notices: tuple[int, ...] = ()


def due(now: datetime, most: int) -> tuple[str, ...]:
    """Whose webhooks should be called now; who waits longest comes first."""
    waiting = Notice.objects.filter(hook_at__lte=now).values("person")
    rows = Hook.objects.filter(stopped_at__isnull=True, next_at__lte=now, name__in=waiting).order_by("next_at", "name")
    return tuple(rows.values_list("name", flat=True)[:most])


def prepared(name: str, hooks_key: bytes, desk_url: str, now: datetime) -> Call | None:
    """What to call with what; nothing when it is gone meanwhile.  ``CannotOpen`` when it was sealed to another key."""
    row = Hook.objects.filter(name=name, stopped_at__isnull=True).first()
    due_ones = Notice.objects.filter(person=name, hook_at__lte=now).order_by("id")[:MOST_AT_ONCE]
    notices = [notice_in(one) for one in due_ones]
    if row is None or not notices:
        return None
    place = json.loads(sealing.unseal(hooks_key, bytes(row.sealed), rules.hook_context(name)))
    body = _body(Form(row.form), name, notices, desk_url, now)
    headers = shapes.headers_for(body, notices, bytes.fromhex(place["secret"]), now)
    return Call(place["url"], headers, body, tuple(one.id for one in notices))


def _body(form: Form, name: str, notices: Sequence[rules.Notice], desk_url: str, now: datetime) -> bytes:
    published = policy.current().policy
    person = colleagues.everybody().get(name)
    language = person.language if person else published.languages[0]
    draft = words.in_words(notices, language, desk_url, published.calendar.zone)
    return shapes.body_of(form, notices, [words.page_of(one, desk_url) for one in notices], draft, now)


@transaction.atomic
def delivered(name: str, notices: Sequence[int], *, by: Actor, now: datetime) -> None:
    """It was taken."""
    Notice.objects.filter(person=name, pk__in=notices).update(hook_at=None)
    Hook.objects.filter(name=name).update(next_at=now, failures=0, failing_since=None, why="", called_at=now)
    forget_told()


@transaction.atomic
def failed(name: str, why: str, *, by: Actor, now: datetime) -> None:
    """It was not.  Tried again after a while; after days, or when the receiver says that it is gone, no more."""
    row = Hook.objects.select_for_update().filter(name=name, stopped_at__isnull=True).first()
    if row is None:
        return
    row.failures = min(row.failures + 1, 30_000)
    row.failing_since, row.why = row.failing_since or now, why[:16]
    row.next_at = now + rules.pause_after(row.failures)
    if why == GONE or now - row.failing_since > rules.GIVE_UP_AFTER:
        row.stopped_at = now
        Notice.objects.filter(person=name).update(hook_at=None)
        forget_told()
        log.append(log.HOUSE, HookStopped(name, row.why), by=by, now=now)
    row.save()


@transaction.atomic
def forget_stale(*, by: Actor, now: datetime) -> None:
    """Nobody called for days, because calling is off: what waited for it is news no more."""
    Notice.objects.filter(hook_at__lt=now - rules.GIVE_UP_AFTER).update(hook_at=None)
    forget_told()


def anything_stale(now: datetime) -> bool:
    """Whether ``forget_stale`` has anything to do.  Takes no lock."""
    return Notice.objects.filter(hook_at__lt=now - rules.GIVE_UP_AFTER).exists()
