"""What a text would do if it were the policy, as the desk shows it: page, letter, clocks and what differs."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext

from meldpunt.conversation import letters
from meldpunt.conversation.rules import Draft, Letterhead
from meldpunt.desk import labels
from meldpunt.desk.middleware import DeskRequest
from meldpunt.policy import queries, words
from meldpunt.policy.page import PageWords
from meldpunt.policy.preview import Preview
from meldpunt.policy.shape import Clause, Policy, clause_words
from meldpunt.vault import queries as vault


@dataclass(frozen=True, slots=True)
class Page:
    """The public page and our first letter, in one language."""

    language: str
    name: str
    page: PageWords
    letter: Draft


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison; ``sign`` is +, - or empty, and ``@`` where lines are left out."""

    sign: str
    text: str


def ahead(request: DeskRequest, text: str, base: int) -> dict[str, Any]:
    """Everything that ``desk/policy_ahead.html`` shows.  ``base``: the version to compare with, 0 for none."""
    found, language = queries.preview(text, request.now), get_language() or "en"
    return {
        "preview": found,
        "changes": [one.said_in(language) for one in found.changes],
        "clocks": [(one.words.said_in(language), one.public) for one in found.clocks],
        "warnings": [gettext(one.sentence) % one.words for one in found.warnings],
        "unkept": unkept(found.policy, language),
        "unkept_ids": {clause.id for clause in _clauses(found.policy) if not clause.enforced},
        "pages": [_page(request, found, code) for code in found.policy.languages],
        "lines": list(compared(queries.text_of(base), text)) if base else [],
    }


def unkept(policy: Policy, language: str) -> list[tuple[str, str]]:
    """The sentences that are only words: their ids and titles."""
    return [(one.id, clause_words(one, language).title) for one in _clauses(policy) if not one.enforced]


def _clauses(policy: Policy) -> tuple[Clause, ...]:
    return policy.asks + policy.promises


def _page(request: DeskRequest, found: Preview, language: str) -> Page:
    name = str(labels.LANGUAGES.get(language, language))
    return Page(language, name, found.page[language], _letter(request, found, language))


def _letter(request: DeskRequest, found: Preview, language: str) -> Draft:
    """The acknowledgement of a report that arrives now with the form."""
    policy, base = found.policy, settings.CONFIG.portal_address
    organisation, zone = policy.organisation, policy.calendar.zone
    owed = next(one for one in found.clocks if one.kind == "assessment")
    head = Letterhead(organisation.name, organisation.contact, base, vault.own_fingerprint())
    facts = {
        **head.words_in(language),
        "reference": f"{organisation.reference_prefix}-{request.now.astimezone(zone):%Y}-0001",
        "received": words.moment_in_words(request.now, zone, language),
        "due": words.due_in_words(owed.due.due_on, zone, language),
        "handing": "shown",
        "page": f"{base}/my/",
        "step": 1,
        "head": "…",
    }
    return letters.draft("acknowledgement", language, facts)


def compared(old: str, new: str) -> Iterator[Line]:
    """What differs, line by line, with a little around it."""
    for line in list(difflib.unified_diff(old.splitlines(), new.splitlines(), n=1, lineterm=""))[2:]:
        yield Line("@", "") if line.startswith("@@") else Line(line[0].strip(), line[1:])
