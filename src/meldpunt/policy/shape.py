"""The shape of a policy: frozen values, and what a clause says in words.  Pure."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from meldpunt.policy.calendar import WorkCalendar
from meldpunt.policy.rules import Term
from meldpunt.policy.words import term_in_words


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


class ClauseWords(NamedTuple):
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that is asked or promised.  ``enforced``: the software does, measures or refuses it."""

    id: str
    title: Wording
    text: Wording
    enforced: bool
    term_name: str | None = None
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    name: Wording
    reference_prefix: str
    contact: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that the organisation says about reports, and the settings that follow from it."""

    organisation: Organisation
    languages: tuple[str, ...]
    calendar: WorkCalendar
    asks: tuple[Clause, ...]
    promises: tuple[Clause, ...]
    excluded_methods: tuple[Wording, ...]
    non_qualifying: tuple[Wording, ...]
    scope: Wording
    receipt_by_mail: bool

    def clause(self, id: str) -> Clause:
        return next(clause for clause in self.asks + self.promises if clause.id == id)

    @property
    def assessment(self) -> Term:
        """How long a person may take for the first assessment (P1)."""
        return self._term("P1")

    @property
    def longest_gap(self) -> Term:
        """The longest silence between two messages from a person (P4)."""
        return self._term("P4")

    def _term(self, id: str) -> Term:
        term = self.clause(id).term
        assert term is not None  # noqa: S101  # ``read`` refuses a policy without it
        return term


def clause_words(clause: Clause, language: str) -> ClauseWords:
    """What the clause says, with its term in words ("three working days")."""
    language = clause.title.nearest(language)
    return ClauseWords(
        _filled(clause.title.said_in(language), clause, language),
        _filled(clause.text.said_in(language), clause, language),
    )


def _filled(words: str, clause: Clause, language: str) -> str:
    if clause.term is None:
        return words
    return words.replace(f"{{{clause.term_name}}}", term_in_words(clause.term, language))


def digest_of(text: str) -> str:
    """SHA-256 of a policy's text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
