"""What the sign-in library asks us: no sign-up, no mail, secrets sealed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meldpunt.desk import accounts, codes, kept, patience, provider, sessions
from meldpunt.desk.strength import is_strong
from meldpunt.ledger import rows

OURS = {"allauth.mfa.stages.AuthenticateStage": "meldpunt.desk.adapter.SecondFactorStage"}
WAYS = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


class Accounts(AuthenticationBackend):  # type: ignore[misc]
    """Who is signed in.  Every page at the desk asks it."""

    def get_user(self, user_id: int) -> User | None:
        user = rows.first(User, id=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, no mail, no flash messages: a page says itself what happened."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The user name or the password is not right.")
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The desk never writes about accounts by mail."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: see above."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        if patience.is_flooded(request, _name(credentials)):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return patience.bucket(request, _name(credentials))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        accounts.tell_of_failed_sign_in(_name(credentials), now=context.request.now)

    def reauthenticate(self, user: User, password: str) -> bool:
        right: bool = super().reauthenticate(user, password)
        if right:
            context.request.session.cycle_key()
        return right

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = super().post_login(request, user, **kwargs)
        accounts.tell_of_sign_in(user, _way(request, user), now=context.request.now)
        if kept.claim(request.session, user.pk):
            answer = HttpResponseRedirect(reverse("kept"))
        patience.know(answer, user.username)
        return answer

    def login(self, request: HttpRequest, user: User) -> None:
        request.session[sessions.BROWSER] = sessions.family(request.headers)
        super().login(request, user)
        sessions.clear_away(now=context.request.now)

    def get_login_stages(self) -> list[str]:
        return [OURS.get(stage, stage) for stage in super().get_login_stages()]

    def logout(self, request: HttpRequest) -> None:
        """A form that is still open in another tab is not lost: see ``kept``."""
        kept.end(request.session)
        request.user = AnonymousUser()

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Asked before ``logout``."""
        by_provider = provider.is_on() and _way(request, request.user) == "provider"
        return reverse("provider_out" if by_provider else "account_login")

    def set_password(self, user: User, password: str) -> None:
        """Called when a handler changed their own password; the form has judged it."""
        by, now = accounts.as_handler(user), context.request.now
        accounts.keep_password(user, password, by=by, now=now)
        sessions.end_all(user, context.request.session.session_key, by=by, now=now)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has no second factor yet came in by the password a moment ago and can do nothing but enrol."""
        return accounts.has_second_factor(context.request.user.pk)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Password, code or passkey, in our words."""
        return [{**way, "description": WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)]


def _name(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username", "")).lower()


def _way(request: HttpRequest, user: Any) -> str:
    """How somebody came in, for the ledger."""
    records = get_authentication_records(request, user)
    if any(one.get("passwordless") for one in records):
        return "passkey"
    return "provider" if any(one["method"] == "provider" for one in records) else "password"


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks for a code or a passkey, unless the provider has seen a second factor and is trusted for it."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not is_strong(request, self.login.user) and super()._should_handle(request)


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
