"""Reading the policy from the text of ``policy.toml``.  Pure.

Whatever is wrong is refused with its line and the reason.  A term stands in one place, as
a value (``assessment = "3 working days"``); the sentences name it as ``{assessment}``.  So the
page, the clock and the letters say the same.
"""

import re
import tomllib
from datetime import date, time
from urllib.parse import urlsplit

from meldpunt.ground.values import Language
from meldpunt.policy.calendar import COUNTRIES, WorkCalendar
from meldpunt.policy.default import default_text
from meldpunt.policy.errors import BadMoment, BadPolicy, BadTerm
from meldpunt.policy.lines import Lines
from meldpunt.policy.rules import Term, read_zone
from meldpunt.policy.shape import (
    Clause,
    ClauseWords,
    Organisation,
    Policy,
    Wording,
    clause_words,
    digest_of,
)
from meldpunt.policy.tables import Table

__all__ = ["Clause", "ClauseWords", "Organisation", "Policy", "Wording"]
__all__ += ["clause_words", "default_text", "digest_of", "read"]

ASKS = ("A1", "A2", "A3", "A4", "A5", "A6", "A7")
PROMISES = ("P1", "P2", "P3", "P4", "P5", "P6", "P7")
TERMS = {"P1": "assessment", "P4": "longest_gap"}  # the promises that a clock of ours keeps
LANGUAGES = tuple(str(language) for language in Language)

PLACEHOLDER = re.compile(r"\{([^{}]*)\}|[{}]")
# "within 3 days", "binnen drie werkdagen": a term inside a sentence, where no clock would find it
WRITTEN_OUT = re.compile(
    r"\b([0-9]+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf)\s+"
    r"((working )?days?|hours?|weeks?|months?|(werk)?dag(en)?|uur|uren|week|weken|maand(en)?)\b",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,7}")
NAME_LENGTH = 150


def read(text: str) -> Policy:
    """The policy that ``text`` (TOML) describes, or ``BadPolicy``."""
    try:
        top = Table(tomllib.loads(text), Lines(text))
    except (ValueError, RecursionError) as trouble:
        raise _not_toml(str(trouble), text) from None
    languages = _languages(top)
    policy = Policy(
        organisation=_organisation(top.table("organisation"), languages),
        languages=languages,
        calendar=_calendar(top.table("calendar")),
        asks=_clauses(top.table("asks"), ASKS, languages),
        promises=_clauses(top.table("promises"), PROMISES, languages),
        excluded_methods=tuple(_wording(one, languages) for one in top.tables("excluded_methods")),
        non_qualifying=tuple(_wording(one, languages) for one in top.tables("non_qualifying")),
        scope=_wording(top.table("scope"), languages),
        receipt_by_mail=_receipt_by_mail(top),
    )
    top.no_more()
    return policy


def _not_toml(why: str, text: str) -> BadPolicy:
    """The parser's words, its line taken out of them and put where ours stands."""
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", why)
    line = int(found[1]) if found and found[1] else text.rstrip("\n").count("\n") + 1
    why = why.replace(found[0], "") if found else why
    return BadPolicy("this is not valid TOML: %(why)s.", line=line, why=why.rstrip("."))


def _languages(top: Table) -> tuple[str, ...]:
    found = top.items("languages")
    for language in found:
        if language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise top.refuse(
                'there is no language called "%(name)s" here, only %(known)s.',
                "languages",
                name=language,
                known=known,
            )
    if not found or len(set(found)) < len(found):
        raise top.refuse("languages must name at least one language, and each of them once.", "languages")
    return tuple(found)


def _organisation(table: Table, languages: tuple[str, ...]) -> Organisation:
    name = _name(table, languages)
    prefix, contact = table.text("reference_prefix"), table.text("contact")
    if not PREFIX.fullmatch(prefix):
        raise table.refuse(
            'reference_prefix must be two to eight capitals or digits, like VB, not "%(text)s".',
            "reference_prefix",
            text=prefix,
        )
    if not ADDRESS.fullmatch(contact) or len(contact) > 254:
        raise table.refuse('"%(text)s" is not a mail address.', "contact", text=contact)
    url = table.text("url") if "url" in table else None
    if url is not None and not _is_web_address(url):
        raise table.refuse('"%(text)s" is not a web address (https://...).', "url", text=url)
    table.no_more()
    return Organisation(name, prefix, contact, url)


