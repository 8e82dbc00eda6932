"""What in a text says who reported, so that it can be taken out before the text goes to others.  Pure.

Two degrees.  What is *known* of the reporter (address, key, Message-ID, a name of some length) never goes
along; what only *looks* like a person (other addresses, numbers, a greeting) is marked for a human eye.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from meldpunt.cases.rules import Reporter

LONG_ENOUGH = 5  # letters: a shorter name stands in too many other words to be refused; it is marked
KEY_ID = 16  # hex digits at the end of a fingerprint
MOST = 200_000  # characters of a text that are looked at

_LOOKS = re.compile(
    r"(?P<mail>[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})"
    r"|(?P<ip>(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d))"
    r"|(?P<six>(?<![\w:])(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}(?![\w:]))"
    r"|(?P<key>(?<!\w)(?:0x)?(?:[0-9A-F]{4} {0,2}){9}[0-9A-F]{4}(?!\w))"
    r"|(?P<phone>(?<![\w.+-])\+?\d[\d ()-]{8,16}\d(?!\w|\.\d))"
    r"|(?P<bye>^[ \t]*(?:(?:kind |best |warm )?regards|greetings|cheers|sincerely"
    r"|(?:met )?(?:vriendelijke )?groet(?:en|jes)?"
    r"|mvg|hoogachtend)\b[^\n]{0,80}(?:\n[ \t]*\S[^\n]{0,60})?)",
    re.IGNORECASE | re.MULTILINE,
)


_KEYS = re.compile(r"-----BEGIN PGP (?P<what>[A-Z ]{3,30})-----.*?(?:-----END PGP (?P=what)-----|\Z)", re.DOTALL)
_SAYS_A_KEY = (b"-----BEGIN PGP ", b"-----BEGIN CERTIFICATE")  # whose it is stands inside, where no word is found
_OVERLAP = 1024  # bytes: a word may lie across two pieces of a file


class Piece(NamedTuple):
    text: str
    marked: bool


def known_of(reporter: Reporter, message_ids: Iterable[str] = ()) -> tuple[str, ...]:
    """What of the reporter must never go along."""
    finger = reporter.fingerprint
    names = [reporter.name.strip()] if len(reporter.name.strip()) >= LONG_ENOUGH else []
    ids = [name.strip().strip("<>") for name in message_ids]
    return tuple(word for word in (reporter.address.strip(), finger, finger[-KEY_ID:], *names, *ids) if word)


def says_who(text: str, known: Iterable[str]) -> bool:
    """Whether ``text`` holds one of these, however it is spaced or capitalised."""
    plain, dense = _flat(text), _dense(text)
    return any(_flat(word) in plain or (_is_hex(word) and _dense(word) in dense) for word in known)


def struck(text: str, reporter: Reporter, known: Iterable[str]) -> tuple[Piece, ...]:
    """The text in pieces.  Marked: what is known of the reporter, their keys and signatures, to be taken out."""
    words = [*known, *(word for word in _words_of(reporter) if len(word) > 2)]
    spaced = (r"[\s:]*".join(word) for word in known if _is_hex(word))
    spans = [
        *(one.span() for one in _KEYS.finditer(text[:MOST])),
        *(one.span() for one in _LOOKS.finditer(text[:MOST]) if one["bye"] is not None or one["key"] is not None),
        *(one.span() for pattern in spaced for one in re.finditer(pattern, text[:MOST], re.IGNORECASE)),
        *_found(text, words),
    ]
    return tuple(piece for piece in _cut(text[:MOST], sorted(spans)) if piece.text)


def file_says_who(pieces: Iterable[bytes], known: Iterable[str]) -> bool:
    """Whether the bytes of a file hold one of these, as they stand there, or an OpenPGP key.

    What is packed or drawn is not seen: a person looks into a file before it goes.
    """
    words = [word.casefold() for word in known]
    wanted = [found for word in words for found in (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"))]
    wanted += [mark.lower() for mark in _SAYS_A_KEY]
    before = b""
    for piece in pieces:
        here = before + piece.lower()
        if any(one in here for one in wanted):
            return True
        before = here[-_OVERLAP:]
    return False


def marked(text: str, reporter: Reporter, known: Iterable[str] = ()) -> tuple[Piece, ...]:
    """The text in pieces; joined they are the text again.  Marked: what a person should look at."""
    spans = sorted(
        {*_found(text, [*known, *_words_of(reporter)]), *(one.span() for one in _LOOKS.finditer(text[:MOST]))}
    )
    return tuple(piece for piece in _cut(text, spans) if piece.text)


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    """``spans`` in order; those that overlap become one."""
    begin = end = 0
    for start, stop in spans:
        if start > end:
            yield Piece(text[begin:end], True)
            yield Piece(text[end:start], False)
            begin = start
        end = max(end, stop)
    yield Piece(text[begin:end], True)
    yield Piece(text[end:], False)


def _words_of(reporter: Reporter) -> list[str]:
    local = reporter.address.partition("@")[0]
    return [word for word in re.split(r"[\s._+-]+", f"{reporter.name} {local}") if len(word) > 1]


def _found(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    for word in dict.fromkeys(words):
        for found in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text[:MOST], re.IGNORECASE):
            yield found.span()


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()


def _dense(text: str) -> str:
    return re.sub(r"[\s:]+", "", text).upper()


def _is_hex(word: str) -> bool:
    return len(word) >= KEY_ID and not re.search(r"[^0-9A-Fa-f]", word)
