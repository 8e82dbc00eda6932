"""The pages of passkeys: sign in with one, make, name and remove one's own, and say that it is still you.

A browser first asks for our question (JSON), lets its owner choose a passkey, and sends the answer as an ordinary
form.  Without JavaScript there are no passkeys; the way of password and code is whole without them.
"""

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import BaseReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django import forms
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from meldpunt.desk import accounts, passkeys
from meldpunt.desk.errors import BadPasskey, LastPasskey, NoSuchPasskey
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.signing_in import end_others


@require_POST
def question(request: DeskRequest) -> HttpResponse:
    """What the browser shall answer to sign in, or to say that it is still you."""
    return JsonResponse(passkeys.ask(request.session, now=request.now))


@require_POST
def sign_in(request: DeskRequest) -> HttpResponseBase:
    """A passkey alone: it is both factors.  No name is asked, so nothing can be guessed and nobody locked out."""
    try:
        found = passkeys.recognise(request.POST.get("credential", ""), request.session, now=request.now)
    except BadPasskey as refusal:
        words = {"refused": in_words(refusal)}
        return render(request, "account/passkey-refused.html", words, status=400)
    _record(request, found, passwordless=True)
    login = Login(user=found.user, redirect_url=get_next_redirect_url(request))
    answer: HttpResponseBase = perform_login(request, login)
    return answer


@require_POST
def new_question(request: DeskRequest) -> HttpResponse:
    return JsonResponse(passkeys.ask_for_new(request.user, request.session, now=request.now))


@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: DeskRequest) -> HttpResponse:
    """Make another passkey; with the first factor come recovery codes for who has a password."""
    if request.method != "POST":
        return _add_page(request)
    name, credential = request.POST.get("name", ""), request.POST.get("credential", "")
    try:
        made = passkeys.keep(
            request.user, name, credential, request.session, by=accounts.as_handler(request.user), now=request.now
        )
    except BadPasskey as refusal:
        return _add_page(request, in_words(refusal), 400)
    _record(request, made, reauthenticated=True)
    end_others(request)
    if request.user.has_usable_password() and not _has_recovery_codes(request):
        RecoveryCodes.activate(request.user)
        return redirect("mfa_view_recovery_codes")
    return redirect("mfa_index")


@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: DeskRequest, id: int) -> HttpResponse:
    """Name one's passkey anew, or remove it."""
    found = next((key for key in passkeys.of(request.user.pk) if key.id == id), None)
    if found is None:
        raise NoSuchPasskey("You have no such passkey.")
    if request.method != "POST":
        return render(request, "mfa/passkeys/one.html", {"passkey": found})
    if "remove" not in request.POST:
        passkeys.rename(request.user, id, request.POST.get("name", ""))
        return redirect("mfa_index")
    try:
        passkeys.remove(request.user, id, by=accounts.as_handler(request.user), now=request.now)
    except LastPasskey as refusal:
        words = {"passkey": found, "refused": in_words(refusal)}
        return render(request, "mfa/passkeys/one.html", words, status=409)
    end_others(request)
    return redirect("mfa_index")


class CredentialForm(forms.Form):
    credential = forms.CharField(max_length=passkeys.MOST_ANSWER)


class OnceMoreView(BaseReauthenticateView):  # type: ignore[misc]
    """Say with a passkey that it is still you."""

    form_class = CredentialForm
    template_name = "mfa/passkeys/once-more.html"

    def form_valid(self, form: CredentialForm) -> HttpResponse:
        request = self.request
        try:
            found = passkeys.recognise(form.cleaned_data["credential"], request.session, now=request.now)
            if found.user != request.user:
                raise BadPasskey(passkeys.REFUSED)
        except BadPasskey as refusal:
            form.add_error(None, in_words(refusal))
            answer: HttpResponse = self.form_invalid(form)
            return answer
        request.session.cycle_key()
        _record(request, found, reauthenticated=True)
        answer = super().form_valid(form)
        return answer


def _add_page(request: DeskRequest, refused: str = "", status: int = 200) -> HttpResponse:
    count = len(passkeys.of(request.user.pk))
    words = {
        "refused": refused,
        "name": request.POST.get("name") or (gettext("Passkey %(number)s") % {"number": count + 1}),
        "passkeys_at": passkeys.address(),
        "first": not accounts.has_second_factor(request.user.pk),
    }
    return render(request, "mfa/passkeys/add.html", words, status=status)


def _record(request: DeskRequest, found: Authenticator, **how: bool) -> None:
    record_authentication(request, found.user, "mfa", id=found.pk, type=found.type, **how)


def _has_recovery_codes(request: DeskRequest) -> bool:
    return bool(Authenticator.objects.filter(user=request.user, type="recovery_codes").exists())
