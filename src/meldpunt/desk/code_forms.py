"""The form that asks for a code: from the generator, half a minute early or late, or a recovery code; each once."""

import hmac
from datetime import datetime
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from meldpunt.desk import accounts, codes, patience
from meldpunt.desk.events import RecoveryCodeUsed
from meldpunt.ledger import log

STEP = 30  # seconds
WINDOW = (0, -1, 1)  # half minutes that two clocks may be apart


@transaction.atomic
def spend(id: int, code: str, now: datetime) -> bool:
    """Whether this generator shows this code now.  It, and every earlier one, is worthless afterwards."""
    row = Authenticator.objects.select_for_update().get(pk=id)
    secret = codes.open_secret(row.data["secret"])
    current = int(now.timestamp()) // STEP
    for step in (current + off for off in WINDOW):
        if step > row.data.get("spent", -1) and hmac.compare_digest(format_hotp_value(hotp_value(secret, step)), code):
            row.data["spent"] = step
            row.save(update_fields=["data"])
            return True
    return False


class _OnceOnly:
    """What both forms do with a code."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        typed = "".join(sign for sign in self.cleaned_data["code"] if sign.isascii() and sign.isdigit())
        right = patience.try_code(context.request, self.user.username)
        if right is None:
            raise ValidationError(gettext("There were too many attempts. Wait a few minutes and try again."))
        for row in Authenticator.objects.filter(user=self.user).exclude(type="webauthn").order_by("-type"):
            if _is_right(row, typed, context.request.now):
                row.user = self.user
                self.authenticator = row
                right()
                return typed
        accounts.tell_of_failed_sign_in(self.user.username, now=context.request.now)
        raise get_adapter().validation_error("incorrect_code")


@transaction.atomic
def _is_right(row: Authenticator, typed: str, now: datetime) -> bool:
    if row.type == "totp":
        return spend(row.pk, typed, now)
    if not row.wrap().validate_code(typed):
        return False
    log.append(log.HOUSE, RecoveryCodeUsed(row.user.username), by=accounts.as_handler(row.user), now=now)
    return True


class CodeForm(_OnceOnly, AuthenticateForm):  # type: ignore[misc]
    """Asked at the sign-in."""


class CodeOnceMoreForm(_OnceOnly, ReauthenticateForm):  # type: ignore[misc]
    """Asked before something that matters."""

    def save(self) -> None:
        context.request.session.cycle_key()
        super().save()
