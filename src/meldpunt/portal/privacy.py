"""On the reporter's page: who may know who they are, who was told what, their wish to be named, and erasure."""

from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from meldpunt.cases.errors import NoSuchVisit
from meldpunt.cases.visits import Visiting, visiting
from meldpunt.conversation.queries import ReporterPage
from meldpunt.ground.errors import Invalid
from meldpunt.ground.values import REPORTER
from meldpunt.portal import privacy_words as words
from meldpunt.portal import visit as visits
from meldpunt.portal.middleware import PortalRequest
from meldpunt.portal.pages import say
from meldpunt.portal.panels import Panel
from meldpunt.portal.policy import published_or_refuse
from meldpunt.privacy import commands, crediting, erasing, queries
from meldpunt.privacy.credit import Act as CreditAct
from meldpunt.privacy.credit import State as Credit
from meldpunt.privacy.credit import Wish, checked, offered
from meldpunt.privacy.credit import acts_for as credit_acts
from meldpunt.privacy.erasure import Attestation
from meldpunt.privacy.erasure import State as Erasure
from meldpunt.privacy.errors import BadConsent, BadLink, BadShownName
from meldpunt.privacy.queries import Standing
from meldpunt.privacy.rules import Kind, Recipient, Scope, State, Use, What, end_of

# Those that a reporter may think of by themselves; the others are asked for by us, by name
OFFERED = (Kind.OWNER, Kind.SUPPLIER, Kind.NATIONAL_COORDINATOR, Kind.SECTOR_CSIRT, Kind.OTHER_ORGANISATION)
TO_ERASE = (Erasure.OPEN, Erasure.ASKED, Erasure.REMINDED, Erasure.REMINDED_TWICE, Erasure.GIVEN_UP)
# Where a mistake in how to be named is told
FIELDS: dict[type[Invalid], str] = {BadShownName: "shown", BadLink: "link"}
PRESSING = (Erasure.ASKED, Erasure.REMINDED, Erasure.REMINDED_TWICE)


def panel(request: PortalRequest, visit: Visiting, page: ReporterPage) -> tuple[Panel, ...]:
    """What is asked of the reporter stands first; who was told what, below the letters."""
    standing = queries.standing_of(visit.ref)
    found = [_told(request, visit, page, standing)]
    if standing is None:
        return tuple(found)
    asked = [one for one in queries.consents_for(visit) if one.state is State.ASKED]
    if asked:
        lines = [{"id": one.id, "words": words.question(one), "both": one.scope is Scope.CONTACT} for one in asked]
        found.append(Panel("portal/privacy_asked.html", {"asked": lines}, first=True))
    if standing.credit is Credit.ASKED:
        again = CreditAct.CONFIRM in credit_acts(standing.credit) and bool(standing.wish)
        found.append(Panel("portal/privacy_credit.html", {"wished": words.WISHED[standing.wish], "again": again}, True))
    if standing.erasure in TO_ERASE:
        pressing = standing.erasure in PRESSING
        found.append(Panel("portal/privacy_erase.html", {"pressing": pressing, "today": _today(request)}, pressing))
    return tuple(found)


def _told(request: PortalRequest, visit: Visiting, page: ReporterPage, standing: Standing | None) -> Panel:
    published = published_or_refuse(request)
    zone, same = published.policy.calendar.zone, published.version == page.policy_version
    consents = queries.consents_for(visit) if standing else ()
    register = queries.register_for(visit) if standing else ()
    in_force = [one for one in consents if one.in_force(request.now)]
    told: dict[str, Any] = {
        "consents": [
            {
                "id": one.id,
                "words": words.consent(one, zone),
                "both": one.scope is Scope.CONTACT,
                "until": one.until and one.until.astimezone(zone).date().isoformat(),
            }
            for one in in_force
        ],
        "register": [words.shared(one, zone) for one in register],
        "nobody": not any(one.what is What.IDENTITY and not one.called_back_at for one in register),
        "standing": published.policy.standing_shares if same else queries.standing_shares(page.policy_version),
        "kinds": [(kind, words.RECIPIENTS[kind]) for kind in OFFERED],
        "uses": list(words.USES.items()),
        "attested": list(queries.attested_by(visit)) if standing and standing.attested_at else [],
        **_credit_words(request, standing),
    }
    return Panel("portal/privacy.html", told)


def _credit_words(request: PortalRequest, standing: Standing | None) -> dict[str, Any]:
    wish = standing.wish if standing else ""
    return {
        "wished": words.WISHED[wish],
        "confirmed": bool(standing and standing.confirmed_at),
        "may_withdraw": bool(standing and wish not in ("", Wish.NONE)),
        "may_wish": len(offered(published_or_refuse(request).policy.credit)) > 1,
    }


