"""What the sign-in library asks us: no sign-up, no mail, secrets sealed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from meldpunt.desk import accounts, codes, patience

WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, no mail, no flash messages: a page says itself what happened."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The desk never writes about accounts by mail."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: see above."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return patience.bucket(request, str(credentials.get("username", "")).lower())

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = super().post_login(request, user, **kwargs)
        patience.know(answer, user.username)
        return answer

    def set_password(self, user: User, password: str) -> None:
        """Called when a handler changed their own password; the form has judged it."""
        accounts.keep_password(user, password, by=accounts.as_handler(user), now=context.request.now)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has no second factor yet came in by the password a moment ago and can do nothing but enrol."""
        return accounts.has_second_factor(context.request.user.pk)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Password, code or passkey, in our words."""
        return [{**way, "description": WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)]


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are sealed before they reach the database; the QR code is drawn by us."""

    def encrypt(self, text: str) -> str:
        return codes.seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        return codes.open_secret(encrypted_text)

    def build_totp_url(self, user: User, secret: str) -> str:
        return codes.otpauth_url(user.username, secret)

    def build_totp_svg(self, url: str) -> str:
        return codes.qr_code(url)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing goes by mail."""
