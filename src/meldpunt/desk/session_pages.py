"""Pages about one's own sessions: where one is signed in, staying signed in, and forms that came too late."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from meldpunt.desk import accounts, kept, sessions
from meldpunt.desk.middleware import DeskRequest, to_sign_in
from meldpunt.policy import queries as policy


def _ends(request: DeskRequest) -> bool:
    return request.method == "POST"


@reauthentication_required(app="allauth.mfa", enabled=_ends)  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: DeskRequest) -> HttpResponse:
    """Where I am signed in; end one of them, or all but this."""
    this, by = request.session.session_key, accounts.as_handler(request.user)
    if request.method == "POST":
        if "others" in request.POST:
            sessions.end_all(request.user, this, by=by, now=request.now)
        else:
            sessions.end(request.user, request.POST.get("end", ""), by=by, now=request.now)
        return redirect("sessions")
    words = {
        "seats": sessions.of(request.user.pk, this, now=request.now),
        "zone": policy.current().policy.calendar.zone,
        "idle": int(sessions.idle().total_seconds()) // 60,
    }
    return render(request, "account/sessions.html", words)


@require_http_methods(["GET", "POST"])
def alive(request: DeskRequest) -> HttpResponse:
    """How many seconds are left.  Asking (GET) changes nothing; saying that one is there (POST) does."""
    return JsonResponse({"idle": request.idle_left, "rest": request.rest_left})


@require_http_methods(["GET", "HEAD", "POST"])
def kept_forms(request: DeskRequest) -> HttpResponse:
    """What was written when the session had ended: send it, or throw it away."""
    if request.method == "POST":
        kept.drop(request.session, request.user.pk, request.POST.get("path", ""))
    waiting = kept.forms(request.session, request.user.pk)
    if not waiting:
        return redirect("desk:inbox")
    return render(request, "account/kept.html", {"forms": waiting, "kept": True})


def too_late(request: DeskRequest) -> HttpResponseBase:
    """Somebody who is not signed in sends a form: its words are kept, or at least shown once more."""
    if kept.keep(request):
        return HttpResponseRedirect(reverse("account_login"))
    form = kept.as_form(request.get_full_path(), request.POST, len(request.FILES))
    if not form.words:
        return to_sign_in(request)
    return render(request, "account/kept.html", {"forms": [form]}, status=401)


def csrf_failure(request: Any, reason: str = "") -> HttpResponseBase:
    """The page is older than the sign-in.  What came from a page of ours is shown once more, with a new mark."""
    if request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}":
        if not request.user.is_authenticated:
            return too_late(request)
        form = kept.as_form(request.get_full_path(), request.POST, len(request.FILES))
        return render(request, "account/kept.html", {"forms": [form]}, status=403)
    heading = gettext("That did not work")
    sentence = gettext("The form did not come from a page of the desk. Nothing was stored.")
    words = {"layout": "desk/base.html", "status": 403, "heading": heading, "sentence": sentence}
    return render(request, "errors/error.html", words, status=403)