@require_POST
def give(request: PortalRequest) -> HttpResponse:
    """A consent that the reporter thought of."""

    def work(visit: Visiting) -> None:
        posted = request.POST
        kind = Kind(_choice(posted.get("to", ""), tuple(OFFERED)))
        use = Use(_choice(posted.get("use", ""), tuple(Use)))
        to = Recipient(kind, posted.get("organisation", "").strip())
        commands.give(visit, to, _scope(request), use, _until(request), by=REPORTER, now=request.now)

    return visits.act(request, "consent", work)


@require_POST
def consent(request: PortalRequest, consent: str) -> HttpResponse:
    """Answer a question, allow less, or take back: by the button that was pressed."""

    def work(visit: Visiting) -> None:
        now = request.now
        if "look" in request.POST:
            raise BadConsent("Please choose one of the two: yes, or no. Nothing was answered yet.")
        if "withdraw" in request.POST:
            commands.withdraw(visit, consent, by=REPORTER, now=now)
        elif "decline" in request.POST:
            commands.decline(visit, consent, by=REPORTER, now=now)
        elif "agree" in request.POST:
            commands.agree(visit, consent, _scope(request), _until(request), by=REPORTER, now=now)
        else:
            commands.narrow(visit, consent, _scope(request), _until(request), by=REPORTER, now=now)

    asked = any(button in request.POST for button in ("agree", "decline", "look"))
    return visits.act(request, "asked" if asked else "consent", work)


@require_POST
def erased(request: PortalRequest) -> HttpResponse:
    """The reporter attests that what they obtained is erased, or that there was nothing."""

    def work(visit: Visiting) -> None:
        posted = request.POST
        obtained = _choice(posted.get("obtained", ""), ("no", "yes")) == "yes"
        day = posted.get("erased_on", "") if obtained else ""
        said = Attestation(
            obtained, posted.get("what", ""), _day(day).isoformat() if day else "", posted.get("how", "")
        )
        erasing.attest(visit, said if obtained else Attestation(False), by=REPORTER, now=request.now)

    return visits.act(request, "erase", work)


@require_POST
def confirm(request: PortalRequest) -> HttpResponse:
    return visits.act(request, "name", lambda visit: crediting.confirm(visit, by=REPORTER, now=request.now))


@require_POST
def unname(request: PortalRequest) -> HttpResponse:
    return visits.act(request, "name", lambda visit: crediting.withdraw(visit, by=REPORTER, now=request.now))


@require_http_methods(["GET", "HEAD", "POST"])
def name(request: PortalRequest) -> HttpResponse:
    """How to be named: first looked at, then kept.  Nothing is stored before."""
    request.private = True
    posted = request.POST
    try:
        visiting(request.COOKIES.get(visits.COOKIE, ""), request.now)
    except NoSuchVisit as refusal:
        return visits.ask_again(request, refusal)
    rules = published_or_refuse(request).policy.credit
    shown, link = posted.get("shown", ""), posted.get("link", "")
    context: dict[str, Any] = {"here": "my", "wishes": [(wish, words.WISHES[wish]) for wish in offered(rules)]}
    context |= {"typed": posted, "chosen": posted.get("wish", "")}
    try:
        if request.method == "POST" and "change" not in posted:
            known = tuple(Wish)
            wish = Wish(_choice(posted.get("wish", ""), known))
            context["looked"] = checked(wish, shown, link, rules)
            if "keep" in posted:
                return visits.act(
                    request,
                    "name",
                    lambda visit: crediting.wish(visit, wish, shown, link, by=REPORTER, now=request.now),
                )
    except Invalid as refusal:
        context |= {"wrong": say(refusal), "wrong_at": FIELDS.get(type(refusal), "")}
    return render(request, "portal/privacy_name.html", context, status=400 if "wrong" in context else 200)


def _scope(request: PortalRequest) -> Scope:
    return Scope(_choice(request.POST.get("scope", ""), tuple(Scope)))


def _until(request: PortalRequest) -> datetime | None:
    """The last moment of the day that was typed; None when none was."""
    typed = request.POST.get("until", "").strip()
    zone = published_or_refuse(request).policy.calendar.zone
    return end_of(_day(typed), zone).astimezone(UTC) if typed else None


def _choice(typed: str, known: tuple[str, ...]) -> str:
    if typed not in known:
        raise BadConsent("Please choose one of the possibilities.")
    return typed


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise BadConsent("Write the date as year-month-day, like 2026-12-11.") from None


def _today(request: PortalRequest) -> str:
    return request.now.astimezone(published_or_refuse(request).policy.calendar.zone).date().isoformat()
