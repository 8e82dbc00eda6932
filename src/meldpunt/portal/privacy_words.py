"""What the room of privacy says to a reporter.  Lazy, for both languages."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.policy import words
from meldpunt.privacy.credit import Wish
from meldpunt.privacy.queries import Shared
from meldpunt.privacy.rules import Consent, Ground, Kind, Recipient, Scope, Use, What

RECIPIENTS: Mapping[Kind, Promise] = MappingProxyType(
    {
        Kind.OWNER: _("the owner of the system"),
        Kind.SUPPLIER: _("the supplier of the system"),
        Kind.NATIONAL_COORDINATOR: _("the national coordinator for vulnerabilities"),
        Kind.SECTOR_CSIRT: _("the computer emergency team of our sector"),
        Kind.OTHER_ORGANISATION: _("another organisation"),
        Kind.AUTHORITY: _("an authority"),
    }
)
SCOPES: Mapping[Scope, Promise] = MappingProxyType(
    {Scope.NAME: _("your name"), Scope.CONTACT: _("your name and your address")}
)
USES: Mapping[Use, Promise] = MappingProxyType(
    {
        Use.SOLVE: _("to ask you questions and solve the weakness"),
        Use.COORDINATE: _("to warn others who have the same weakness"),
        Use.THANK: _("to thank you"),
    }
)
GROUNDS: Mapping[Ground, Promise] = MappingProxyType(
    {
        Ground.NOT_PERSONAL: _("Nothing in it says who you are."),
        Ground.STANDING_POLICY: _("Our policy says so of every report. Nothing in it says who you are."),
        Ground.CONSENT: _("You gave your consent."),
        Ground.LAW: _("A law requires it: %(source)s."),
        Ground.COURT: _("A court requires it: %(source)s."),
    }
)
WISHES: Mapping[Wish, Promise] = MappingProxyType(
    {
        Wish.NONE: _("Do not name me"),
        Wish.NAME: _("Name me by my own name"),
        Wish.ALIAS: _("Name me by another name, like a nickname"),
        Wish.LINK: _("Name me, with a link"),
    }
)
WISHED: Mapping[str, Promise] = MappingProxyType(
    {
        "": _("You have not said yet whether you wish to be named when we publish. Until you do, we name nobody."),
        Wish.NONE: _("You do not wish to be named."),
        Wish.NAME: _("You wish to be named by your own name."),
        Wish.ALIAS: _("You wish to be named by another name."),
        Wish.LINK: _("You wish to be named, with a link."),
    }
)


def recipient(who: Recipient) -> str:
    """``Waterschap Noord (the owner of the system)``."""
    return f"{who.name} ({RECIPIENTS[who.kind]})" if who.name else str(RECIPIENTS[who.kind])


def consent(one: Consent, zone: ZoneInfo) -> str:
    """What somebody may be told, in one sentence."""
    said = {"who": recipient(one.recipient), "what": SCOPES[one.scope], "use": USES[one.use]}
    sentence = gettext("We may tell %(who)s %(what)s, %(use)s.") % said
    end = (
        gettext("Until %(moment)s.") % {"moment": _moment(one.until, zone)} if one.until else gettext("Without an end.")
    )
    return f"{sentence} {end}"


def question(one: Consent) -> str:
    """The same, while it is asked."""
    said = {"who": recipient(one.recipient), "what": SCOPES[one.scope], "use": USES[one.use]}
    return gettext("May we tell %(who)s %(what)s, %(use)s?") % said


def shared(one: Shared, zone: ZoneInfo) -> str:
    """A line of the register, as sentences."""
    technical = one.what is What.TECHNICAL
    what = gettext("the technical part of your report") if technical else SCOPES[Scope(one.scope)]
    said = {"who": recipient(one.recipient), "what": what, "use": USES[one.use], "when": _moment(one.at, zone)}
    sentences = [gettext("To %(who)s: %(what)s, %(use)s, on %(when)s.") % said]
    if technical:
        sentences = [gettext("To %(who)s: %(what)s, on %(when)s.") % said]
    sentences.append(str(GROUNDS[one.ground]) % {"source": one.source})
    if one.until:
        sentences.append(gettext("They may keep it until %(moment)s.") % {"moment": _moment(one.until, zone)})
    if one.called_back_at:
        sentences.append(gettext("You took your consent back in time: it was stopped, and did not leave."))
    return " ".join(sentences)


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return words.moment_in_words(at, zone, get_language() or "en") if at else ""
