"""What of a letter is its writer's own, what is quoted from an earlier one, and what is a signature.

Pure, and cautious: nothing is ever left out, the pieces joined are the text.  Where a letter would
have no word of its own, all of it is its own.  Time is bounded: ``LINES`` lines are looked at, each
a bounded number of times and at most ``MOST`` characters of it; what follows them is the writer's own.
"""

# ruff: noqa: RUF001  the words of letters in other alphabets

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from meldpunt.intake.gathering import FORWARDED

LINES = 2000
MOST = 400  # characters of a line, or of an introduction over several lines
INTRODUCTION = 6  # lines over which "On … wrote:" may be broken
SIGNATURE = 20  # lines; what follows a dash and is longer is text
HEADERS = 10  # lines in which the headers of a quoted letter stand


class Kind(StrEnum):
    OWN = "own"
    QUOTED = "quoted"
    SIGNATURE = "signature"


class Piece(NamedTuple):
    kind: Kind
    text: str

    @property
    def shown(self) -> str:
        """Without the empty lines around it: the pieces stand apart."""
        return self.text.strip("\r\n")

    @property
    def lines(self) -> int:
        """How many lines say something."""
        return sum(bool(line.strip()) for line in self.text.splitlines())


_QUOTE = re.compile(r"[ \t]{0,3}(>|&gt;)")
_WROTE = (
    r"(?:wrote|writes|schreef|geschreven|schrieb|a écrit|escribió|ha scritto|escreveu|skrev|napisał\(?a?\)?|"
    r"написал\(?а?\)?|пише|写道|写了)"
)
_COLON = re.compile(
    rf"{_WROTE}\b.{{0,120}}[:：]$|{_WROTE}\s*[:：]$|<\s?[^<>\s]{{1,200}}@[^<>\s]{{1,200}}\s?>\s*[:：]$", re.IGNORECASE
)
_WORD = re.compile(rf"{_WROTE}(?:\s*-{{2,9}})?$", re.IGNORECASE)
_BEGINS = re.compile(
    r"[\s-]{0,6}(?:On|Op|Am|Le|El|Il|Em|Den|W dniu|Dnia|在|\d{1,4}[-./ ]\S{1,20}[-./ ]\d|(?:ma|di|wo|do|vr|za|zo|mon|"
    r"tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|нд|вс)\w{0,6}[,.]? \d)|"
    rf"[^<>]{{0,80}}<[^<>\s]{{1,100}}@[^<>\s]{{1,100}}>\s{_WROTE}\b",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d{1,2}[:.]\d\d|\b(?:19|20)\d\d\b")
_DIGIT = re.compile(r"\d")
_RULE = re.compile(
    r"\s*(?:_{10,}|[-=*]{2,}\s*(?:original message|oorspronkelijk(?:e)? bericht|ursprüngliche nachricht|"
    r"message d'origine|mensaje original|forwarded message|doorgestuurd bericht|weitergeleitete nachricht|"
    r"message transféré)\s*[-=*]{2,}|begin forwarded message:|begin doorgestuurd bericht:)\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"\s*\*?(?:(?P<from>from|van|von|de|da)|(?P<more>sent|date|to|cc|subject|reply-to|verzonden|datum|aan|onderwerp|"
    r"gesendet|an|betreff|envoyé|à|objet|enviado|para|asunto|fecha|inviato|data|a|oggetto|risposta))\s?:\*?\s",
    re.IGNORECASE,
)
_DASH = re.compile(r"(?:--|—|__)[ \t]*$")
_SENT_FROM = re.compile(
    r"\s*(?:sent (?:from|via|with) (?:my |the )?\w|get outlook for |outlook voor |"
    r"(?:verstuurd|verzonden) (?:v(?:an|ia)(?:af)?|met) |von meinem \w+ gesendet|envoyé de(?:puis)? mon |"
    r"enviado desde mi |sendt fra |skickat från )",
    re.IGNORECASE,
)


def pieces(text: str) -> tuple[Piece, ...]:
    """The text in pieces, in order; joined they are the text again."""
    lines = text.splitlines(keepends=True)
    kinds = list(_kinds([line[:MOST].rstrip("\r\n") for line in lines[:LINES]]))
    kinds += [Kind.OWN] * (len(lines) - len(kinds))
    if not any(kind is Kind.OWN and line.strip() for kind, line in zip(kinds, lines, strict=True)):
        return (Piece(Kind.OWN, text),) if text else ()
    found: list[tuple[Kind, list[str]]] = []
    for kind, line in zip(kinds, lines, strict=True):
        if not found or found[-1][0] is not kind:
            found.append((kind, []))
        found[-1][1].append(line)
    return tuple(Piece(kind, "".join(some)) for kind, some in found)


def _kinds(lines: Sequence[str]) -> Iterator[Kind]:
    """The kind of each line."""
    at, own = 0, False
    while at < len(lines):
        kind, end = _stretch(lines, at, own)
        own = own or (kind is Kind.OWN and bool(lines[at].strip()))
        yield from [kind] * (end - at)
        at = end


def _stretch(lines: Sequence[str], at: int, own: bool) -> tuple[Kind, int]:
    """What begins at this line, and where it ends.  ``own``: whether the writer has said anything before."""
    if lines[at].strip() == FORWARDED:
        return Kind.OWN, len(lines)  # what somebody passes on may be the report itself
    if end := _quotation(lines, at, own):
        return Kind.QUOTED, end
    if end := _signature(lines, at):
        return Kind.SIGNATURE, end
    return Kind.OWN, at + 1


def _quotation(lines: Sequence[str], at: int, own: bool) -> int:
    """Where a quotation that begins here ends; 0 when none does."""
    if _QUOTE.match(lines[at]):
        return _quoted_until(lines, at)
    if end := _introduced(lines, at):
        body = _said(lines, end)
        if body < len(lines) and _QUOTE.match(lines[body]):
            return _quoted_until(lines, body)
        return len(lines) if own and any(_DATED.search(one) for one in lines[at:end]) else 0
    return len(lines) if _headers(lines, at) else 0


def _said(lines: Sequence[str], at: int) -> int:
    """The next line with something on it; few blank ones are passed."""
    end = min(at + INTRODUCTION, len(lines))
    return next((place for place in range(at, end) if lines[place].strip()), len(lines))


def _quoted_until(lines: Sequence[str], at: int) -> int:
    """Where a quotation with signs ends; blank lines inside it are part of it."""
    end = at
    while at < len(lines) and (_QUOTE.match(lines[at]) or not lines[at].strip()):
        end = at + 1 if lines[at].strip() else end
        at += 1
    return at if at == len(lines) else end


def _introduced(lines: Sequence[str], at: int) -> int:
    """Where "On … wrote:" that begins at this line ends; 0 when none does."""
    if not _BEGINS.match(lines[at]):
        whole = "@" in lines[at] and _DIGIT.search(lines[at]) and _ends(lines[at])
        return at + 1 if whole else 0
    said = ""
    for place in range(at, min(at + INTRODUCTION, len(lines))):
        within_address = said.count("<") > said.count(">")  # then a line may begin with the sign that ends it
        if len(said) > MOST or (_QUOTE.match(lines[place]) and not within_address):
            return 0
        said = f"{said} {lines[place].strip()}"
        if _ends(said):
            return place + 1 if _DIGIT.search(said) else 0
    return 0


def _ends(said: str) -> bool:
    """Whether an introduction is complete.  Most lines are told by their last character."""
    said = said.rstrip()
    return bool(_COLON.search(said) if said[-1:] in (":", "：") else _WORD.search(said[-40:]))


def _headers(lines: Sequence[str], at: int) -> bool:
    """Whether the headers of a quoted letter begin here, with or without a rule above them."""
    if _RULE.match(lines[at]):
        if "_" not in lines[at]:
            return True
        at = _said(lines, at + 1)
    first = _HEADER.match(lines[at]) if at < len(lines) else None
    if not first or not first["from"]:
        return False
    known = (_HEADER.match(line) for line in lines[at + 1 : at + HEADERS])
    return sum(bool(one and one["more"]) for one in known) >= 2


def _signature(lines: Sequence[str], at: int) -> int:
    """Where a signature that begins here ends; 0 when none does."""
    if _SENT_FROM.match(lines[at]) and len(lines[at]) < 100:
        return at + 1
    if not _DASH.match(lines[at]):
        return 0
    end = at + 1
    while end < len(lines) and end - at <= SIGNATURE + 1:
        if _QUOTE.match(lines[end]) or _introduced(lines, end) or _headers(lines, end):
            return end
        end += 1
    return end if end == len(lines) else 0
