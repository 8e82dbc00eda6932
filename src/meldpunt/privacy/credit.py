"""Whether and how the discoverer is named.  Pure.

    open --wish--> wished --ask--> asked --confirm--> confirmed
      |              ^               |                   |
      |              +---- wish -----|---- (asked: a wish typed anew is confirmed)
      +-- withdraw (from every state) --> withdrawn --wish--> wished

``none`` is a wish like the others.  Withdrawing a name works in every state, also after publication.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import parse_qsl, urlsplit

from meldpunt.policy.values import CreditRules
from meldpunt.privacy.errors import BadCredit, BadLink, BadShownName, NotNow

SHOWN_LENGTH, LINK_LENGTH = 80, 200
# What shops and trackers hang on a link, and what opens a session: nobody wants it on a public page
_TRACKING = re.compile(
    r"(utm_|mc_|pk_|hs|vero_|oly_)\w*$|(fbclid|gclid|dclid|msclkid|yclid|igshid?|twclid|ref|referrer|affiliate|"
    r"token|key|api_?key|secret|sig|signature|auth\w*|session\w*|sid|code|password|pass|state|jwt)$",
    re.IGNORECASE,
)


class Wish(StrEnum):
    NONE = "none"
    NAME = "name"
    ALIAS = "alias"
    LINK = "link"  # a name or alias, with a link


class State(StrEnum):
    OPEN = "open"
    WISHED = "wished"
    ASKED = "asked"  # again, before publication
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    WISH = "wish"
    ASK = "ask"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"


STEPS: Mapping[tuple[State, Act], State] = MappingProxyType(
    {
        (State.OPEN, Act.WISH): State.WISHED,
        (State.OPEN, Act.ASK): State.ASKED,
        (State.WISHED, Act.WISH): State.WISHED,
        (State.WISHED, Act.ASK): State.ASKED,
        (State.WISHED, Act.CONFIRM): State.CONFIRMED,
        (State.WISHED, Act.WITHDRAW): State.WITHDRAWN,
        (State.ASKED, Act.WISH): State.CONFIRMED,
        (State.ASKED, Act.CONFIRM): State.CONFIRMED,
        (State.ASKED, Act.WITHDRAW): State.WITHDRAWN,
        (State.CONFIRMED, Act.WISH): State.CONFIRMED,
        (State.CONFIRMED, Act.WITHDRAW): State.WITHDRAWN,
        (State.WITHDRAWN, Act.WISH): State.WISHED,
    }
)


@dataclass(frozen=True, slots=True)
class Credit:
    """``shown`` is the line that the public may read, ``link`` an https address or empty."""

    wish: Wish
    shown: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    confirmed_at: datetime | None = None


def acts_for(state: State) -> tuple[Act, ...]:
    return tuple(act for at, act in STEPS if at is state)


def next_state(state: State, act: Act) -> State:
    """Where the wish stands after ``act``, or ``NotNow``."""
    try:
        return STEPS[state, act]
    except KeyError:
        raise NotNow("That cannot be done with the wish to be named as it stands now.") from None


def offered(rules: CreditRules) -> tuple[Wish, ...]:
    """The wishes that the policy has room for."""
    if not rules.offered:
        return (Wish.NONE,)
    named = ((Wish.NAME, True), (Wish.ALIAS, rules.alias), (Wish.LINK, rules.link))
    return (Wish.NONE, *(wish for wish, is_offered in named if is_offered))


def checked(wish: Wish, shown: str, link: str, rules: CreditRules) -> Credit:
    """The wish as it would be shown, or ``BadCredit``."""
    if wish not in offered(rules):
        raise BadCredit("The policy does not offer that.")
    if wish is Wish.NONE:
        return Credit(wish)
    shown = " ".join(shown.split())
    if not shown:
        raise BadShownName("Please type the name as it should be shown.")
    if len(shown) > SHOWN_LENGTH:
        raise BadShownName("A name may have at most %(most)d letters.", most=SHOWN_LENGTH)
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs") for letter in shown):
        raise BadShownName("There are signs in the name that cannot be seen. Please type it anew.")
    if re.search(r"://|www\.", shown, re.IGNORECASE):
        raise BadShownName("A link belongs in its own field, not in the name.")
    return Credit(wish, shown, checked_link(link.strip()) if wish is Wish.LINK else "")


def checked_link(link: str) -> str:
    """An https address without secrets, tracking or tricks; ``BadLink`` otherwise."""
    if not link or len(link) > LINK_LENGTH or re.search(r"[\s\\<>\"'`\x00-\x1f\x7f]", link):
        raise BadLink("Please give a link that begins with https://, in at most %(most)d signs.", most=LINK_LENGTH)
    try:
        parts = urlsplit(link)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadLink("This is not a web address.") from None
    if parts.scheme != "https" or "." not in host or _is_number(host) or port not in (None, 443):
        raise BadLink("Please give a link to a public site that begins with https://.")
    if parts.username is not None or parts.password is not None:
        raise BadLink("There is a user name in the link. Please leave it out.")
    if parts.fragment or any(_TRACKING.match(name) for name, _value in parse_qsl(parts.query, keep_blank_values=True)):
        raise BadLink("The link carries something that follows or identifies people. Please give a plain one.")
    return link


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
