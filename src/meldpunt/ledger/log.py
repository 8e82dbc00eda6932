"""Append to the ledger and read it back.  Rows stay in here; ``Told`` goes out."""

import functools
import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol

from django.db import connection

from meldpunt.ground.values import Actor
from meldpunt.ledger.line import ask
from meldpunt.ledger.models import Entry
from meldpunt.ledger.rows import every, insert_plain

HOUSE = "house"  # the stream of what belongs to no case
NOTHING_BEFORE = "0" * 64
TURNSTILE = 0x1ED6E4  # any number, as long as nobody else locks on it


Entire = dict[str, Any]


class Fact(Protocol):
    """A frozen dataclass with a dotted ``kind`` and plain fields (str, int, bool, None)."""

    kind: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, as everyone else may see it.  ``at`` is UTC."""

    number: int
    stream: str
    step: int
    at: datetime
    by: str
    kind: str
    facts: dict[str, Any]
    hash: str


def append(stream: str, fact: Fact, *, by: Actor, now: datetime) -> Told:
    """Write one fact as the next entry of ``stream`` and return it.

    Must run inside the transaction that makes the fact true.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a fact is written with the change, or not at all")
    _take_turns()
    number, step, before = _ends(stream)
    facts = {name: getattr(fact, name) for name in _names(type(fact))}
    words = (number + 1, stream, step + 1, now, str(by), fact.kind, facts)
    mark = _hash(before, *words)
    insert_plain(Entry, _COLUMNS, [(*words, before, mark)])
    return Told(*words, mark)


_COLUMNS = ("number", "stream", "step", "at", "by", "kind", "facts", "before", "hash")


@functools.cache
def _names(kind: type[Fact]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))  # type: ignore[arg-type]


def _ends(stream: str) -> tuple[int, int, str]:
    """The number of the newest entry of all, and step and hash of the newest one of ``stream``: one look."""
    [(number, step, last)] = ask(
        "SELECT whole.number, mine.step, mine.hash"
        " FROM (SELECT MAX(number) AS number FROM ledger_entry) AS whole"
        " LEFT JOIN ledger_entry AS mine ON mine.stream = %s ORDER BY mine.step DESC LIMIT 1",
        [stream],
    )
    return number or 0, step or 0, last or NOTHING_BEFORE


def _take_turns() -> None:
    """One writer at a time, so that numbers become visible in the order they are given.

    Without this a follower can pass a slow writer's entry and never come back.
    SQLite's immediate transactions already take turns.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURNSTILE])


def read(stream: str) -> list[Told]:
    """All entries of one stream, oldest first."""
    return [told(entry) for entry in every(Entry, "step", stream=stream)]


def by_stream(kinds: Collection[str]) -> Iterator[Told]:
    """Every entry of these kinds, a stream at a time, each oldest first."""
    rows = Entry.objects.filter(kind__in=kinds).order_by("stream", "step").values_list(*Told.__dataclass_fields__)
    return (Told(*row) for row in rows.iterator(chunk_size=2000))


def everything() -> Iterator[Entire]:
    """Every entry with all that its hash is over, by its number: for who checks the log elsewhere."""
    columns = ("before", "number", "stream", "step", "at", "by", "kind", "facts", "hash")
    for row in Entry.objects.order_by("number").values(*columns).iterator(chunk_size=2000):
        yield {**row, "at": row["at"].astimezone(UTC).isoformat()}


def length() -> int:
    """How many entries there are."""
    [(last,)] = ask("SELECT MAX(number) FROM ledger_entry")
    return last or 0


def head(stream: str) -> str:
    """The hash of the newest entry of ``stream``: what a letter carries as its witness."""
    return _ends(stream)[2]


def told(entry: Entry) -> Told:
    return Told(entry.number, entry.stream, entry.step, entry.at, entry.by, entry.kind, entry.facts, entry.hash)


def hash_of(entry: Entry) -> str:
    """SHA-256 over the canonical JSON of everything that the entry says."""
    return _hash(entry.before, entry.number, entry.stream, entry.step, entry.at, entry.by, entry.kind, entry.facts)


def _hash(before: str, number: int, stream: str, step: int, at: datetime, by: str, kind: str, facts: Entire) -> str:
    words = [before, number, stream, step, at.astimezone(UTC).isoformat(), by, kind, facts]
    canonical = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
