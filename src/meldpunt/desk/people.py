"""Who may sit at the desk, and as what: for administrators.  What each role may do stands below it, from the rules."""

from collections.abc import Mapping
from types import MappingProxyType

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from meldpunt.desk import accounts, roles
from meldpunt.desk.accounts import Handler
from meldpunt.desk.case import catch_up
from meldpunt.desk.middleware import DeskRequest, in_words
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.rights import TABLE, Right
from meldpunt.ground.values import AT_THE_DESK, Role
from meldpunt.policy import queries as policy

ROLES: Mapping[Role, Promise] = MappingProxyType(
    {
        Role.HANDLER: _("Handler"),
        Role.LEAD: _("Lead"),
        Role.COUNSEL: _("Counsel"),
        Role.PRIVACY_OFFICER: _("Privacy officer"),
        Role.AUDITOR: _("Auditor"),
        Role.ADMINISTRATOR: _("Administrator"),
    }
)
RIGHTS: Mapping[Right, Promise] = MappingProxyType(
    {
        Right.CASE: _("See a case: its title, where it stands, what is owed"),
        Right.READ: _("Read the report, the letters, the notes and the files"),
        Right.WHO: _("See who reported"),
        Right.SEARCH: _("Search in what was written"),
        Right.EVERY_CASE: _("See the cases that are for named people too"),
        Right.WORK: _("Assess, answer, set dates, close, agree about an embargo"),
        Right.WRITE: _("Write to a reporter as part of another act"),
        Right.NOTE: _("Keep internal notes"),
        Right.HELD: _("Decide about held letters"),
        Right.CONDUCT: _("Review the conduct and give the safe-harbour statement"),
        Right.CONSENT: _("Ask the reporter for a consent"),
        Right.PRIVACY: _("Credit, erasure and data breach"),
        Right.DISCLOSE: _("Hand a report over and share with others"),
        Right.PUBLISH: _("Plan and publish, and thank"),
        Right.GIVE: _("Say for whom a case is and who handles it"),
        Right.PROMISES: _("See what is owed and kept in every case, by reference alone"),
        Right.SCORE: _("See the score and the figures"),
        Right.LEDGER: _("Check the log and take it along"),
        Right.POLICY: _("Propose, approve and publish a change of the policy"),
        Right.PEOPLE: _("Say who may sit at the desk, and as what"),
    }
)


@require_safe
def people(request: DeskRequest) -> HttpResponse:
    return _page(request)


@require_POST
def change(request: DeskRequest, username: str) -> HttpResponse:
    """The roles of one person: those that are ticked and no other."""
    ticked = [role for role in AT_THE_DESK if role in request.POST.getlist("roles")]
    try:
        was = request.POST["was"].split() if "was" in request.POST else None
        roles.set_roles(username, ticked, by=request.actor, now=request.now, was=was)
    except (Invalid, Conflict) as refusal:
        return _page(request, 400 if isinstance(refusal, Invalid) else 409, username, in_words(refusal))
    catch_up()
    return redirect("desk:people")


def _page(request: DeskRequest, status: int = 200, whose: str = "", wrong: str = "") -> HttpResponse:
    shown = {
        "rows": [(one, _offered(one)) for one in accounts.list_handlers()],
        "whose": whose,
        "wrong": wrong,
        "roles": [ROLES[role] for role in AT_THE_DESK],
        "rights": [(words, [right in TABLE[role] for role in AT_THE_DESK]) for right, words in RIGHTS.items()],
        "zone": policy.current().policy.calendar.zone,
    }
    return render(request, "desk/people.html", shown, status=status)


def _offered(one: Handler) -> list[tuple[Role, Promise, bool]]:
    return [(role, ROLES[role], role in one.roles) for role in AT_THE_DESK]
