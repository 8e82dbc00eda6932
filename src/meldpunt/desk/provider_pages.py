"""The pages of signing in with the organisation's own accounts.

A browser is sent on by a page of ours with a link, never by an answer to a form: our own rules (form-action, strict
cookies) let nothing else through.  For the same reason the way back goes through a page of ours.
"""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meldpunt.desk import accounts, links, provider
from meldpunt.desk.errors import AccountTaken, NoSuchAccount, NoSuchPage, NotProven
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.desk.signing_in import end_others

ASKED = "meldpunt.provider"  # in the session: our question, and what for
IN, CONNECT, INVITED = "sign in", "connect", "invited"


@require_POST
def sign_in(request: DeskRequest) -> HttpResponse:
    return send_on(request, IN, next=get_next_redirect_url(request) or "")


@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: DeskRequest) -> HttpResponseBase:
    """Connect one's own account of the provider, or give it up."""
    if request.method == "POST" and "release" in request.POST:
        provider.release(request.user, by=accounts.as_handler(request.user), now=request.now)
        end_others(request)
        return redirect("mfa_index")
    if request.method == "POST":
        return send_on(request, CONNECT)
    words = {"provider": provider.name(), "bound": provider.is_bound(request.user.pk)}
    return render(request, "account/provider.html", words)


@require_safe
def back(request: DeskRequest) -> HttpResponseBase:
    """The provider sends the browser here.  Strict cookies come only with a step of our own, so one is put between."""
    if not provider.is_on():
        raise NoSuchPage("There is nothing here.")
    if "here" not in request.GET:
        url = f"{request.path}?{urlencode({**request.GET.dict(), 'here': '1'})}"
        return render(request, "account/onward.html", {"onward": url, "provider": ""})
    asked = request.session.pop(ASKED, None)
    try:
        if asked is None:
            raise NotProven(provider.REFUSED)
        shown = provider.hear(asked, request.GET.dict(), now=request.now)
        return WAYS[asked["purpose"]](request, asked, shown)
    except (NotProven, NoSuchAccount, AccountTaken) as refusal:
        return render(request, "account/passkey-refused.html", {"refused": in_words(refusal)}, status=403)


@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """Out of the desk; the provider is told by whoever wants to be out there, too."""
    if not provider.is_on():
        raise NoSuchPage("There is nothing here.")
    words = {"provider": provider.name(), "goodbye": provider.goodbye()}
    return render(request, "account/provider-out.html", words)


def send_on(request: DeskRequest, purpose: str, **more: Any) -> HttpResponse:
    """Ask the provider who this is."""
    if not provider.is_on():
        raise NoSuchPage("There is nothing here.")
    url, asked = provider.ask(now=request.now)
    request.session[ASKED] = {**asked, "purpose": purpose, **more}
    return render(request, "account/onward.html", {"onward": url, "provider": provider.name()})


def _enter(request: DeskRequest, asked: Any, shown: provider.Shown) -> HttpResponseBase:
    user = provider.whose(shown)
    record_authentication(request, user, "provider", strong=shown.strong)
    answer: HttpResponseBase = perform_login(request, Login(user=user, redirect_url=asked["next"] or None))
    return answer


def _connect(request: DeskRequest, asked: Any, shown: provider.Shown) -> HttpResponseBase:
    if not request.user.is_authenticated:
        raise NotProven(provider.REFUSED)
    provider.bind(request.user, shown, by=accounts.as_handler(request.user), now=request.now)
    end_others(request)
    return redirect("mfa_index")


def _take_up(request: DeskRequest, asked: Any, shown: provider.Shown) -> HttpResponseBase:
    """The invitation is taken up with an account of the provider instead of a password."""
    with transaction.atomic():
        user = links.take_up(asked["username"], asked["until"], asked["mark"], now=request.now)
        provider.bind(user, shown, by=accounts.as_handler(user), now=request.now)
    return _enter(request, {"next": ""}, shown)


WAYS = {IN: _enter, CONNECT: _connect, INVITED: _take_up}
