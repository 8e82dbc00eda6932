"""The keys of the desk: which there are, and whether single letters work at all.

Whoever speaks to their computer, or whose hands hit a key now and then, switches them off; a cookie remembers
it.  Nothing can be done by a key alone: each does what a link, a button or a field on the page does.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

COOKIE, OFF = "desk-keys", "off"
AGE = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "desk/keys.html")
    answer = redirect("desk:keys")
    wanted = OFF if request.POST.get("keys") == OFF else "on"
    answer.set_cookie(COOKIE, wanted, AGE, secure=settings.SECURE, httponly=True, samesite="Strict")
    return answer


def are_on(request: HttpRequest) -> bool:
    return request.COOKIES.get(COOKIE) != OFF
