"""What the form for the policy offers: which values of its text, under which words.

The form has no store of its own.  It shows values of a text and changes them in that text, so what
is edited as a form can be edited as a text in the same breath, and the other way round.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from meldpunt.ground.values import Language
from meldpunt.policy.clauses import ASKS, PROMISES
from meldpunt.policy.values import RewardKind

Path = tuple[str | int, ...]


class Kind(StrEnum):
    """How a value is typed."""

    LINE = "line"
    WORDS = "words"
    TERM = "term"
    FLAG = "flag"
    CHOICE = "choice"
    DAYS = "days"  # one on a line
    CODES = "codes"  # of languages, with commas


@dataclass(frozen=True, slots=True)
class Field:
    """One value.  ``default``: what a flag or a choice is when the text does not say."""

    path: Path
    kind: Kind
    label: str | Promise
    hint: str | Promise = ""
    default: bool | str = ""
    choices: tuple[tuple[str, str | Promise], ...] = ()
    language: str = ""

    @property
    def name(self) -> str:
        return ".".join(map(str, self.path))


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: str | Promise
    fields: tuple[Field, ...]
    folded: bool = False


TERM_HINT = _("Such as “3 working days”, “14 days”, “72 hours” or “1 month”.")
OPTIONAL_TERM = _("Leave it empty to promise none. The sentence must then say it too: write %(placeholder)s in it.")
REWARDS: tuple[tuple[str, str | Promise], ...] = (
    (RewardKind.NONE, _("None")),
    (RewardKind.THANKS, _("Thanks")),
    (RewardKind.GIFT, _("A gift")),
    (RewardKind.MONEY, _("Money")),
)


def sections(values: Mapping[str, Any], people: tuple[str, ...]) -> tuple[Section, ...]:
    """What can be changed in a policy with these ``values``; ``people`` may lead."""
    languages = languages_of(values)
    return (
        Section("terms", _("Terms"), tuple(_terms(values))),
        Section("organisation", _("Organisation"), tuple(_organisation(values, languages))),
        Section("days", _("Working days"), tuple(_days(values))),
        Section("scope", _("For what"), tuple(_spoken(("scope",), _("Scope"), languages, Kind.WORDS))),
        Section("reports", _("Reports and their reporters"), tuple(_reports(languages))),
        Section("house", _("In the house"), tuple(_house(people))),
        *(
            Section(f"words-{id}", id, tuple(_clause(path, languages)), folded=True)
            for id, path in _clauses(values, languages)
        ),
    )


def languages_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages that the text names and that we have words for."""
    named = values.get("languages")
    return tuple(code for code in named if code in set(Language)) if isinstance(named, list) else ()


def _terms(values: Mapping[str, Any]) -> Iterator[Field]:
    yield Field(("promises", "P1", "assessment"), Kind.TERM, _("Until our assessment (P1)"), TERM_HINT)
    yield Field(("promises", "P1", "acknowledgement"), Kind.TERM, _("Until a person's first word (P1)"), OPTIONAL_TERM)
    yield Field(("promises", "P4", "longest_gap"), Kind.TERM, _("Longest silence (P4)"), TERM_HINT)
    yield Field(("promises", "P6", "fix"), Kind.TERM, _("Until the solution (P6)"), OPTIONAL_TERM)
    promises = values.get("promises")
    in_p7 = isinstance(promises, dict) and "embargo" in (promises.get("P7") or {})
    path: Path = ("promises", "P7", "embargo") if in_p7 else ("asks", "A3", "embargo")
    label = _("Length of the embargo (P7)") if in_p7 else _("Length of the embargo (A3)")
    yield Field(path, Kind.TERM, label, OPTIONAL_TERM)
    yield Field(("privacy", "retention"), Kind.TERM, _("How long we keep who reported"), _("Counted from the closing."))


