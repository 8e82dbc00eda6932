"""What a text would do if it were the policy: its page, its clocks, and what differs.  Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from meldpunt.ground.values import Language
from meldpunt.policy.changes import changes
from meldpunt.policy.page import PageWords, page_words
from meldpunt.policy.rules import Due, Sentence, Term, Unit, calendar_warnings, due
from meldpunt.policy.shape import Policy
from meldpunt.policy.values import Wording
from meldpunt.policy.words import due_in_words, moment_in_words, spoken, term_in_words

KINDS: Mapping[str, tuple[str, str]] = {  # Dutch, English
    "acknowledgement": ("ontvangstbevestiging", "acknowledgement"),
    "assessment": ("beoordeling", "assessment"),
    "longest_gap": ("volgende bericht", "next message"),
    "fix": ("oplossing", "solution"),
    "embargo": ("einde van de geheimhouding", "end of the embargo"),
}
NOW = {
    Language.DUTCH: "Een melding die nu binnenkomt: {what} uiterlijk {end} ({term}).",
    Language.ENGLISH: "A report received now: {what} due {end} ({term}).",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """When one term would end for a report received now, and the sentence that says so."""

    kind: str
    term: Term
    public: bool
    due: Due
    words: Wording


@dataclass(frozen=True, slots=True)
class Preview:
    """``page`` by language, ``clocks`` in the order of a case's life, ``changes`` against what holds now."""

    policy: Policy
    page: Mapping[str, PageWords]
    clocks: tuple[Clock, ...]
    changes: tuple[Wording, ...]
    warnings: tuple[Sentence, ...]


def look_ahead(policy: Policy, now: datetime, current: Policy | None) -> Preview:
    return Preview(
        policy=policy,
        page={language: page_words(policy, language) for language in policy.languages},
        clocks=tuple(clocks(policy, now)),
        changes=changes(current, policy) if current else (),
        warnings=calendar_warnings(policy.calendar, now.astimezone(policy.calendar.zone).date()),
    )


def clocks(policy: Policy, start: datetime) -> Iterator[Clock]:
    """Every clock that begins with a report that arrives at ``start``."""
    internal = {name for clause in policy.asks + policy.promises for name in clause.internal}
    for kind in KINDS:
        term: Term | None = getattr(policy, kind)
        if term:
            end = due(term, start, policy.calendar)
            by_language = tuple((language, _said(kind, term, end, policy, language)) for language in policy.languages)
            yield Clock(kind, term, kind not in internal, end, Wording(by_language))


def _said(kind: str, term: Term, end: Due, policy: Policy, language: str) -> str:
    tongue, zone = spoken(language), policy.calendar.zone
    if term.unit is Unit.HOURS:
        when = moment_in_words(end.late_from, zone, language)
    else:
        when = due_in_words(end.due_on, zone, language)
    what = KINDS[kind][tongue is Language.ENGLISH]
    return NOW[tongue].format(what=what, end=when, term=term_in_words(term, language))
