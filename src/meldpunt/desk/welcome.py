"""Taking up a one-time link: with a password, with a passkey, or with an account of the sign-in provider."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from meldpunt.desk import accounts, links, passkeys, provider_pages
from meldpunt.desk.errors import BadHandler, BadPasskey
from meldpunt.desk.middleware import DeskRequest, in_words


class NewPasswordForm(forms.Form):
    """A new password, twice.  Whether it is good enough is judged by ``accounts``."""

    password1 = forms.CharField(label=gettext_lazy("New password"), strip=False, max_length=1000)
    password2 = forms.CharField(label=gettext_lazy("The same once more"), strip=False, max_length=1000)

    def clean(self) -> dict[str, Any]:
        words = super().clean() or {}
        if "password1" in words and "password2" in words and words["password1"] != words["password2"]:
            self.add_error("password2", gettext("The two passwords are not the same."))
        return words


@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: DeskRequest, username: str, until: int, mark: str) -> HttpResponse:
    """The one-time link: choose a password (a second factor follows), make a passkey, or come in by the provider."""
    handler = links.check_link(username, until, mark, now=request.now)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            links.use_link(username, until, mark, form.cleaned_data["password1"], now=request.now)
            return render(request, "account/welcomed.html", {"handler": handler})
        except BadHandler as refusal:
            form.add_error("password1", str(refusal))
    words = {"handler": handler, "form": form, "here": request.path}
    return render(request, "account/welcome.html", words, status=400 if form.errors else 200)


@require_POST
def passkey_question(request: DeskRequest, username: str, until: int, mark: str) -> HttpResponse:
    links.check_link(username, until, mark, now=request.now)
    user = accounts.account(username)
    return JsonResponse(passkeys.ask_for_new(user, request.session, now=request.now))


@require_POST
def passkey(request: DeskRequest, username: str, until: int, mark: str) -> HttpResponseBase:
    """A passkey instead of a password: both factors at once, so it signs in, too."""
    handler = links.check_link(username, until, mark, now=request.now)
    try:
        with transaction.atomic():
            user = links.take_up(username, until, mark, now=request.now)
            by, name = accounts.as_handler(user), gettext("Passkey %(number)s") % {"number": 1}
            made = passkeys.keep(
                user, name, request.POST.get("credential", ""), request.session, by=by, now=request.now
            )
    except BadPasskey as refusal:
        here = reverse("welcome", args=[username, until, mark])
        words = {"handler": handler, "form": NewPasswordForm(), "refused": in_words(refusal), "here": here}
        return render(request, "account/welcome.html", words, status=400)
    record_authentication(request, user, "mfa", id=made.pk, type=made.type, passwordless=True)
    answer: HttpResponseBase = perform_login(request, Login(user=user))
    return answer


@require_POST
def by_provider(request: DeskRequest, username: str, until: int, mark: str) -> HttpResponse:
    links.check_link(username, until, mark, now=request.now)
    link = {"username": username, "until": until, "mark": mark}
    return provider_pages.send_on(request, provider_pages.INVITED, **link)
