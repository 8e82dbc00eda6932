"""The shape of a policy: frozen values, and what a clause says in words.  Pure."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from meldpunt.policy.calendar import WorkCalendar
from meldpunt.policy.rules import Term, Unit
from meldpunt.policy.values import (
    Channel,
    ChannelKind,
    CreditRules,
    Organisation,
    ReviewRules,
    Reward,
    SecurityTxt,
    StandingShare,
    Team,
    Wording,
)
from meldpunt.policy.words import term_in_words

__all__ = ["Clause", "ClauseWords", "Organisation", "Policy", "Wording", "clause_words", "digest_of"]

CHANNELS = (Channel(ChannelKind.FORM), Channel(ChannelKind.MAIL))
NO_REWARD, CREDIT, NO_TEAM, NO_REVIEW, SECURITY_TXT = Reward(), CreditRules(), Team(), ReviewRules(), SecurityTxt()
REMINDERS = (Term(7, Unit.DAYS), Term(14, Unit.DAYS))


class ClauseWords(NamedTuple):
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that is asked or promised.

    ``enforced``: the software does, measures or refuses it.  ``internal``: the terms that are counted
    and not promised: no sentence says them.  ``own``: a clause beyond the fourteen.
    """

    id: str
    title: Wording
    text: Wording
    enforced: bool
    terms: tuple[tuple[str, Term], ...] = ()
    internal: tuple[str, ...] = ()
    own: bool = False

    def term(self, name: str) -> Term | None:
        return dict(self.terms).get(name)


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that the organisation says about reports, and the settings that follow from it.

    What has a default here may be absent from the text: older versions know nothing of it.
    """

    organisation: Organisation
    languages: tuple[str, ...]  # of the page and the letters
    calendar: WorkCalendar
    asks: tuple[Clause, ...]  # A1 to A7, then the organisation's own
    promises: tuple[Clause, ...]  # P1 to P7, then the organisation's own
    excluded_methods: tuple[Wording, ...]
    non_qualifying: tuple[Wording, ...]
    scope: Wording
    receipt_by_mail: bool = True
    report_languages: tuple[str, ...] = ()  # in which a report may be written
    channels: tuple[Channel, ...] = CHANNELS  # preferred one first
    anonymous: bool = True  # a report without a name or an address is welcome
    pseudonyms: bool = True
    reward: Reward = NO_REWARD
    credit: CreditRules = CREDIT
    standing_shares: tuple[StandingShare, ...] = ()
    retention: Term | None = None  # after closing, until what identifies the reporter is erased
    erase_reminders: tuple[Term, ...] = REMINDERS  # after the fix, when nobody has attested the erasure
    team: Team = NO_TEAM
    review: ReviewRules = NO_REVIEW
    score_public: bool = True
    security_txt: SecurityTxt = SECURITY_TXT

    def clause(self, id: str) -> Clause:
        return next(clause for clause in self.asks + self.promises if clause.id == id)

    @property
    def acknowledgement(self) -> Term | None:
        """How long a person may take to say that a report has arrived (P1); None when not promised."""
        return self.clause("P1").term("acknowledgement")

    @property
    def assessment(self) -> Term:
        """How long a person may take for the first assessment (P1)."""
        return self._term("P1", "assessment")

    @property
    def longest_gap(self) -> Term:
        """The longest silence between two messages from a person (P4)."""
        return self._term("P4", "longest_gap")

    @property
    def fix(self) -> Term | None:
        """How long a solution may take, counted from the report (P6); None when no term is promised."""
        return self.clause("P6").term("fix")

    @property
    def embargo(self) -> Term | None:
        """How long a reporter is asked to wait at most, counted from the report (A3 or P7); None when not named."""
        return self.clause("A3").term("embargo") or self.clause("P7").term("embargo")

    @property
    def promises_assessment(self) -> bool:
        """Whether the public is told how long the first assessment may take."""
        return "assessment" not in self.clause("P1").internal

    def _term(self, id: str, name: str) -> Term:
        term = self.clause(id).term(name)
        assert term is not None  # noqa: S101  # ``read`` refuses a policy without it
        return term


def clause_words(clause: Clause, language: str) -> ClauseWords:
    """What the clause says, with its terms in words ("three working days")."""
    language = clause.title.nearest(language)
    return ClauseWords(
        _filled(clause.title.said_in(language), clause, language),
        _filled(clause.text.said_in(language), clause, language),
    )


def _filled(words: str, clause: Clause, language: str) -> str:
    for name, term in clause.terms:
        words = words.replace(f"{{{name}}}", term_in_words(term, language))
    return words


def digest_of(text: str) -> str:
    """SHA-256 of a policy's text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
