"""Reading what is asked and promised.  Pure.

A term stands in one place, as a value (``assessment = "3 working days"``); the sentences name
it as ``{assessment}``.  So the page, the clock and the letters say the same.
"""

import re
from collections.abc import Iterator, Mapping

from meldpunt.policy.rules import Term
from meldpunt.policy.shape import Clause
from meldpunt.policy.tables import Table

ASKS = ("A1", "A2", "A3", "A4", "A5", "A6", "A7")
PROMISES = ("P1", "P2", "P3", "P4", "P5", "P6", "P7")
TERMS: Mapping[str, tuple[str, ...]] = {
    "P1": ("assessment", "acknowledgement"),
    "P4": ("longest_gap",),
    "P6": ("fix",),
    "A3": ("embargo",),
    "P7": ("embargo",),
}
NEEDED = ("assessment", "longest_gap")  # without these a clock would have nothing to count

PLACEHOLDER = re.compile(r"\{([^{}]*)\}|[{}]")
# "within 3 days", "binnen drie werkdagen": a term inside a sentence, where no clock would find it
WRITTEN_OUT = re.compile(
    r"\b([0-9]+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf)\s+"
    r"((working )?days?|hours?|weeks?|months?|(werk)?dag(en)?|uur|uren|week|weken|maand(en)?)\b",
    re.IGNORECASE,
)
OWN_ID = re.compile(r"X[1-9][0-9]?")
ASK, PROMISE = "ask", "promise"


def read_clauses(table: Table, ids: tuple[str, ...], languages: tuple[str, ...]) -> tuple[Clause, ...]:
    """The clauses that every policy has, in their order."""
    clauses = tuple(_clause(table.table(id), id, languages) for id in ids)
    table.no_more()
    return clauses


def read_own(top: Table, languages: tuple[str, ...]) -> dict[str, tuple[Clause, ...]]:
    """The organisation's own clauses, what it asks and what it promises."""
    found: dict[str, tuple[Clause, ...]] = {ASK: (), PROMISE: ()}
    ids: set[str] = set()
    for table in top.tables("clauses"):
        kind, clause = table.choice("kind", (ASK, PROMISE), ""), _own(table, languages)
        if clause.id in ids:
            raise table.refuse("there are two clauses with the id %(id)s.", "id", id=clause.id)
        ids.add(clause.id)
        found[kind] += (clause,)
    return found


def read_reminders(table: Table, default: tuple[Term, ...]) -> tuple[Term, ...]:
    """A4's reminders to erase, each counted from the fix.  An empty list is no reminder at all."""
    return table.terms("erase_reminders") if "erase_reminders" in table else default


def _own(table: Table, languages: tuple[str, ...]) -> Clause:
    id = table.text("id")
    if not OWN_ID.fullmatch(id):
        raise table.refuse('an own clause has an id from X1 to X99, not "%(id)s".', "id", id=id)
    if table.flag("enforced", default=False):
        raise table.refuse("%(id)s is a clause of your own: nothing here can enforce it.", "enforced", id=id)
    clause = Clause(
        id,
        title=table.table("title").wording(languages),
        text=table.table("text").wording(languages),
        enforced=False,
        own=True,
    )
    _check_terms(table, clause, languages)
    table.no_more()
    return clause


def _clause(table: Table, id: str, languages: tuple[str, ...]) -> Clause:
    terms = tuple(_terms(table, id))
    clause = Clause(
        id=id,
        title=table.table("title").wording(languages),
        text=table.table("text").wording(languages),
        enforced=table.flag("enforced"),
        terms=terms,
        internal=_internal(table, dict(terms)),
    )
    _check_terms(table, clause, languages)
    table.no_more(("erase_reminders",) if id == "A4" else ())
    return clause


def _terms(table: Table, id: str) -> Iterator[tuple[str, Term]]:
    for name in TERMS.get(id, ()):
        if name in table or name in NEEDED:
            yield name, table.term(name)


def _internal(table: Table, terms: Mapping[str, Term]) -> tuple[str, ...]:
    names = table.texts("internal")
    for name in names:
        if name not in terms:
            raise table.refuse('internal names "%(name)s", which is no term of this clause.', "internal", name=name)
    return names


def _check_terms(table: Table, clause: Clause, languages: tuple[str, ...]) -> None:
    """What the sentences say about time is what the clock does, or it is refused."""
    for language in languages:
        said = _said(table.table("title"), clause.title.said_in(language), clause, language)
        said |= _said(table.table("text"), clause.text.said_in(language), clause, language)
        for name, _ in clause.terms:
            if name in clause.internal and name in said:
                raise table.refuse("%(term)s is internal, and %(id)s says it.", "internal", id=clause.id, term=name)
            if name not in clause.internal and name not in said:
                raise table.refuse(
                    "%(id)s does not say its term: put {%(term)s} in its title or its text (%(language)s).",
                    "text",
                    id=clause.id,
                    term=name,
                    language=language,
                )


def _said(sentence: Table, words: str, clause: Clause, language: str) -> set[str]:
    """The terms that one sentence names."""
    said = set()
    for found in PLACEHOLDER.finditer(words):
        if clause.term(found[1] or "") is None:
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
    return said