def _name(table: Table, languages: tuple[str, ...]) -> Wording:
    """One name for all languages, or one for each."""
    if isinstance(table.value("name"), dict):
        name = _wording(table.table("name"), languages)
    else:
        name = Wording(tuple((language, table.text("name")) for language in languages))
    if any("\n" in words or len(words) > NAME_LENGTH for _, words in name.by_language):
        raise table.refuse("the name must be one line of at most %(most)d letters.", "name", most=NAME_LENGTH)
    return name


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # a broken IPv6 address, for one
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r'[\s"<>]', url)


def _calendar(table: Table) -> WorkCalendar:
    country = table.text("country") if "country" in table else "NL"
    if country not in COUNTRIES:
        raise table.refuse('the holidays of "%(name)s" are not known here.', "country", name=country)
    name = table.text("zone")
    try:
        zone = read_zone(name)
    except BadMoment as refusal:
        raise table.refuse(refusal.sentence, "zone", **refusal.words) from None
    calendar = WorkCalendar(
        zone=zone,
        five_may=table.flag("five_may", default=True),
        good_friday=table.flag("good_friday", default=True),
        equated_days=table.flag("equated_days", default=False),
        closing_days=_closing_days(table),
        cut_off=_cut_off(table),
        country=country,
    )
    table.no_more()
    return calendar


def _closing_days(table: Table) -> frozenset[date]:
    days = table.items("closing_days")
    for day in days:
        if type(day) is not date:  # a datetime is a date too, to Python
            raise table.refuse("closing_days are dates without quotes, like 2026-12-24.", "closing_days")
    return frozenset(days)


def _cut_off(table: Table) -> time | None:
    if "cut_off" not in table:
        return None
    found = table.value("cut_off")
    try:
        cut_off = found if isinstance(found, time) else time.fromisoformat(str(found))
    except ValueError:
        cut_off = None
    if cut_off is None or cut_off.tzinfo is not None:
        raise table.refuse('cut_off must be a time of day, like "17:00".', "cut_off")
    return cut_off


def _clauses(table: Table, ids: tuple[str, ...], languages: tuple[str, ...]) -> tuple[Clause, ...]:
    clauses = tuple(_clause(table.table(id), id, languages) for id in ids)
    table.no_more()
    return clauses


def _clause(table: Table, id: str, languages: tuple[str, ...]) -> Clause:
    term_name = TERMS.get(id)
    clause = Clause(
        id=id,
        title=_wording(table.table("title"), languages),
        text=_wording(table.table("text"), languages),
        enforced=table.flag("enforced"),
        term_name=term_name,
        term=_term(table, term_name) if term_name else None,
    )
    for language in languages:
        _check_terms(table, clause, language)
    table.no_more()
    return clause


def _term(table: Table, key: str) -> Term:
    text = table.text(key)
    try:
        return Term.read(text)
    except BadTerm as refusal:
        raise table.refuse(refusal.sentence, key, **refusal.words) from None


def _check_terms(table: Table, clause: Clause, language: str) -> None:
    """What the sentences say about time is what the clock does, or it is refused."""
    said = set()
    for part, words in (("title", clause.title.said_in(language)), ("text", clause.text.said_in(language))):
        sentence = table.table(part)
        for found in PLACEHOLDER.finditer(words):
            if clause.term_name is None or found[1] != clause.term_name:
                raise sentence.refuse("%(id)s has no term called %(found)s.", language, id=clause.id, found=found[0])
            said.add(found[1])
        written = WRITTEN_OUT.search(words)
        if written and clause.enforced:
            raise sentence.refuse(
                '%(id)s says "%(found)s" in its words, where no clock finds it. '
                "Give a term as a value, or set enforced = false.",
                language,
                id=clause.id,
                found=written[0],
            )
    if clause.term_name and clause.term_name not in said:
        raise table.refuse(
            "%(id)s does not say its term: put {%(term)s} in its title or its text (%(language)s).",
            "text",
            id=clause.id,
            term=clause.term_name,
            language=language,
        )


def _wording(table: Table, languages: tuple[str, ...]) -> Wording:
    words = Wording(tuple((language, table.text(language)) for language in languages))
    table.no_more(LANGUAGES)  # a translation that is not switched on yet does no harm
    return words


def _receipt_by_mail(top: Table) -> bool:
    if "settings" not in top:
        return True
    settings = top.table("settings")
    receipt_by_mail = settings.flag("receipt_by_mail", default=True)
    settings.no_more()
    return receipt_by_mail
