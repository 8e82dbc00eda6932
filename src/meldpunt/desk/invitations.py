"""Inviting a colleague: a link that is shown once, lives for a day, is listed while it is open and can be withdrawn."""

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from meldpunt.desk import accounts, links, sessions
from meldpunt.desk.errors import BadHandler, HandlerExists
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.ground.values import AT_THE_DESK, Role
from meldpunt.policy import queries as policy


class InvitationForm(forms.Form):
    """Who is invited, and as what.  Whether that will do is judged by ``accounts``."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    username = forms.CharField(label=gettext_lazy("User name"), max_length=40)
    roles = forms.MultipleChoiceField(choices=[(role.value, role.value) for role in AT_THE_DESK])

    def chosen(self) -> list[tuple[str, str, bool]]:
        """Each role: its value, its word, whether it is ticked."""
        ticked = self.data.getlist("roles") if self.is_bound else [Role.HANDLER.value]  # type: ignore[attr-defined]
        return [(r.value, gettext(r.value.replace("-", " ").capitalize()), r.value in ticked) for r in AT_THE_DESK]


@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: DeskRequest) -> HttpResponse:
    """What is open, and a form for another one."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        name, username, by = form.cleaned_data["name"], form.cleaned_data["username"], request.actor
        try:
            chosen = [Role(value) for value in form.cleaned_data["roles"]]
            link = links.invite(username, name, chosen, by=by, now=request.now)
            return _page(request, InvitationForm(), link=link, whose=username)
        except (BadHandler, HandlerExists) as refusal:
            form.add_error("username", in_words(refusal))
    return _page(request, form, status=400 if form.errors else 200)


@require_POST
def anew(request: DeskRequest, username: str) -> HttpResponse:
    """Another link for somebody who is invited, or who has lost what they sign in with; the one before dies."""
    link = links.one_time_link(username, by=request.actor, now=request.now)
    return _page(request, InvitationForm(), link=link, whose=username)


@require_POST
def withdraw(request: DeskRequest, username: str) -> HttpResponse:
    links.withdraw_link(username, by=request.actor, now=request.now)
    return redirect("desk:invitations")


@require_POST
@transaction.atomic
def sign_out(request: DeskRequest, username: str) -> HttpResponse:
    """Sign somebody out wherever they are signed in: a device was lost, somebody left in a hurry."""
    sessions.end_all(accounts.hold(username), by=request.actor, now=request.now)
    return redirect("desk:invitations")


def _page(request: DeskRequest, form: InvitationForm, status: int = 200, **more: str) -> HttpResponse:
    words = {
        "form": form,
        "open": links.open_links(now=request.now),
        "people": [one for one in accounts.list_handlers() if one.active],
        "zone": policy.current().policy.calendar.zone,
        **more,
    }
    return render(request, "desk/invitations.html", words, status=status)
