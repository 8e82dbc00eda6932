"""How somebody is told, for their page; and whose webhooks fail, for who runs this."""

from dataclasses import dataclass
from datetime import datetime

from meldpunt.ground.values import Actor
from meldpunt.notices.models import Hook, Preference
from meldpunt.notices.rules import Form, Wish
from meldpunt.notices.telling import wish_in
from meldpunt.vault import openpgp


@dataclass(frozen=True, slots=True)
class HookView:
    """A webhook without its address.  ``why``: a short code of the trouble, or empty."""

    name: str
    form: Form
    set_at: datetime
    called_at: datetime | None
    failing_since: datetime | None
    why: str
    stopped: bool


@dataclass(frozen=True, slots=True)
class Own:
    """How somebody is told.  ``fingerprint``: of their OpenPGP key, or empty."""

    wish: Wish
    by_mail: bool
    key: str
    fingerprint: str
    hook: HookView | None


def own(viewer: Actor) -> Own:
    """How the viewer is told: their own page only."""
    row = Preference.objects.filter(name=viewer.name).first()
    hook = Hook.objects.filter(name=viewer.name).first()
    shown = _hook(hook) if hook else None
    if row is None:
        return Own(Wish(), True, "", "", shown)
    key = bytes(row.key)
    fingerprint = openpgp.read_keys(key)[0].fingerprint if key else ""
    return Own(wish_in(row), row.by_mail, openpgp.armor(key) if key else "", fingerprint, shown)


def hooks() -> tuple[HookView, ...]:
    """All of them; for ``meldpunt doctor``."""
    return tuple(_hook(row) for row in Hook.objects.order_by("name"))


def _hook(row: Hook) -> HookView:
    return HookView(
        row.name,
        Form(row.form),
        row.set_at,
        row.called_at,
        row.failing_since,
        row.why,
        row.stopped_at is not None,
    )
