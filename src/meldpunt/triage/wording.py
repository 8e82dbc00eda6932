"""What is searched for in a text: its words, their stems and first letters, and names of a known form.

A word is a run of letters and digits, without case and accents.  A text is taken to be in the language whose
small words it has most of, and its stems keep their order, so that a phrase can be found.  Beside
them stand, in no order, the stems of the other stemmers (a Dutch report is full of English words) and the first
letters of every word.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from meldpunt.ground.values import Language
from meldpunt.triage import stemming

MOST_WORDS = 5000  # of one text that are looked at
WORD_LENGTH = 40  # what is longer is no word, and is cut
FIRST, LAST = 3, 7  # how many first letters find a word
MOST_NAMES = 100  # of one kind in one text

_WORD = re.compile(r"[^\W_]+")
_CVE = re.compile(r"\bCVE-(\d{4}-\d{4,9})\b", re.IGNORECASE)
_CWE = re.compile(r"\bCWE-(\d{1,6})\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]{1,64}@[^\s<>\"'(),;:/]{3,255}")
_HOST = re.compile(r"(?<![\w.@-])((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}(?:[a-z]{2,24}|\d{1,3}))(?![\w@-])")
_SMALL = {
    Language.DUTCH: frozenset(
        re.findall(
            r"\w+",
            "de het een en van ik is dat op te in niet met zijn voor er aan ook als maar om dan zou wat wij we die dit"
            " heeft hebben kan bij uit nog naar worden wordt werd door over je u uw mijn deze geen wel zo al hier daar",
        )
    ),
    Language.ENGLISH: frozenset(
        re.findall(
            r"\w+",
            "the a an and of i is that on to in not with be for it at also as but if then would what we this these has"
            " have can by from out still was are were will which you your my no so there when its they their or",
        )
    ),
}
SMALL = _SMALL[Language.DUTCH] | _SMALL[Language.ENGLISH]


@dataclass(frozen=True, slots=True)
class Place:
    """A word where it stands: ``plain`` is how it is looked for."""

    plain: str
    start: int
    end: int


def plain(text: str) -> str:
    """Without compatibility forms, case and accents."""
    if text.isascii():
        return text.lower()  # as nearly all texts here, and in a tenth of the time
    flat = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(sign for sign in flat if not unicodedata.combining(sign))


def words(text: str) -> list[str]:
    """The words of a text, in their order."""
    found = _WORD.findall(plain(text))
    return [word[:WORD_LENGTH] for word in found[:MOST_WORDS]]


def places(text: str) -> list[Place]:
    """The words of a text with their places in it, for showing which were found."""
    found = []
    for match in _WORD.finditer(text):
        found += [Place(word[:WORD_LENGTH], match.start(), match.end()) for word in _WORD.findall(plain(match[0]))[:1]]
        if len(found) >= MOST_WORDS:
            break
    return found


def language_of(found: Iterable[str], otherwise: Language) -> Language:
    """Dutch or English, by the small words; ``otherwise`` when they do not say."""
    counted = list(found)
    dutch, english = (sum(word in _SMALL[language] for word in counted) for language in Language)
    return otherwise if dutch == english else Language.DUTCH if dutch > english else Language.ENGLISH


def in_order(found: Iterable[str], language: Language) -> list[str]:
    """The stems of a text in this language, one for each word."""
    stem = stemming.dutch if language is Language.DUTCH else stemming.english
    return [stem(word) for word in found]


def beside(found: Iterable[str], language: Language) -> set[str]:
    """The stems that the other stemmers give.  An English text is not read as Dutch: few words of it are."""
    distinct = set(found)
    others = {stem for word in distinct for stem in stemming.all_stems(word)} if language is Language.DUTCH else set()
    return others - set(in_order(distinct, language))


def beginnings(found: Iterable[str]) -> set[str]:
    """The first letters of each word: three, four, and so on up to seven."""
    return {word[:length] for word in set(found) for length in range(FIRST, min(len(word), LAST) + 1)}


def beginning(word: str) -> str:
    """What finds a word of which so much has been typed."""
    return word[:LAST]


def hosts(text: str) -> set[str]:
    """The names of machines in a text, each with the domains above it."""
    flat = plain(_ADDRESS.sub(" ", text))
    found = [match[1] for match, _ in zip(_HOST.finditer(flat), range(MOST_NAMES), strict=False)]
    return {above for host in found for above in _above(host)}


def _above(host: str) -> list[str]:
    labels = host.split(".")
    if labels[-1].isdecimal():
        return [host]
    return [".".join(labels[at:]) for at in range(len(labels) - 1)]


def cves(text: str) -> set[str]:
    return {number for number, _ in zip(_CVE.findall(text), range(MOST_NAMES), strict=False)}


def cwes(text: str) -> set[str]:
    return {str(int(number)) for number, _ in zip(_CWE.findall(text), range(MOST_NAMES), strict=False)}
