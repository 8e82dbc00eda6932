"""The page of the first run, behind a one-time link that the program prints when it starts."""

import hmac
import os
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from meldpunt.desk import founding
from meldpunt.desk.errors import BadHandler
from meldpunt.desk.founding import FirstHandler
from meldpunt.desk.middleware import in_words
from meldpunt.ground import clock
from meldpunt.ground.errors import OutsideFailure, Refusal
from meldpunt.ground.values import Actor, Role

TOKEN = "MELDPUNT_SETUP_TOKEN"  # noqa: S105 - the name of a variable
BY = Actor(Role.OPERATOR, "setup")
SECRETS = ("password1", "password2")


class SetupForm(forms.Form):
    """What a new house must know.  What it means is judged by ``founding``."""

    name = forms.CharField(
        label=_("Name of the organisation"), max_length=150, error_messages={"required": _("Fill in the name.")}
    )
    contact = forms.CharField(
        label=_("Mail address for reports"),
        max_length=254,
        validators=[validate_email],
        help_text=_("It stands in your policy and in your OpenPGP key. Reports that are mailed to it arrive here."),
        error_messages={"required": _("Fill in the mail address for reports.")},
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of the policy"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )
    handler = forms.CharField(
        label=_("Your name"), max_length=100, error_messages={"required": _("Fill in your name.")}
    )
    username = forms.CharField(
        label=_("Your user name"),
        max_length=40,
        help_text=_("Small letters and digits. With it you sign in to the desk; colleagues see it in the log."),
        error_messages={"required": _("Choose a user name.")},
    )
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        help_text=_("At least 12 characters. A few unrelated words are easy to remember and hard to guess."),
        error_messages={"required": _("Choose a password.")},
    )
    password2 = forms.CharField(
        label=_("The same password once more"),
        strip=False,
        max_length=1000,
        error_messages={"required": _("Type the password once more.")},
    )

    def clean(self) -> dict[str, Any]:
        words = super().clean() or {}
        if "password1" in words and "password2" in words and words["password1"] != words["password2"]:
            self.add_error("password2", gettext("The two passwords are not the same."))
        return words


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, found, and say where to go on.  A wrong token, or a house that stands already: 404."""
    wanted = os.environ.get(TOKEN, "")
    if not wanted or not hmac.compare_digest(wanted.encode(), token.encode()):
        raise Http404
    folder = settings.MELDPUNT_DATA
    if founding.is_founded(folder):
        raise Http404
    form = SetupForm(request.POST if request.method == "POST" else None, initial={"languages": ["nl", "en"]})
    if request.method == "POST" and form.is_valid() and _found(form):
        words = {"desk": settings.CONFIG.desk_address, "portal": settings.CONFIG.portal_address, "form": form}
        return _never_stored(render(request, "setup/done.html", words))
    return _never_stored(render(request, "setup/form.html", {"form": form}, status=400 if form.errors else 200))


def _found(form: SetupForm) -> bool:
    """Make the house; what is refused stands in the form afterwards."""
    words = form.cleaned_data
    try:
        founding.found(
            settings.MELDPUNT_DATA,
            name=words["name"],
            contact=words["contact"],
            languages=[code for code, _name in settings.LANGUAGES if code in words["languages"]],
            url=settings.CONFIG.public_url or None,
            handler=FirstHandler(words["username"], words["handler"], words["password1"]),
            by=BY,
            now=clock.now(),
        )
    except BadHandler as refusal:
        form.add_error("password1" if "%(why)s" in refusal.sentence else "username", in_words(refusal))
    except Refusal as refusal:
        form.add_error(None, in_words(refusal))
    except OutsideFailure as trouble:
        form.add_error(None, str(trouble))
    return not form.errors


def _never_stored(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