def _organisation(values: Mapping[str, Any], languages: tuple[str, ...]) -> Iterator[Field]:
    organisation = values.get("organisation")
    if isinstance(organisation, dict) and isinstance(organisation.get("name"), dict):
        yield from _spoken(("organisation", "name"), _("Name"), languages, Kind.LINE)
    else:
        yield Field(("organisation", "name"), Kind.LINE, _("Name"))
    yield Field(("organisation", "contact"), Kind.LINE, _("Address for reports"))
    yield Field(("organisation", "url"), Kind.LINE, _("Website"))
    hint = _("Codes with a comma, such as “nl, en”; the first is for who has not chosen.")
    yield Field(("languages",), Kind.CODES, _("Languages of the page and the letters"), hint)


def _days(values: Mapping[str, Any]) -> Iterator[Field]:
    calendar = values.get("calendar")
    hint = _("Days on which nobody works, each on a line, such as 2026-12-24.")
    yield Field(("calendar", "closing_days"), Kind.DAYS, _("Own closing days"), hint)
    if not isinstance(calendar, dict) or calendar.get("country", "NL") == "NL":
        for key, label, default in (
            ("equated_days", _("Days that the government equates with holidays do not count"), False),
            ("good_friday", _("Good Friday does not count"), True),
            ("five_may", _("5 May does not count, in any year"), True),
        ):
            yield Field(("calendar", key), Kind.FLAG, label, default=default)
    hint = _("From this hour on, a report counts as of the next day. Leave it empty for midnight.")
    yield Field(("calendar", "cut_off"), Kind.LINE, _("End of the day"), hint)


def _reports(languages: tuple[str, ...]) -> Iterator[Field]:
    hint = _("Codes with a comma. Leave it empty for the languages of the page.")
    yield Field(("reports", "languages"), Kind.CODES, _("Languages in which one may report"), hint)
    for path, label in (
        (("reports", "anonymous"), _("A report may be anonymous")),
        (("reports", "pseudonyms"), _("A pseudonym is accepted")),
        (("credit", "offered"), _("Discoverers are named if they wish")),
        (("credit", "alias"), _("By an alias, too")),
        (("credit", "link"), _("With a link, too")),
    ):
        yield Field(path, Kind.FLAG, label, default=True)
    yield Field(("reward", "kind"), Kind.CHOICE, _("Reward"), default=RewardKind.NONE, choices=REWARDS)
    yield from _spoken(("reward", "text"), _("What one may expect"), languages, Kind.WORDS)


def _house(people: tuple[str, ...]) -> Iterator[Field]:
    choices: tuple[tuple[str, str | Promise], ...] = (("", _("Nobody in particular")), *((one, one) for one in people))
    yield Field(("people", "lead"), Kind.CHOICE, _("Who answers for it when an answer does not come"), choices=choices)
    hint = _("Is written to when a promise is late. Not public.")
    yield Field(("people", "responsible_mail"), Kind.LINE, _("Or a mail address"), hint)
    for key, label, default in (
        ("second_person_for_policy", _("A change of this policy needs a second person"), False),
        ("second_person_for_conduct", _("A review of conduct needs a second person"), False),
        ("second_person_for_publication", _("Publishing needs a second person"), False),
        ("second_person_for_erasure", _("Erasing who reported needs a second person"), False),
        ("second_person_for_identity", _("Telling others who reported needs a second person"), False),
        ("score_public", _("Everybody may see how many promises were kept and missed"), True),
    ):
        yield Field(("settings", key), Kind.FLAG, label, default=default)


def _clauses(values: Mapping[str, Any], languages: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """What each clause is called (its title where it has one), and where it stands."""
    for id in (*ASKS, *PROMISES):
        path: Path = ("asks" if id in ASKS else "promises", id)
        yield id, path
    own = values.get("clauses")
    for number, one in enumerate(own if isinstance(own, list) else ()):
        if isinstance(one, dict):
            yield str(one.get("id", f"X{number + 1}")), ("clauses", number)


def _clause(path: Path, languages: tuple[str, ...]) -> Iterator[Field]:
    yield from _spoken((*path, "title"), _("Title"), languages, Kind.LINE)
    yield from _spoken((*path, "text"), _("Text"), languages, Kind.WORDS)


def _spoken(path: Path, label: str | Promise, languages: tuple[str, ...], kind: Kind) -> Iterator[Field]:
    for language in languages:
        yield Field((*path, language), kind, label, language=language)
