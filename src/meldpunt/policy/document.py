"""Reading the policy from the text of ``policy.toml``.  Pure.

Whatever is wrong is refused with its line and the reason.  ``parse`` asks whether a text is a policy at
all, which every version is that was ever published; ``read`` asks as well whether its parts agree.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from meldpunt.policy.clauses import ASK, ASKS, PROMISE, PROMISES, read_clauses, read_own, read_reminders
from meldpunt.policy.contradictions import check
from meldpunt.policy.default import default_text
from meldpunt.policy.details import read_details
from meldpunt.policy.lines import Lines
from meldpunt.policy.not_toml import not_toml
from meldpunt.policy.shape import REMINDERS, Clause, ClauseWords, Policy, clause_words, digest_of
from meldpunt.policy.tables import LANGUAGES, Table
from meldpunt.policy.values import Organisation, Wording
from meldpunt.policy.working_days import read_calendar

__all__ = ["ASKS", "PROMISES", "Clause", "ClauseWords", "Organisation", "Policy", "Wording"]
__all__ += ["clause_words", "default_text", "digest_of", "parse", "read"]

PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,7}")
NAME_LENGTH = 150


def read(text: str) -> Policy:
    """The policy that ``text`` (TOML) describes, fit to be published, or ``BadPolicy``."""
    values, lines = _parsed(text)
    policy = _policy(Table(values, lines))
    check(policy, values, lines)
    return policy


def parse(text: str) -> Policy:
    """The policy that ``text`` describes, even if its parts contradict each other, or ``BadPolicy``."""
    return _policy(Table(*_parsed(text)))


def _parsed(text: str) -> tuple[Mapping[str, Any], Lines]:
    try:
        return tomllib.loads(text), Lines(text)
    except (ValueError, RecursionError) as trouble:
        raise not_toml(str(trouble), text) from None


def _policy(top: Table) -> Policy:
    languages = _languages(top)
    own, asks = read_own(top, languages), top.table("asks")
    policy = Policy(
        organisation=_organisation(top.table("organisation"), languages),
        languages=languages,
        calendar=read_calendar(top.table("calendar")),
        asks=read_clauses(asks, ASKS, languages) + own[ASK],
        promises=read_clauses(top.table("promises"), PROMISES, languages) + own[PROMISE],
        excluded_methods=tuple(one.wording(languages) for one in top.tables("excluded_methods")),
        non_qualifying=tuple(one.wording(languages) for one in top.tables("non_qualifying")),
        scope=top.table("scope").wording(languages),
        erase_reminders=read_reminders(asks.table("A4"), REMINDERS),
        **read_details(top, languages),
    )
    top.no_more()
    return policy


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
    prefix, contact = table.text("reference_prefix"), table.address("contact")
    if not PREFIX.fullmatch(prefix):
        raise table.refuse(
            'reference_prefix must be two to eight capitals or digits, like VB, not "%(text)s".',
            "reference_prefix",
            text=prefix,
        )
    url = table.web_address("url")
    table.no_more()
    return Organisation(name, prefix, contact, url)


def _name(table: Table, languages: tuple[str, ...]) -> Wording:
    """One name for all languages, or one for each."""
    if isinstance(table.value("name"), dict):
        name = table.table("name").wording(languages)
    else:
        name = Wording(tuple((language, table.text("name")) for language in languages))
    if any("\n" in words or len(words) > NAME_LENGTH for _, words in name.by_language):
        raise table.refuse("the name must be one line of at most %(most)d letters.", "name", most=NAME_LENGTH)
    return name
