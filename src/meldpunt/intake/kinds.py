"""Kinds of weakness, and the few questions that help to see each for oneself.  Pure: a table.

The form is drawn from it, and the case is written from it.  ``""`` is the kind of who does not know.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from meldpunt.policy.values import Wording


@dataclass(frozen=True, slots=True)
class Question:
    """``id`` names the form's field; ``rows``: 1 asks for a line, more for a text."""

    id: str
    label: Wording
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Kind:
    id: str
    title: Wording
    questions: tuple[Question, ...]


def _said(nl: str, en: str) -> Wording:
    return Wording((("nl", nl), ("en", en)))


def _kind(id: str, nl: str, en: str, *questions: tuple[str, str, str, int]) -> Kind:
    asked = tuple(Question(f"{id}-{name}", _said(nl, en), rows) for name, nl, en, rows in questions)
    return Kind(id, _said(nl, en), asked)


KINDS: tuple[Kind, ...] = (
    _kind(
        "script",
        "Een script in een pagina (XSS)",
        "A script in a page (XSS)",
        ("where", "In welk veld of welk deel van het adres?", "In which field, or which part of the address?", 1),
        ("input", "Wat voert u in, zodat het gebeurt?", "What do you enter to make it happen?", 3),
        ("who", "Wie moet wat doen, en ingelogd als wie?", "Who has to do what, signed in as whom?", 1),
    ),
    _kind(
        "injection",
        "Invoer die opdracht wordt (SQL, opdrachten, bestanden)",
        "Input that becomes a command (SQL, shell, files)",
        ("where", "In welk veld of welke parameter?", "In which field or parameter?", 1),
        ("request", "Een verzoek waarmee het lukt", "A request with which it works", 4),
        ("seen", "Waaraan ziet u dat het lukt?", "What shows that it works?", 2),
    ),
    _kind(
        "access",
        "Toegang die er niet hoort te zijn",
        "Access that should not be there",
        ("as", "Als wie was u ingelogd, of was u dat niet?", "Signed in as whom, or not at all?", 1),
        ("reached", "Wat kon u zien of doen dat niet hoort?", "What could you see or do that you should not?", 2),
        (
            "others",
            "Wat verandert u om bij dat van een ander te komen?",
            "What do you change to reach others?",
            1,
        ),
    ),
    _kind(
        "exposed",
        "Gegevens of bestanden die iedereen kan zien",
        "Data or files that anyone can see",
        ("what", "Wat voor gegevens? Een omschrijving, geen kopie", "What kind of data? Describe it, send no copy", 2),
        ("people", "Gaat het over mensen, en naar schatting hoeveel?", "Is it about people, and about how many?", 1),
        ("since", "Weet u sinds wanneer, of hoe u het vond?", "Do you know since when, or how you found it?", 1),
    ),
    _kind(
        "version",
        "Verouderde of kwetsbare software",
        "Outdated or vulnerable software",
        ("product", "Welke software, welke versie?", "Which software, which version?", 1),
        ("number", "Het CVE-nummer, als u het weet", "The CVE number, if you know it", 1),
        ("seen", "Werkt de kwetsbaarheid hier, en waaraan ziet u dat?", "Does it work here, and what shows it?", 2),
    ),
    _kind(
        "setup",
        "Instelling van mail, DNS of TLS",
        "Mail, DNS or TLS configuration",
        ("record", "Welke naam, welk record of welke poort?", "Which name, record or port?", 1),
        ("measured", "Wat geeft uw meting? Plak de uitvoer", "What did you measure? Paste the output", 4),
        ("misuse", "Hoe kan iemand er hier misbruik van maken?", "How could somebody misuse it here?", 2),
    ),
)
QUESTIONS: Mapping[str, Question] = MappingProxyType({one.id: one for kind in KINDS for one in kind.questions})
TITLES: Mapping[str, Wording] = MappingProxyType({kind.id: kind.title for kind in KINDS})
SORT = _said("Soort", "Kind")


def in_words(kind: str, answers: Mapping[str, str], language: str) -> Iterator[str]:
    """What was chosen and answered, a paragraph each.  What is no kind or question of ours is told as it came."""
    if kind:
        title = TITLES[kind].said_in(language) if kind in TITLES else kind
        yield f"{SORT.said_in(language)}: {title}"
    for question, answer in answers.items():
        if answer.strip():
            label = QUESTIONS[question].label.said_in(language) if question in QUESTIONS else question
            yield f"{label}\n{answer.strip()}"
