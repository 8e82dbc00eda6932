"""The pages about one's own account: the sign-in library's views, closed where they were open."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from meldpunt.desk import accounts, code_forms, codes, sessions
from meldpunt.desk.middleware import DeskRequest

PENDING = "meldpunt.enrolling"  # in the session: the sealed secret that is being shown


def end_others(request: DeskRequest) -> None:
    """A factor has changed: whoever is signed in elsewhere has to do it anew."""
    by = accounts.as_handler(request.user)
    sessions.end_all(request.user, request.session.session_key, by=by, now=request.now)


class EnrolForm(ActivateTOTPForm):  # type: ignore[misc]
    """Like the library's, but the secret that waits in the session is sealed, and survives a reload."""

    def __init__(self, *args: Any, user: Any, session: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)
        self.user = user
        if PENDING not in session:
            session[PENDING] = codes.seal_secret(generate_totp_secret())
        self.secret = codes.open_secret(session[PENDING])


class EnrolView(ActivateTOTPView):  # type: ignore[misc]
    form_class = EnrolForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "session": self.request.session}

    def form_valid(self, form: EnrolForm) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        request = self.request
        request.session.pop(PENDING, None)
        accounts.tell_of_code(request.user.username, by=accounts.as_handler(request.user), now=request.now)
        end_others(request)
        code = Authenticator.objects.get(user=request.user, type="totp")
        code_forms.spend(code.pk, form.cleaned_data["code"], request.now)  # it does not sign in once more
        # typing the code just now counts, so that the recovery codes are shown without asking again
        record_authentication(request, request.user, "mfa", id=code.pk, type="totp", reauthenticated=True)
        return answer


class UnenrolView(DeactivateTOTPView):  # type: ignore[misc]
    def form_valid(self, form: forms.Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        user = self.request.user
        accounts.tell_of_removed_code(user.username, by=accounts.as_handler(user), now=self.request.now)
        end_others(self.request)
        return answer


class NewRecoveryCodesView(GenerateRecoveryCodesView):  # type: ignore[misc]
    def form_valid(self, form: forms.Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        user = self.request.user
        accounts.tell_of_recovery_codes(user.username, by=accounts.as_handler(user), now=self.request.now)
        end_others(self.request)
        return answer


def too_many(request: HttpRequest) -> HttpResponse:
    """Asked by the sign-in library when somebody tries too often."""
    return render(request, "account/too-many.html", status=429)
