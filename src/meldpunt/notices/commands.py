"""How everybody wants to be told, and their webhooks.  Each for themselves."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from meldpunt.ground.values import Actor
from meldpunt.ledger import log
from meldpunt.notices import rules
from meldpunt.notices.errors import BadWish, NoHook
from meldpunt.notices.events import HookRemoved, HookSet, NoticesWished
from meldpunt.notices.models import Hook, Notice, Preference
from meldpunt.notices.rules import Form, What, Wish
from meldpunt.promises import colleagues
from meldpunt.vault import openpgp, sealing
from meldpunt.vault.keyring import PublicKeys

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewHook:
    """``secret``: shown once; who receives the calls checks their signature with it."""

    secret: str = field(repr=False)


@transaction.atomic
def wish(name: str, wish: Wish, by_mail: bool, key: bytes, *, by: Actor, now: datetime) -> None:
    """Somebody says how they want to be told.  ``key``: their OpenPGP certificate, or nothing.  ``BadWish``."""
    certificate = _certificate(key) if key else b""
    quiet = wish.quiet
    said = {
        "how": wish.how,
        "by_mail": by_mail,
        "quiet_since": quiet.since if quiet else None,
        "quiet_until": quiet.until if quiet else None,
        "key": certificate,
    }
    Preference.objects.update_or_create(name=name, defaults=said, create_defaults={**said, "since": now})
    fact = NoticesWished(name, wish.how, by_mail, quiet is not None, bool(certificate))
    log.append(log.HOUSE, fact, by=by, now=now)


def _certificate(data: bytes) -> bytes:
    """The one public key in it, to which something can be encrypted."""
    found = openpgp.read_keys(data)
    if len(found) != 1 or found[0].secret:
        raise BadWish("Paste one OpenPGP public key: the block that begins with BEGIN PGP PUBLIC KEY BLOCK.")
    if not found[0].can_encrypt:
        raise BadWish("Nothing can be encrypted to this OpenPGP key. It may have expired.")
    return found[0].data


@transaction.atomic
def set_hook(name: str, form: Form, url: str, *, keys: PublicKeys, by: Actor, now: datetime) -> NewHook:
    """Somebody's webhook, instead of the one they had.  ``BadHook``; ``NoHook`` when nobody calls them here."""
    url = rules.check_url(url)
    if not keys.hooks:
        raise NoHook("Webhooks are not called yet. Try again in a moment; if it stays so, ask who runs Meldpunt.")
    secret = secrets.token_bytes(SECRET_BYTES)
    plain = json.dumps({"url": url, "secret": secret.hex()}).encode()
    Hook.objects.update_or_create(
        name=name,
        defaults={
            "form": form,
            "sealed": sealing.seal(keys.hooks, plain, rules.hook_context(name)),
            "set_at": now,
            "next_at": now,
            "failures": 0,
            "failing_since": None,
            "why": "",
            "called_at": None,
            "stopped_at": None,
        },
    )
    log.append(log.HOUSE, HookSet(name, form), by=by, now=now)
    return NewHook("whsec_" + base64.b64encode(secret).decode())


@transaction.atomic
def remove_hook(name: str, *, by: Actor, now: datetime) -> None:
    """Somebody wants no calls any more."""
    if Hook.objects.filter(name=name).delete()[0]:
        Notice.objects.filter(person=name).update(hook_at=None)
        log.append(log.HOUSE, HookRemoved(name), by=by, now=now)


@transaction.atomic
def try_hook(name: str, *, by: Actor, now: datetime) -> None:
    """Have a notice sent that says nothing, at once.  ``NoHook``."""
    if not Hook.objects.filter(name=name, stopped_at__isnull=True).update(next_at=now):
        raise NoHook("You have no webhook that is called.")
    Notice.objects.filter(person=name, what=What.TEST).delete()
    Notice.objects.create(person=name, what=What.TEST, at=now, hook_at=now)


@transaction.atomic(savepoint=False)
def leave(name: str, *, by: Actor, now: datetime) -> None:
    """Somebody may not sign in any more: nothing is told to them, and nothing of theirs is called."""
    remove_hook(name, by=by, now=now)
    Preference.objects.filter(name=name).delete()
    Notice.objects.filter(person=name).delete()
    colleagues.leave(name, by=by, now=now)
