"""Where the words of a question stand in a case: a few lines around them.  Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from meldpunt.cases.rules import RecordKind
from meldpunt.cases.texts import Text, Texts
from meldpunt.triage import stemming, wording
from meldpunt.triage.asked import Asked
from meldpunt.triage.wording import Place

SHORT = 10  # what is left of a text after an excerpt, and is shown as well
AROUND = 9  # words before and after
WIDTH = 26  # words of an excerpt
MOST_SIGNS = 50_000  # of one text that are looked through
MOST_FORMS = 4000  # distinct words whose stems are looked at in one case


@dataclass(frozen=True, slots=True)
class Excerpt:
    """``kind``: of the record that it is from.  ``pieces``: text, and whether it is what was looked for."""

    kind: RecordKind
    pieces: tuple[tuple[str, bool], ...] = field(repr=False)


def best(case: Texts, question: Asked) -> Excerpt | None:
    """The place with the most of the words that were asked for; of equal ones the newest."""
    wanted = _Wanted(question)
    if not wanted:
        return None
    found: tuple[int, Text, list[Place], int] | None = None
    for text in case.texts:
        places = wording.places(text.text[:MOST_SIGNS])
        score, at = _densest(places, wanted)
        if score and (found is None or score > found[0]):
            found = score, text, places, at
    if found is None:
        return None
    _, text, places, at = found
    return Excerpt(text.kind, tuple(_pieces(text.text, places[at : at + WIDTH], wanted)))


class _Wanted:
    """The words of a question, in every form."""

    def __init__(self, question: Asked) -> None:
        terms = [term for term in question.terms if not term.without]
        words = [word for term in terms for word in term.words]
        telling = [word for word in words if word not in wording.SMALL] or words
        self._stems = {stem for word in telling for stem in stemming.all_stems(word)}
        self._begun = tuple(term.words[-1] for term in terms if term.begun and len(term.words[-1]) >= wording.FIRST)
        self._known: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._stems)

    def form_of(self, word: str) -> str:
        """Which of the words it is a form of, as a stem; empty for none."""
        if word not in self._known and len(self._known) < MOST_FORMS:
            stems = set(stemming.all_stems(word)) & self._stems
            begun = word.startswith(self._begun) if self._begun else False
            self._known[word] = min(stems) if stems else word if begun else ""
        return self._known.get(word, "")


def _densest(places: list[Place], wanted: _Wanted) -> tuple[int, int]:
    """How many different words stand within one excerpt, and where it begins."""
    hits = [(at, form) for at, place in enumerate(places) if (form := wanted.form_of(place.plain))]
    most, begins = 0, 0
    for number, (at, _) in enumerate(hits):
        near = {form for there, form in hits[number : number + WIDTH] if there < at + WIDTH - AROUND}
        if len(near) > most:
            most, begins = len(near), max(at - AROUND, 0)
    return most, begins


def _pieces(text: str, places: list[Place], wanted: _Wanted) -> Iterable[tuple[str, bool]]:
    """One line, with what was found told apart."""
    start = places[0].start
    if start:
        yield "… ", False
    for place in places:
        if wanted.form_of(place.plain):
            yield _line(text[start : place.start]), False
            yield text[place.start : place.end], True
            start = place.end
    end = places[-1].end
    whole = len(text) - end < SHORT
    yield _line(text[start:] if whole else text[start:end]).rstrip() + ("" if whole else " …"), False


def _line(text: str) -> str:
    """Runs of white space as one space."""
    return " ".join(f"|{text}|".split())[1:-1]
