"""What the room of privacy says at the desk.  Lazy, for both languages."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.policy import words
from meldpunt.privacy.credit import Wish
from meldpunt.privacy.erasure import Data, Decision
from meldpunt.privacy.erasure import State as Erasure
from meldpunt.privacy.queries import Shared
from meldpunt.privacy.rules import Consent, Ground, Kind, Recipient, Scope, State, Use, What

RECIPIENTS: Mapping[Kind, Promise] = MappingProxyType(
    {
        Kind.OWNER: _("owner of the system"),
        Kind.SUPPLIER: _("supplier"),
        Kind.NATIONAL_COORDINATOR: _("national coordinator"),
        Kind.SECTOR_CSIRT: _("emergency team of the sector"),
        Kind.OTHER_ORGANISATION: _("other organisation"),
        Kind.AUTHORITY: _("authority"),
    }
)
SCOPES: Mapping[Scope, Promise] = MappingProxyType({Scope.NAME: _("name"), Scope.CONTACT: _("name and address")})
USES: Mapping[Use, Promise] = MappingProxyType(
    {
        Use.SOLVE: _("to ask questions and solve the weakness"),
        Use.COORDINATE: _("to warn others with the same weakness"),
        Use.THANK: _("to thank the reporter"),
    }
)
GROUNDS: Mapping[Ground, Promise] = MappingProxyType(
    {
        Ground.NOT_PERSONAL: _("nobody is named"),
        Ground.STANDING_POLICY: _("the policy says so"),
        Ground.CONSENT: _("a consent of the reporter"),
        Ground.LAW: _("a law"),
        Ground.COURT: _("a court"),
    }
)
CONSENT_STATES: Mapping[State, Promise] = MappingProxyType(
    {
        State.ASKED: _("asked"),
        State.GIVEN: _("given"),
        State.DECLINED: _("declined"),
        State.WITHDRAWN: _("withdrawn"),
    }
)
WISHES: Mapping[str, Promise] = MappingProxyType(
    {
        "": _("no wish yet: not named"),
        Wish.NONE: _("not named"),
        Wish.NAME: _("by name"),
        Wish.ALIAS: _("by another name"),
        Wish.LINK: _("with a link"),
    }
)
ERASURES: Mapping[Erasure, Promise] = MappingProxyType(
    {
        Erasure.UNKNOWN: _("not noted yet"),
        Erasure.NOT_NEEDED: _("not needed: no data was touched"),
        Erasure.OPEN: _("is asked when the fix lands"),
        Erasure.ASKED: _("asked"),
        Erasure.REMINDED: _("reminded once"),
        Erasure.REMINDED_TWICE: _("reminded twice"),
        Erasure.ATTESTED: _("attested"),
        Erasure.GIVEN_UP: _("given up: nobody answered"),
    }
)
DATA: Mapping[Data, Promise] = MappingProxyType(
    {
        Data.PERSONAL: _("personal data"),
        Data.SPECIAL: _("special or criminal personal data (health, faith, offences)"),
        Data.SECRETS: _("passwords, keys or tokens"),
        Data.BUSINESS: _("data about nobody in particular"),
    }
)
DECISIONS: Mapping[Decision, Promise] = MappingProxyType(
    {
        Decision.AUTHORITY: _("the supervisory authority is told"),
        Decision.AUTHORITY_AND_PERSONS: _("the supervisory authority and the persons concerned are told"),
        Decision.NONE: _("nobody is told"),
    }
)


def recipient(who: Recipient) -> str:
    """``Waterschap Noord (supplier)``."""
    kind = str(RECIPIENTS[who.kind])
    return f"{who.name} ({kind})" if who.name else kind


def consent(one: Consent, now: datetime, zone: ZoneInfo) -> str:
    """``supplier: name, to ask questions …; given``."""
    lapsed = one.state is State.GIVEN and not one.in_force(now)
    state = gettext("lapsed") if lapsed else str(CONSENT_STATES[one.state])
    until = f", {gettext('until')} {moment(one.until, zone)}" if one.until else ""
    return f"{recipient(one.recipient)}: {SCOPES[one.scope]}, {USES[one.use]}; {state}{until}"


def shared(one: Shared, zone: ZoneInfo) -> str:
    """A line of the register for handlers."""
    what = SCOPES[Scope(one.scope)] if one.what is What.IDENTITY else gettext("technical part")
    ground = f"{GROUNDS[one.ground]} ({one.source})" if one.source else str(GROUNDS[one.ground])
    said = [
        f"{recipient(one.recipient)}: {what}, {USES[one.use]}",
        f"{gettext('ground')}: {ground}",
        moment(one.at, zone),
    ]
    if one.until:
        said.append(f"{gettext('until')} {moment(one.until, zone)}")
    if one.called_back_at:
        said.append(gettext("stopped before it left: the consent was withdrawn"))
    return "; ".join(said)


def moment(at: datetime, zone: ZoneInfo) -> str:
    return words.moment_in_words(at, zone, get_language() or "en")
