"""The form over the text of the policy: what it shows, and the text with what was typed."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import DateField
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

from meldpunt.desk import labels
from meldpunt.desk.answer import DATES
from meldpunt.desk.policy_fields import OPTIONAL_TERM, Field, Kind, Section, languages_of, sections
from meldpunt.policy.amending import amend, within, without_language
from meldpunt.policy.clauses import PLACEHOLDER
from meldpunt.policy.document import read
from meldpunt.policy.errors import BadPolicy, BadTerm
from meldpunt.policy.lines import Lines
from meldpunt.policy.rules import Term
from meldpunt.policy.words import term_in_figures, term_in_words

LANGUAGES = ("languages",)


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as the page shows it."""

    field: Field
    value: str
    on: bool
    error: str = ""

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def hint(self) -> str | Promise:
        if self.field.hint == OPTIONAL_TERM:
            return self.field.hint % {"placeholder": f"{{{self.field.path[-1]}}}"}
        return self.field.hint

    @property
    def tongue(self) -> str | Promise:
        return labels.LANGUAGES.get(self.field.language, self.field.language)


@dataclass(frozen=True, slots=True)
class Part:
    """A section as the page shows it; ``title`` of a clause is what the clause is called now."""

    section: Section
    fields: tuple[Shown, ...]
    title: str | Promise

    @property
    def wrong(self) -> bool:
        return any(one.error for one in self.fields)


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with what was typed in it; what could not be put there stays in ``typed`` with its error."""

    text: str
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    changed: tuple[Field, ...]


def parse(text: str) -> dict[str, Any]:
    """The values of a text, or ``BadPolicy`` when it is no TOML at all."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        read(text)  # says it with its line
        raise  # pragma: no cover


def parts(
    text: str, people: tuple[str, ...], typed: Mapping[str, str], errors: Mapping[str, str], language: str
) -> tuple[Part, ...]:
    """The form for ``text``."""
    values = parse(text)
    found = []
    for section in sections(values, people):
        shown = tuple(_shown(field, values, typed, errors) for field in section.fields)
        title = f"{section.title} {_called(shown, values, language)}" if section.folded else section.title
        found.append(Part(section, shown, title))
    return tuple(found)


def fill(text: str, people: tuple[str, ...], posted: Mapping[str, str]) -> Filled:
    """``text`` with the values that were posted, where they differ from what it says."""
    values, typed, errors, changed = parse(text), {}, {}, []
    fields = [field for section in sections(values, people) for field in section.fields]
    fields.sort(key=lambda field: field.path != LANGUAGES)  # these decide which others there are
    spoken = languages_of(values)
    for field in fields:
        given = _given(field, posted)
        gone = field.language and field.language not in spoken
        if gone or given is None or _same(field, given, _value(field, values)):
            continue
        try:
            text = _put(text, field, given, values)
            changed.append(field)
        except ValidationError:
            typed[field.name] = given
            errors[field.name] = gettext("Write each day as year-month-day, like 2026-12-24.")
        spoken = languages_of(parse(text)) if field.path == LANGUAGES else spoken
    return Filled(text, typed, errors, tuple(changed))


def errors_in(
    text: str, refusal: BadPolicy, said: str, changed: Sequence[Field], fields: Iterable[Field]
) -> dict[str, str]:
    """The refusal by the name of the field on its line: the one that it names, or one that was changed."""
    lines = Lines(text)
    on_it = [field for field in fields if refusal.line and lines.of(field.path) == refusal.line]
    named = [field for field in on_it if field.name == refusal.words.get("name")]
    here = named or [field for field in on_it if field in changed] or on_it
    return {here[0].name: said} if here else {}


def _given(field: Field, posted: Mapping[str, str]) -> str | None:
    if field.kind is Kind.FLAG:
        return "1" if field.name in posted else ""
    found = posted.get(field.name)
    return None if found is None else found.replace("\r\n", "\n").strip()


def _same(field: Field, given: str, value: Any) -> bool:
    """Whether ``given`` says what stands there; a term does in either language."""
    if field.kind is Kind.TERM and (term := _read_term(given)):
        return term == _read_term(value)
    return given == _written(field, value)


def _read_term(value: Any) -> Term | None:
    try:
        return Term.read(str(value))
    except BadTerm:
        return None


def _put(text: str, field: Field, given: str, values: Mapping[str, Any]) -> str:
    if field.kind is Kind.FLAG:
        return amend(text, field.path, bool(given))
    if field.kind is Kind.DAYS:
        return amend(text, field.path, _days(given))
    if field.kind is Kind.CODES:
        codes = re.split(r"[\s,;]+", given.lower()) if given else []
        if field.path == LANGUAGES:
            for gone in set(languages_of(values)) - set(codes):
                text = without_language(text, gone)
        elif not codes:
            return amend(text, field.path, None)
        return amend(text, field.path, codes)
    term = _read_term(given) if field.kind is Kind.TERM else None
    return amend(text, field.path, str(term) if term else given or None)


def _days(given: str) -> list[date]:
    one = DateField(input_formats=DATES)
    found = {day for word in re.split(r"[\s,;]+", given) if word and (day := one.clean(word))}
    return sorted(found)


def _shown(field: Field, values: Mapping[str, Any], typed: Mapping[str, str], errors: Mapping[str, str]) -> Shown:
    value = typed.get(field.name, _written(field, _value(field, values)))
    return Shown(field, value, bool(value), errors.get(field.name, ""))


def _value(field: Field, values: Mapping[str, Any]) -> Any:
    found = within(values, field.path)
    return field.default if found is None else found


def _written(field: Field, value: Any) -> str:
    """A value as one types it."""
    if field.kind is Kind.FLAG:
        return "1" if value is True else ""
    if field.kind is Kind.TERM and (term := _read_term(value)):
        return term_in_figures(term, get_language() or "en")
    if isinstance(value, list):
        return ("\n" if field.kind is Kind.DAYS else ", ").join(str(one) for one in value)
    if isinstance(value, str):
        return value.strip()
    return f"{value:%H:%M}" if hasattr(value, "hour") else ""


def _called(shown: Sequence[Shown], values: Mapping[str, Any], language: str) -> str:
    """The title of a clause, from its own fields, in the language of the reader if it has it; its terms filled in."""
    titles = {one.field.language: one for one in shown if one.field.path[-2] == "title"}
    one = titles.get(language) or next(iter(titles.values()), None)
    return PLACEHOLDER.sub(lambda found: _term(one.field, values, found), one.value) if one else ""


def _term(field: Field, values: Mapping[str, Any], found: re.Match[str]) -> str:
    term = _read_term(within(values, (*field.path[:-2], found[1] or "")))
    return term_in_words(term, field.language) if term else found[0]
