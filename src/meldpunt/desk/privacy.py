"""Privacy on a case's page: who may know, the data that was touched, the 72 hours, and the erasure."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from meldpunt.conversation.queries import CasePage
from meldpunt.desk import privacy_words as words
from meldpunt.desk.case import act
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.panels import Panel, Place
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.policy.rules import read_moment
from meldpunt.privacy import erasing, queries
from meldpunt.privacy.credit import Act as CreditAct
from meldpunt.privacy.credit import acts_for as credit_acts
from meldpunt.privacy.erasure import Act, Attestation, Data, Decision, Touched, acts_for, notify_by
from meldpunt.privacy.errors import BadBreach, BadErasure
from meldpunt.privacy.queries import DeskPage, ErasurePage, Standing

HOUR = timedelta(hours=1)
MOST_PEOPLE = 10**10


def panel(request: DeskRequest, page: CasePage) -> tuple[Panel, ...]:
    """What must be done now comes first; what can be done, behind one heading; what is known, beside."""
    known = queries.standing_of(page.case.ref)
    standing = known or Standing()
    here = queries.desk_page(request.actor, page.case.ref, request.keys) if known else DeskPage()
    zone = policy.current().policy.calendar.zone
    found = []
    officer = may(request.actor, Right.PRIVACY)
    if officer and standing.clock_runs:
        found.append(_clock(request, standing))
    due = queries.reminder_due(standing)
    if officer and (standing.letter_due or (due and due <= request.now)):
        found.append(Panel("desk/privacy_due.html", Place.FIRST, {"first": standing.letter_due}))
    found.append(Panel("desk/privacy.html", Place.ACT, _acts(request, page, standing, here.erasure, zone)))
    if known:
        found.append(Panel("desk/privacy_facts.html", Place.BESIDE, _facts(request, standing, here, zone)))
    return tuple(found)


def _clock(request: DeskRequest, standing: Standing) -> Panel:
    """The 72 hours in plain sight: their end with hour and zone, and how many are left."""
    assert standing.aware_at  # noqa: S101  # the clock runs
    until = notify_by(standing.aware_at)
    left = (until - request.now) // HOUR
    told = {
        "until": until,
        "aware": standing.aware_at,
        "left": left,
        "over": -left,
        "late": request.now > until,
        "decisions": list(words.DECISIONS.items()),
    }
    return Panel("desk/privacy_breach.html", Place.FIRST, told)


def _acts(
    request: DeskRequest, page: CasePage, standing: Standing, here: ErasurePage, zone: ZoneInfo
) -> dict[str, Any]:
    acts = acts_for(standing.erasure)
    return {
        "data": list(words.DATA.items()),
        "touched": here.touched,
        "breaches": [(words.DECISIONS[one.what.decision], one) for one in here.breaches],
        "decisions": list(words.DECISIONS.items()),
        "decided": bool(standing.decision),
        "now": request.now.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "aware": standing.aware_at and standing.aware_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "today": request.now.astimezone(zone).date().isoformat(),
        "may_note": Act.TOUCHED in acts,
        "may_ask": Act.ASK in acts or Act.REMIND in acts,
        "may_attest": Act.ATTEST in acts and standing.asked_at,
        "may_give_up": Act.GIVE_UP in acts,
        "may_credit": CreditAct.ASK in credit_acts(standing.credit),
        "anonymous": not page.reporter.shown,
    }


def _facts(request: DeskRequest, standing: Standing, here: DeskPage, zone: ZoneInfo) -> dict[str, Any]:
    touched = here.erasure.touched
    return {
        "consents": [words.consent(one, request.now, zone) for one in here.consents],
        "register": [(words.shared(one, zone), one) for one in here.register],
        "credit": here.credit,
        "wish": words.WISHES[standing.wish],
        "erasure": words.ERASURES[standing.erasure],
        "asked_at": standing.asked_at,
        "touched": [words.DATA[kind] for kind in touched.kinds] if touched else [],
        "people": touched.people if touched else None,
        "note": touched.note if touched else "",
        "attested": here.erasure.attested,
    }


@require_POST
def data(request: DeskRequest, ref: str) -> HttpResponse:
    """What data was touched; when people are concerned, since when that is known."""

    def work() -> None:
        posted = request.POST
        kinds = tuple(kind for kind in Data if kind in posted.getlist("kinds"))
        if not kinds and "nothing" not in posted:
            raise BadErasure("Please say what was touched, or that nothing was.")
        if kinds and "nothing" in posted:
            raise BadErasure("Either something was touched, or nothing was.")
        touched = Touched(kinds, _people(posted.get("people", "").strip()), posted.get("note", "").strip())
        aware = _moment(posted.get("aware_at", "")) if touched.about_people else None
        erasing.note_touched(CaseRef(ref), touched, aware, keys=request.keys, by=request.actor, now=request.now)

    return act(request, ref, "privacy", work)


@require_POST
def breach(request: DeskRequest, ref: str) -> HttpResponse:
    """What was decided about a data breach."""

    def work() -> None:
        posted = request.POST
        if posted.get("decision") not in tuple(Decision):
            raise BadBreach("Please choose what was decided.")
        erasing.assess_breach(
            CaseRef(ref),
            Decision(posted["decision"]),
            posted.get("decided_by", ""),
            posted.get("reason", ""),
            posted.get("persons", ""),
            by=request.actor,
            now=request.now,
        )

    return act(request, ref, "breach" if "first" in request.POST else "privacy", work)


@require_POST
def attest(request: DeskRequest, ref: str) -> HttpResponse:
    """The reporter attested by letter."""

    def work() -> None:
        posted = request.POST
        obtained = "nothing" not in posted
        said = Attestation(obtained, posted.get("what", "") if obtained else "", posted.get("erased_on", "")[:10])
        erasing.attest_for(CaseRef(ref), said, by=request.actor, now=request.now)

    return act(request, ref, "privacy", work)


@require_POST
def give_up(request: DeskRequest, ref: str) -> HttpResponse:
    """Nobody answered, after two reminders."""
    return act(request, ref, "privacy", lambda: erasing.give_up(CaseRef(ref), by=request.actor, now=request.now))


def _people(typed: str) -> int | None:
    if not typed:
        return None
    if not typed.isdecimal() or int(typed) > MOST_PEOPLE:
        raise BadErasure("Please give the number of people in digits, or leave it empty.")
    return int(typed)


def _moment(typed: str) -> datetime | None:
    """A local moment of the organisation; None when nothing was typed."""
    return read_moment(typed, policy.current().policy.calendar.zone) if typed.strip() else None
