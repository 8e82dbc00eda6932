"""Going public: how a publication stands, and what it waits for.  Pure.

The moment is talked about as in ``rules``.  Ours counts at once unless one is agreed; an agreed one holds until the
two sides agree on another.  Beside that:

    open ---- publish ----> published
      |  ^
    call off, plan anew
      v  |
    called-off

Publishing waits for: a draft that the reporter could read, the planned moment, an answer to their proposal, the
end of the embargo, the solution (unless they agreed otherwise, or it leaked), and the question how to be named.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from meldpunt.privacy import credit
from meldpunt.publication.errors import BadText, NotAsShown, NotNow, TooEarly
from meldpunt.publication.rules import Embargo, Moment, Talk

LONGEST_TITLE, LONGEST_BODY, LONGEST_ADDRESS, LONGEST_NOTE = 150, 60_000, 300, 1_000  # characters
NAMED = (credit.Wish.NAME, credit.Wish.ALIAS, credit.Wish.LINK)
SOLVED = ("landed", "asked", "confirmed")  # as remediation calls where a solution stands
NOTHING_TO_SOLVE = ("accepted-risk",)  # verdicts


class State(StrEnum):
    OPEN = "open"
    CALLED_OFF = "called-off"
    PUBLISHED = "published"


class Act(StrEnum):
    PLAN = "plan"
    PUBLISH = "publish"
    CALL_OFF = "call-off"


STEPS: Mapping[tuple[State, Act], State] = MappingProxyType(
    {
        (State.OPEN, Act.PLAN): State.OPEN,
        (State.OPEN, Act.PUBLISH): State.PUBLISHED,
        (State.OPEN, Act.CALL_OFF): State.CALLED_OFF,
        (State.CALLED_OFF, Act.PLAN): State.OPEN,
    }
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be published.  Plain text, in one language."""

    title: str = field(repr=False)
    text: str = field(repr=False)
    language: str = "en"

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of language, title and text, a line each."""
        return hashlib.sha256("\n".join((self.language, self.title, self.text)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything on which a publication may have to wait."""

    state: State
    talk: Talk
    planned: Moment | None
    before_fix: bool  # they agreed to that
    shown: str  # the digest of the draft that the reporter could read last
    embargo: Embargo
    until: Moment | None
    embargo_talk: Talk
    verdict: str
    fix: str
    credit: credit.State
    wish: str
    credit_offered: bool = True


def acts_for(state: State, planned: bool) -> tuple[Act, ...]:
    """What we can do now; the desk's buttons are drawn from it.  Without a plan: only to make one."""
    found = tuple(act for act in Act if (state, act) in STEPS)
    return found if planned else tuple(act for act in found if act is Act.PLAN)


def next_state(state: State, act: Act) -> State:
    """Where the publication stands after that, or ``NotNow``."""
    if found := STEPS.get((state, act)):
        return found
    if state is State.PUBLISHED:
        raise NotNow("It has been published already.")
    raise NotNow("The publication was called off. Plan it anew first.")


def check_publish(waiting: Waiting, now: datetime) -> None:
    """Whether it may be published now: ``NotNow``, ``TooEarly``."""
    next_state(waiting.state, Act.PUBLISH)
    if not waiting.shown or waiting.planned is None:
        raise NotNow("Plan it first, with a draft that the reporter can read.")
    if waiting.talk is Talk.THEIRS:
        raise NotNow("The reporter proposed another moment. Answer them first.")
    _check_embargo(waiting)
    if waiting.planned.at > now and waiting.embargo is not Embargo.LEAKED:
        raise TooEarly("It is planned for %(moment)s. Nothing is published before.", moment=waiting.planned)
    if not _may_be_read(waiting):
        raise TooEarly("It is not solved yet, and the reporter has not agreed to publish before that.")
    asked = waiting.credit in (credit.State.ASKED, credit.State.CONFIRMED, credit.State.WITHDRAWN)
    if waiting.credit_offered and not asked and waiting.wish != credit.Wish.NONE:
        raise NotNow("Ask the reporter first how they wish to be named.")


def _check_embargo(waiting: Waiting) -> None:
    if waiting.embargo is Embargo.RUNNING:
        raise TooEarly("The embargo lasts until %(moment)s. Nothing is published before it ends.", moment=waiting.until)
    if waiting.embargo is not Embargo.LEAKED and waiting.embargo_talk.by:
        raise TooEarly("A moment for the embargo is proposed and not answered yet. Answer it, or take it back, first.")


def _may_be_read(waiting: Waiting) -> bool:
    solved = waiting.fix in SOLVED or waiting.verdict in NOTHING_TO_SOLVE
    return solved or waiting.before_fix or waiting.embargo is Embargo.LEAKED


def check_as_shown(draft: Draft, shown: str, note: str) -> bool:
    """Whether ``draft`` is another than the one the reporter saw last; ``note`` must then tell them what changed."""
    changed = draft.digest != shown
    if changed and not note.strip():
        raise NotAsShown(
            "This is not the draft that the reporter saw last. Say what changed, or let them read it as a draft first."
        )
    if len(note) > LONGEST_NOTE:
        raise BadText("This is too long. Please write at most %(limit)d characters.", limit=LONGEST_NOTE)
    return changed


def checked_draft(title: str, text: str, language: str) -> Draft:
    """A draft as any page and feed can show it, or ``BadText``."""
    title, text = " ".join(title.split()), text.replace("\r\n", "\n").strip()
    if not title or not text:
        raise BadText("A publication has a title and a text.")
    if len(title) > LONGEST_TITLE:
        raise BadText("The title is too long: at most %(limit)d characters.", limit=LONGEST_TITLE)
    if len(text) > LONGEST_BODY:
        raise BadText("This is too long. Please write at most %(limit)d characters.", limit=LONGEST_BODY)
    if any(_unseen(letter) for letter in title + text):
        raise BadText("There are signs in the text that cannot be seen. Please take them out.")
    return Draft(title, text, language)


def _unseen(letter: str) -> bool:
    """Controls, surrogates, and what turns the direction of writing around."""
    if letter in "\n\t\u200c\u200d":
        return False
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Cn", "Co")


def checked_address(text: str) -> str:
    """Where else it can be read: an https address, or nothing."""
    address = text.strip()
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise BadText("This is not a web address.") from None
    plain = not re.search(r"[\s\\<>\"'`\x00-\x1f\x7f]", address) and len(address) <= LONGEST_ADDRESS
    if not plain or parts.scheme != "https" or "." not in host or parts.username is not None:
        raise BadText("Please give an address that begins with https://.")
    return address


def to_be_named(wanted: credit.Credit, state: credit.State) -> bool:
    """Whether somebody may be named in public: they wish it, and have confirmed it."""
    return state is credit.State.CONFIRMED and wanted.wish in NAMED and wanted.confirmed_at is not None


def as_wished(wanted: credit.Credit, state: credit.State) -> bool:
    """Whether the publication does with the name what the reporter wants, as far as they said."""
    return to_be_named(wanted, state) or wanted.wish is credit.Wish.NONE


def name_of(prefix: str, year: int, number: int) -> str:
    """How a publication is called; it says nothing of the case: ``VB-ADV-2026-0003``."""
    return f"{prefix}-ADV-{year}-{number:04d}"
