"""The smaller values that a policy is made of, frozen.  Pure."""

from dataclasses import dataclass
from enum import StrEnum

from meldpunt.policy.rules import Term, Unit

HALF_A_YEAR = Term(180, Unit.DAYS)


@dataclass(frozen=True, slots=True)
class Wording:
    """The same words in each language of the policy; the policy's first language comes first."""

    by_language: tuple[tuple[str, str], ...]

    def nearest(self, language: str) -> str:
        """The code of that language, or of the first one when the policy does not speak it."""
        code = language.lower().split("-")[0]
        return code if code in dict(self.by_language) else self.by_language[0][0]

    def said_in(self, language: str) -> str:
        """The words in ``nearest(language)``."""
        return dict(self.by_language)[self.nearest(language)]


@dataclass(frozen=True, slots=True)
class Organisation:
    name: Wording
    reference_prefix: str
    contact: str
    url: str | None


class ChannelKind(StrEnum):
    FORM = "form"
    MAIL = "mail"
    ELSEWHERE = "elsewhere"  # somebody else takes the reports in: a coordinator, a platform


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to report.  ``name`` and ``url`` are there for ``ELSEWHERE`` only."""

    kind: ChannelKind
    name: Wording | None = None
    url: str | None = None


class RewardKind(StrEnum):
    NONE = "none"
    THANKS = "thanks"
    GIFT = "gift"  # a t-shirt, a voucher
    MONEY = "money"  # at the organisation's discretion


@dataclass(frozen=True, slots=True)
class Reward:
    """What a reporter may get for it; ``text`` says it, and is there unless ``kind`` is none."""

    kind: RewardKind = RewardKind.NONE
    text: Wording | None = None


@dataclass(frozen=True, slots=True)
class CreditRules:
    """Whether a discoverer is named if they wish, and whether by an alias and with a link."""

    offered: bool = True
    alias: bool = True
    link: bool = True


class Shared(StrEnum):
    TECHNICAL = "technical"  # nothing about who reported
    ALL = "all"


@dataclass(frozen=True, slots=True)
class StandingShare:
    """Somebody with whom every report is shared: what of it, and on which ground."""

    to: Wording
    what: Shared
    ground: Wording


@dataclass(frozen=True, slots=True)
class Team:
    """To whom the silence guard goes: a desk user's name, and an address.  Empty when not set; never public."""

    lead: str = ""
    responsible_mail: str = ""


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """Which acts need a second person."""

    second_person_for_policy: bool = False
    second_person_for_conduct: bool = False
    second_person_for_publication: bool = False
    second_person_for_erasure: bool = False
    second_person_for_identity: bool = False


@dataclass(frozen=True, slots=True)
class SecurityTxt:
    """What ``security.txt`` says beside what follows from the rest of the policy.

    ``canonical`` are the addresses at which it stands besides our own, ``hiring`` one of vacancies,
    ``acknowledgments`` whether it points to the hall of fame.
    """

    canonical: tuple[str, ...] = ()
    expires_in: Term = HALF_A_YEAR
    hiring: str | None = None
    acknowledgments: bool = True
