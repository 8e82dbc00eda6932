"""The database's own full-text engine, asked for keyed tokens: SQLite's FTS5 or PostgreSQL's ``tsvector``.

A question is a tree of the small classes below; each engine has its own way to write that down.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

EVERYTHING = ("title", "words", "notes", "who", "facts")
_WEIGHTS = {"title": "A", "who": "B", "notes": "C", "words": "D", "facts": "D"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that stand beside each other in one of the columns."""

    tokens: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One of these."""

    of: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """All of ``wanted`` and none of ``unwanted``.

    ``among``: only these references; ``None`` for all.  ``hidden``: never these.
    """

    wanted: tuple[Any, ...]
    unwanted: tuple[Any, ...] = ()
    among: tuple[str, ...] | None = None
    hidden: frozenset[str] = frozenset()


def find(question: Question, first: int, most: int) -> list[str]:
    """The references that answer it, the best first, and of equal ones the newest."""
    if not question.wanted:
        return [ref for ref in question.among or () if ref not in question.hidden][first : first + most]
    ask = {"postgresql": _postgresql, "sqlite": _sqlite}[connection.vendor]
    statement, values = ask(question, first, most)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [ref for (ref,) in cursor.fetchall()]


def _among(question: Question) -> tuple[str, list[str]]:
    narrowed, refs = "", []
    if question.among is not None:
        narrowed, refs = f" AND ref IN ({_places(question.among)})", list(question.among)
    if question.hidden:
        narrowed, refs = f"{narrowed} AND ref NOT IN ({_places(question.hidden)})", [*refs, *question.hidden]
    return narrowed, refs


def _places(refs: Collection[str]) -> str:
    return ", ".join(["%s"] * len(refs)) or "NULL"


def _sqlite(question: Question, first: int, most: int) -> tuple[str, list[str | int]]:
    match = " AND ".join(f"({_fts(one)})" for one in question.wanted)
    for one in question.unwanted:
        match = f"({match}) NOT ({_fts(one)})"
    among, refs = _among(question)
    narrowed = f" AND rowid IN (SELECT id FROM triage_searchable WHERE 1 = 1{among})" if among else ""  # noqa: S608
    statement = (
        "SELECT ref FROM (SELECT rowid AS found, rank AS score FROM triage_words"  # noqa: S608  our own names
        f" WHERE triage_words MATCH %s{narrowed} ORDER BY rank, rowid DESC LIMIT %s OFFSET %s)"
        " JOIN triage_searchable ON id = found ORDER BY score, id DESC"
    )
    return statement, [match, *refs, most, first]


def _fts(one: Any) -> str:
    """Tokens are letters only, so nothing has to be quoted."""
    return " OR ".join(
        f'{{{" ".join(phrase.columns)}}} : "{" ".join(phrase.tokens)}"'
        if phrase.columns != EVERYTHING
        else f'"{" ".join(phrase.tokens)}"'
        for phrase in one.of
    )


def _postgresql(question: Question, first: int, most: int) -> tuple[str, list[str | int]]:
    query = " & ".join(f"({_tsquery(one)})" for one in question.wanted)
    query += "".join(f" & !({_tsquery(one)})" for one in question.unwanted)
    among, refs = _among(question)
    statement = (
        "SELECT ref FROM triage_searchable, to_tsquery('simple', %s) AS asked"  # noqa: S608  our own names
        f" WHERE vector @@ asked{among}"
        " ORDER BY ts_rank('{0.1, 0.1, 0.4, 1.0}', vector, asked) DESC, id DESC LIMIT %s OFFSET %s"
    )
    return statement, [query, *refs, most, first]


def _tsquery(one: Any) -> str:
    def token(text: str, columns: Sequence[str]) -> str:
        if tuple(columns) == EVERYTHING:
            return text
        return f"{text}:{''.join(sorted({_WEIGHTS[column] for column in columns}))}"

    return " | ".join(f"({' <-> '.join(token(text, phrase.columns) for text in phrase.tokens)})" for phrase in one.of)
