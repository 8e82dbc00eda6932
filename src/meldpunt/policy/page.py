"""The words of the policy page, and what follows from values that no clause says.  Pure.

The same words stand on the public page and in the preview of a text that is not published yet.
Sentences of our own come in Dutch and English, as in ``words``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from meldpunt.ground.values import Language
from meldpunt.policy.shape import Clause, Policy, clause_words
from meldpunt.policy.values import Shared, StandingShare
from meldpunt.policy.words import SPOKEN_LANGUAGES, spoken, term_in_words

NL, EN = Language.DUTCH, Language.ENGLISH
WHAT: Mapping[Language, Mapping[Shared, str]] = {
    NL: {
        Shared.TECHNICAL: "alleen de technische kant, niets over u",
        Shared.ALL: "de hele melding, ook wat u over uzelf vertelt",
    },
    EN: {
        Shared.TECHNICAL: "the technical part only, nothing about you",
        Shared.ALL: "the whole report, with what you say about yourself",
    },
}
SHARE = {
    NL: "Elke melding delen wij met {to}: {what}. {ground}",
    EN: "We share every report with {to}: {what}. {ground}",
}
RETENTION = {
    NL: "Wat over uzelf gaat, wissen wij uiterlijk {term} nadat uw melding is afgesloten.",
    EN: "We erase what is about yourself at the latest {term} after your report is closed.",
}
WRITE_IN = {NL: ("Schrijf in het {names}.", " of "), EN: ("Write in {names}.", " or ")}
WHO: Mapping[Language, Mapping[tuple[bool, bool], str]] = {  # anonymous, pseudonyms
    NL: {
        (True, True): "U mag anoniem blijven of een pseudoniem gebruiken.",
        (True, False): "U mag anoniem blijven. Een pseudoniem aanvaarden wij niet.",
        (False, True): "Wij vragen een naam of een pseudoniem waaronder wij u kunnen antwoorden.",
        (False, False): "Wij vragen uw eigen naam: anonieme meldingen en pseudoniemen aanvaarden wij niet.",
    },
    EN: {
        (True, True): "You may stay anonymous or use a pseudonym.",
        (True, False): "You may stay anonymous. We do not accept a pseudonym.",
        (False, True): "We ask for a name or a pseudonym under which we can answer you.",
        (False, False): "We ask for your own name: we accept no anonymous reports and no pseudonyms.",
    },
}


@dataclass(frozen=True, slots=True)
class PageClause:
    """A clause as it is read; ``more`` are sentences that follow from settings."""

    id: str
    title: str
    text: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageChannel:
    kind: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class PageWords:
    """Everything on the policy page, in one language."""

    name: str
    contact: str
    asks: tuple[PageClause, ...]
    promises: tuple[PageClause, ...]
    scope: str
    excluded: tuple[str, ...]
    non_qualifying: tuple[str, ...]
    channels: tuple[PageChannel, ...]  # the preferred one first
    report_languages: str
    who: str
    reward: str  # empty when there is none
    anonymous: bool
    form: bool  # whether our own form is among the channels


def page_words(policy: Policy, language: str) -> PageWords:
    """The policy in ``language``, or in the nearest one that it speaks."""
    language = policy.scope.nearest(language)
    channels = (
        PageChannel(one.kind, one.name.said_in(language) if one.name else "", one.url or "") for one in policy.channels
    )
    return PageWords(
        name=policy.organisation.name.said_in(language),
        contact=policy.organisation.contact,
        asks=tuple(_clause(policy, clause, language) for clause in policy.asks),
        promises=tuple(_clause(policy, clause, language) for clause in policy.promises),
        scope=policy.scope.said_in(language),
        excluded=tuple(words.said_in(language) for words in policy.excluded_methods),
        non_qualifying=tuple(words.said_in(language) for words in policy.non_qualifying),
        channels=tuple(channels),
        report_languages=languages_in_words(policy.report_languages, language),
        who=WHO[spoken(language)][policy.anonymous, policy.pseudonyms],
        reward=policy.reward.text.said_in(language) if policy.reward.text else "",
        anonymous=policy.anonymous,
        form=any(one.kind == "form" for one in policy.channels),
    )


def share_in_words(share: StandingShare, language: str) -> str:
    """With whom every report is shared, what of it, and on which ground."""
    tongue = spoken(language)
    words = {
        "to": share.to.said_in(language),
        "what": WHAT[tongue][share.what],
        "ground": share.ground.said_in(language),
    }
    return SHARE[tongue].format(**words)


def languages_in_words(languages: tuple[str, ...], language: str) -> str:
    """Write in Dutch or English."""
    tongue = spoken(language)
    sentence, between = WRITE_IN[tongue]
    names = [SPOKEN_LANGUAGES[code][tongue is EN] for code in languages]
    listed = between.join(filter(None, (", ".join(names[:-1]), names[-1])))
    return sentence.format(names=listed)


def _clause(policy: Policy, clause: Clause, language: str) -> PageClause:
    title, text = clause_words(clause, language)
    return PageClause(clause.id, title, text, tuple(_confidence(policy, language)) if clause.id == "P3" else ())


def _confidence(policy: Policy, language: str) -> list[str]:
    """What belongs to P3: who else reads a report, and when what identifies its reporter goes."""
    found = [share_in_words(share, language) for share in policy.standing_shares]
    if policy.retention:
        found.append(RETENTION[spoken(language)].format(term=term_in_words(policy.retention, language)))
    return found
