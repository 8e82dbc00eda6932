"""Make cases findable: the index is written anew from what was written in a case.  Commands as in ``commands.py``.

Needs the vault's key, so the opener does it, a moment after the act; the ledger says which case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from meldpunt.cases import texts
from meldpunt.cases.rules import RecordKind
from meldpunt.cases.texts import Texts
from meldpunt.ground.values import Actor, CaseRef, Language
from meldpunt.ledger import log
from meldpunt.triage import wording
from meldpunt.triage.keyed import Tokens
from meldpunt.triage.models import Searchable
from meldpunt.vault.keyring import VaultKeys

FOLLOWER = "search"
MOST_RECORDS = 300  # of one case, the newest
MOST_SIGNS = 200_000  # of one text
MOST_TOKENS = 10_000  # of one column, in each of its two parts: an engine counts no further
# What changes nothing that can be searched for
QUIET = frozenset({"letter.sent", "receipt.issued", "promise.missed", "promise.reminded", "letter.promised"})
ENDS = {"report.closed": "closed", "report.reopened": "open", "fix.landed": "solved", "fix.reopened": "open"}


@dataclass
class _Column:
    """What one column will hold: text after text, and then what stands beside them, in no order that says anything."""

    ordered: list[str] = field(default_factory=list)
    beside: set[str] = field(default_factory=set)

    def add(self, text: str, otherwise: Language, tokens: Tokens, names: bool = True) -> None:
        text = text[:MOST_SIGNS]
        found = wording.words(text)
        ordered, beside = tokens.text(found, wording.language_of(found, otherwise))
        self.ordered += ordered
        self.beside |= beside | (tokens.names(text) if names else set())

    def __str__(self) -> str:
        return " ".join((*self.ordered[:MOST_TOKENS], *sorted(self.beside)[:MOST_TOKENS]))


@transaction.atomic
def index(refs: Sequence[str], *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Write these cases into the index anew.  One that does not exist leaves it."""
    found = texts.of_cases(refs, keys, MOST_RECORDS)
    before = dict(Searchable.objects.filter(ref__in=refs).values_list("ref", "who"))
    for ref in refs:
        if case := found.get(CaseRef(ref)):
            Searchable.objects.update_or_create(ref=ref, defaults=columns(case, keys))
            if before.get(ref) and not any(_names(case)):
                _wipe()  # who reported was erased
        else:
            forget(CaseRef(ref), by=by, now=now)


def columns(case: Texts, keys: VaultKeys) -> dict[str, str]:
    """What the index holds of a case."""
    language, tokens = Language(case.language), Tokens(keys)
    title, written, notes, who = _Column(), _Column(), _Column(), _Column()
    title.add(case.title, language, tokens)
    written.beside |= {tokens.name("ref", case.ref.lower())}
    for text in case.texts:
        column = notes if text.kind is RecordKind.NOTE else written
        column.add("\n".join((text.text, *text.files)), language, tokens)
    for name in _names(case):
        who.add(name, Language.ENGLISH, tokens, names=False)
    facts = sorted(tokens.name(kind, name) for kind, name in _facts(case))
    return {"title": str(title), "words": str(written), "notes": str(notes), "who": str(who), "facts": " ".join(facts)}


def _names(case: Texts) -> Iterable[str]:
    """Each name and address once, each a text of its own."""
    theirs = (case.reporter.name, case.reporter.address, *(text.sender for text in case.texts))
    return dict.fromkeys(filter(None, theirs))


def _facts(case: Texts) -> Iterable[tuple[str, str]]:
    """Where a case stands, as (kind, name): what stands in a question before and behind the colon."""
    yield "severity", case.severity or "unrated"
    yield "state", case.verdict or "unassessed"
    yield "handler", case.handler or "nobody"
    ends = [ENDS[told.kind] for told in log.read(case.ref) if told.kind in ENDS]
    if "solved" in ends and ends[-1] != "open":
        yield "state", "solved"
    yield "state", "closed" if ends and ends[-1] == "closed" else "open"


@transaction.atomic
def forget(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """Take a case out of the index, and its tokens out of the file."""
    if Searchable.objects.filter(ref=ref).delete()[0]:
        _wipe()


@transaction.atomic
def forget_who(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """Take who reported out of the index: for when their identity is erased."""
    if Searchable.objects.filter(ref=ref).exclude(who="").update(who=""):
        _wipe()


def _wipe() -> None:
    """SQLite's engine only notes that a token is gone, and leaves it where it is until it tidies up."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO triage_words (triage_words) VALUES ('optimize')")


@transaction.atomic
def sweep(*, by: Actor, now: datetime, known: Iterable[str]) -> int:
    """Forget what is in the index and not among the ``known`` cases.  Returns how many there were."""
    gone = set(Searchable.objects.values_list("ref", flat=True)) - set(known)
    for ref in gone:
        forget(CaseRef(ref), by=by, now=now)
    return len(gone)
