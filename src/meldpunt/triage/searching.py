"""Search over everything that one may see.  The index says which cases; only those that are shown are opened."""

from dataclasses import dataclass, field
from datetime import datetime

from meldpunt.cases import access, texts
from meldpunt.cases import queries as cases
from meldpunt.cases.queries import CaseView
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef, Language
from meldpunt.policy.calendar import WorkCalendar
from meldpunt.promises import queries as promises
from meldpunt.triage import asked, excerpts, fulltext, stemming, wording
from meldpunt.triage.asked import Asked, Filter, Named, Term
from meldpunt.triage.excerpts import Excerpt
from meldpunt.triage.fulltext import Any, Phrase, Question
from meldpunt.triage.keyed import Tokens
from meldpunt.vault.keyring import VaultKeys

MOST_PAGES = 40
MOST_DUE = 500  # cases that ``due:`` looks among, the most urgent
RECORDS = 12  # of each case that is shown, the newest: looked through for the place that was found
READABLE = fulltext.EVERYTHING  # the columns that a handler may ask


@dataclass(frozen=True, slots=True)
class Found:
    """A case that answers, who reported it, and where the words stand."""

    case: CaseView
    who: str = field(repr=False)
    excerpt: Excerpt | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    asked: Asked
    found: tuple[Found, ...]
    more: bool


def find(
    viewer: Actor,
    typed: str,
    *,
    keys: VaultKeys,
    calendar: WorkCalendar,
    now: datetime,
    page: int = 1,
    size: int = 15,
    quick: bool = False,
) -> Answer:
    """What answers the question ``typed``, the best first.  ``quick``: without saying where it was found.

    Seven queries at most.  ``NotYours`` for who may not search.
    """
    access.check(viewer, Right.SEARCH)
    question = asked.read(typed)
    if not question.positive or not 1 <= page <= MOST_PAGES:
        return Answer(question, (), False)
    among = promises.cases_due(question.due, calendar, now, MOST_DUE) if question.due else None
    wanted = in_tokens(question, keys, among, access.hidden_from(viewer))
    refs = fulltext.find(wanted, (page - 1) * size, size + 1)
    shown = refs[:size]
    known = cases.lines(shown, keys)
    where = {} if quick else texts.of_cases(shown, keys, RECORDS)
    found = [
        Found(*known[ref], excerpts.best(where[CaseRef(ref)], question) if CaseRef(ref) in where else None)
        for ref in shown
        if ref in known
    ]
    return Answer(question, tuple(found), len(refs) > size)


def in_tokens(
    question: Asked,
    keys: VaultKeys,
    among: tuple[CaseRef, ...] | None = None,
    hidden: frozenset[CaseRef] = frozenset(),
) -> Question:
    """The question in the tokens that the index holds.

    ``among``: what is due, if that was asked; ``hidden``: what the viewer may not know of.
    """
    tokens = Tokens(keys)
    named = [_named(one, tokens) for one in question.named if not one.without]
    terms = [term for term in question.terms if not term.without]
    telling = [term for term in terms if not _is_small(term)]
    if not (telling or named or question.reference or question.due):
        telling = terms
    wanted = [_term(term, tokens) for term in telling] + named
    if question.reference:
        wanted.append(_one(tokens.name("ref", question.reference), ("words",)))
    unwanted = [_term(term, tokens) for term in question.terms if term.without]
    unwanted += [_named(one, tokens) for one in question.named if one.without]
    return Question(tuple(wanted), tuple(unwanted), among, hidden)


def _is_small(term: Term) -> bool:
    """A word that nearly every text has: looked for only when there is nothing else."""
    return len(term.words) == 1 and term.words[0] in wording.SMALL


def _term(term: Term, tokens: Tokens, columns: tuple[str, ...] = READABLE) -> Any:
    """A word in all its forms; a phrase as each language would have it."""
    if len(term.words) > 1:
        stems = (wording.in_order(term.words, language) for language in Language)
        phrases = dict.fromkeys(tuple(tokens.word(stem) for stem in one) for one in stems)
        return Any(tuple(Phrase(phrase, columns) for phrase in phrases))
    [word] = term.words
    made = [tokens.word(stem) for stem in stemming.all_stems(word)]
    if term.begun and len(word) >= wording.FIRST:
        made.append(tokens.start(wording.beginning(word)))
    return Any(tuple(Phrase((token,), columns) for token in made))


def _named(one: Named, tokens: Tokens) -> Any:
    match one.kind:
        case Filter.FROM:
            return _term(Term(tuple(wording.words(one.value)) or ("",), begun=True), tokens, ("who",))
        case Filter.STATE | Filter.SEVERITY | Filter.HANDLER:
            return _one(tokens.name(one.kind, one.value), ("facts",))
    return _one(tokens.name(one.kind, one.value), ("title", "words", "notes"))


def _one(token: str, columns: tuple[str, ...]) -> Any:
    return Any((Phrase((token,), columns),))
