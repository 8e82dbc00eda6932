"""Needs more: the question whose answer a report lacks.  Pure.

    nothing --ask--> asked --the reporter writes--> answered
                      ^  |                             |
                      +--+------------ask--------------+

The clocks of the policy go on meanwhile: a question is no assessment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from meldpunt.ground.values import Language
from meldpunt.triage.errors import BadQuestion

MOST_ASKED = 6  # who is asked more than that does not answer
LONGEST = 1_000  # characters of a question of one's own


class More(StrEnum):
    NOTHING = "nothing"
    ASKED = "asked"
    ANSWERED = "answered"


class Happened(Protocol):
    """An entry of the ledger, or an event of a page."""

    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Asking:
    """``at``: when it was asked the last time, or answered."""

    state: More = More.NOTHING
    at: datetime | None = None


def standing_of(told: Iterable[Happened]) -> Asking:
    """Where the question stands, by what happened, oldest first."""
    now = Asking()
    for entry in told:
        if entry.kind == "needs-more.asked":
            now = Asking(More.ASKED, entry.at)
        elif entry.kind == "reporter.wrote" and now.state is More.ASKED:
            now = Asking(More.ANSWERED, entry.at)
    return now


@dataclass(frozen=True, slots=True)
class Question:
    """``id`` is for forms; the words in each language."""

    id: str
    words: Mapping[str, str]

    def said_in(self, language: str) -> str:
        return self.words[language if language in self.words else Language.ENGLISH]


def _question(id: str, dutch: str, english: str) -> Question:
    return Question(id, MappingProxyType({Language.DUTCH: dutch, Language.ENGLISH: english}))


class Weakness(StrEnum):
    """Kinds of weaknesses, by what one needs to know to see them for oneself."""

    ANY = "any"
    INJECTION = "injection"
    SCRIPT = "script"
    ACCESS = "access"
    SIGN_IN = "sign-in"
    EXPOSED = "exposed"
    SOFTWARE = "software"
    MAIL = "mail"


QUESTIONS: Mapping[Weakness, tuple[Question, ...]] = MappingProxyType(
    {
        Weakness.ANY: (
            _question(
                "where",
                "Op welk adres precies: welke URL of welk IP-adres, met poort?",
                "At which address exactly: which URL or IP address, and which port?",
            ),
            _question(
                "steps",
                "Welke stappen zette u, een voor een, en wat zag u na elke stap?",
                "Which steps did you take, one by one, and what did you see after each?",
            ),
            _question(
                "when",
                "Wanneer deed u dat (datum, tijd en tijdzone) en vanaf welk IP-adres? Dan vinden wij het terug in onze "
                "logboeken. Het IP-adres mag u weglaten.",
                "When did you do that (date, time and time zone), and from which IP address? Then we find it in our "
                "logs. You may leave the IP address out.",
            ),
            _question(
                "gain",
                "Wat kan iemand hiermee bereiken dat niet de bedoeling is?",
                "What can somebody reach with this that they should not?",
            ),
        ),
        Weakness.INJECTION: (
            _question(
                "request",
                "Kunt u het volledige verzoek sturen, met methode, headers en inhoud? Haal uw eigen wachtwoorden en "
                "sessiecookies er eerst uit.",
                "Can you send the whole request, with method, headers and body? Take out your own passwords and "
                "session cookies first.",
            ),
            _question(
                "parameter",
                "In welk veld of welke parameter gaat het mis, en met welke waarde?",
                "In which field or parameter does it go wrong, and with which value?",
            ),
            _question(
                "response",
                "Welk deel van het antwoord laat zien dat het lukte? Stuur geen gegevens van anderen mee.",
                "Which part of the response shows that it worked? Please send no data of other people.",
            ),
        ),
        Weakness.SCRIPT: (
            _question(
                "browser",
                "In welke browser en versie zag u het, en met welke instellingen of uitbreidingen?",
                "In which browser and version did you see it, and with which settings or extensions?",
            ),
            _question(
                "payload",
                "Welke invoer gebruikte u, en op welke pagina verschijnt die daarna?",
                "Which input did you use, and on which page does it appear afterwards?",
            ),
            _question(
                "victim",
                "Wat moet een ander doen om er last van te krijgen: een link openen, ingelogd zijn?",
                "What must somebody else do to be affected: open a link, be signed in?",
            ),
        ),
        Weakness.ACCESS: (
            _question(
                "role",
                "Met wat voor account of rol was u ingelogd, of was u niet ingelogd?",
                "With what kind of account or role were you signed in, or were you not signed in?",
            ),
            _question(
                "object",
                "Welk nummer of kenmerk veranderde u, en van wat voor gegeven was dat? Een voorbeeld is genoeg.",
                "Which number or identifier did you change, and of what kind of record was it? One example is enough.",
            ),
            _question(
                "two",
                "Kunt u het laten zien met twee accounts die allebei van uzelf zijn?",
                "Can you show it with two accounts that are both your own?",
            ),
        ),
        Weakness.SIGN_IN: (
            _question(
                "flow",
                "Op welke manier logde u in (wachtwoord, DigiD, code) en bij welke stap gaat het mis?",
                "In which way did you sign in (password, single sign-on, code), and at which step does it go wrong?",
            ),
            _question(
                "session",
                "Blijft de toegang bestaan na uitloggen, of na een nieuw wachtwoord? Hoe lang?",
                "Does the access remain after signing out, or after a new password? For how long?",
            ),
        ),
        Weakness.EXPOSED: (
            _question(
                "what",
                "Wat voor gegevens staan er open, en om hoeveel gaat het ongeveer? Stuur ons de gegevens zelf niet.",
                "What kind of data is open, and roughly how much? Please do not send us the data itself.",
            ),
            _question(
                "kept",
                "Hebt u iets bewaard of met anderen gedeeld? Zo ja, wat en waar staat het?",
                "Did you keep anything, or share it with others? If so, what, and where is it?",
            ),
        ),
        Weakness.SOFTWARE: (
            _question(
                "version",
                "Welke versie ziet u, en waaraan?",
                "Which version do you see, and by what?",
            ),
            _question(
                "reachable",
                "Is er een CVE-nummer, en hoe weet u dat het kwetsbare deel bij ons in gebruik is?",
                "Is there a CVE number, and how do you know that the vulnerable part is in use here?",
            ),
        ),
        Weakness.MAIL: (
            _question(
                "headers",
                "Kunt u een testbericht sturen dat u ontving, met alle headers?",
                "Can you send a test message that you received, with all its headers?",
            ),
            _question(
                "domain",
                "Om welk domein gaat het, en bij welke ontvanger kwam het bericht aan?",
                "Which domain is it about, and with which receiver did the message arrive?",
            ),
        ),
    }
)


def chosen(ids: Iterable[str], own: str, language: str) -> tuple[str, ...]:
    """The questions as sentences of the reporter's language, one's own at the end.  ``BadQuestion`` for none."""
    wanted = set(ids)
    found = [one.said_in(language) for group in QUESTIONS.values() for one in group if one.id in wanted]
    own = " ".join(own.split())
    if len(own) > LONGEST:
        raise BadQuestion("A question has at most %(most)d letters. Write more in the letter itself.", most=LONGEST)
    found += [own] if own else []
    if not found:
        raise BadQuestion("Please choose a question, or write one.")
    if len(found) > MOST_ASKED:
        raise BadQuestion("Please ask at most %(most)d things at once: the most telling ones.", most=MOST_ASKED)
    return tuple(found)


def kind_of(ids: Iterable[str]) -> Weakness:
    """The kind of weakness that was asked about: what the ledger knows of a question."""
    wanted = set(ids)
    special = [kind for kind, group in QUESTIONS.items() if kind is not Weakness.ANY and wanted & {q.id for q in group}]
    return special[0] if len(special) == 1 else Weakness.ANY
