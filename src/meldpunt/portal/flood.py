"""Tickets against floods: see ``intake.flood`` for the rule.

A ticket is signed and kept nowhere.  It names the value ``once`` of its form, which is taken once only, so it
cannot be used again either.
"""

from datetime import UTC, datetime, timedelta

from django.core import signing
from django.core.cache import cache

from meldpunt.intake import flood
from meldpunt.intake.flood import Pace
from meldpunt.intake.queries import forms_since

SALT = "meldpunt.portal.flood"
COUNTER = "meldpunt-forms-that-waited"  # a number for a stretch of time, and nothing about anybody


def ticket(once: str, now: datetime, shown: str = "") -> str:
    """For a form that is shown now: the one that it ``shown`` carried already, if that is still good."""
    age = _age(shown, once, now)
    if age is not None and age < flood.GOOD_FOR:
        return shown
    return signing.dumps([once, int(now.timestamp())], salt=SALT)


def hindrance(shown: str, once: str, work: str, now: datetime) -> Pace | None:
    """What has to be done first, by whoever sends this form now; ``None`` when it may come in."""
    asked = flood.pace(forms_since(now - flood.WINDOW))
    if asked is None:
        return None
    age = _age(shown, once, now)
    if age is None:
        return asked
    bits = flood.worked(shown, work) if work else 0
    place = f"{COUNTER}-{int(now.timestamp() // flood.WINDOW.total_seconds())}"
    if not flood.passes(asked, age, bits, int(cache.get(place, 0))):
        return asked
    if bits < asked.bits:
        cache.add(place, 0, timeout=2 * flood.WINDOW.total_seconds())
        cache.incr(place)
    return None


def _age(shown: str, once: str, now: datetime) -> timedelta | None:
    """How long ago the form was fetched; ``None`` when it is no ticket of ours for this form."""
    try:
        named, at = signing.loads(shown, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return now - datetime.fromtimestamp(at, UTC) if named == once else None
