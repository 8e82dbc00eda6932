"""From bytes of a letter to text that can be shown: charsets, headers, HTML, file names.  Pure.

No function here raises on any input, and each takes time linear in it.
"""

import base64
import binascii
import codecs
import functools
import quopri
import re
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote_to_bytes

import inscriptis
from inscriptis.model.config import ParserConfig
from lxml.etree import LxmlError

MAX_HEADER = 64 << 10  # bytes of one header value that are read
MAX_HTML = 4 << 20  # characters of HTML that are made text; longer is kept as a file only
MAX_HTML_DEPTH = 400  # deeper nesting is not unfolded: the tags are taken out
MAX_NAME = 120  # characters of a file name

_ENCODED = re.compile(r"=\?([^?\s]{1,75})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(?==\?)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_STEERING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")  # would reorder what is shown
_TAG = re.compile(r"<[^<>]*>")
_INVISIBLE = re.compile(r"<(script|style|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_OPENING = re.compile(r"<(?:div|table|tr|td|blockquote|span|ul|ol|li|font|b|i|p)\b", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
# as browsers read them: what a program calls by the older name often holds letters of the larger set
_ALIASES = {"unicode-1-1-utf-7": "utf-7", "x-mac-roman": "mac_roman", "ansi_x3.110-1983": "latin-1"}
_ALIASES |= dict.fromkeys(("iso-8859-8-i", "iso-8859-8-e", "logical"), "iso-8859-8")
_ALIASES |= dict.fromkeys(("iso-8859-1", "iso8859-1", "iso_8859-1", "latin-1", "latin1", "l1", "ansi"), "cp1252")
_ALIASES |= dict.fromkeys(("iso-8859-9", "iso8859-9", "latin5"), "cp1254")
_ALIASES |= dict.fromkeys(("iso-8859-11", "tis-620"), "cp874")
_ALIASES |= dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80", "euc-cn"), "gb18030")
_ALIASES |= dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"), "cp932")
_ALIASES |= dict.fromkeys(("ks_c_5601-1987", "euc-kr", "ksc5601", "korean"), "cp949") | {"big5": "big5hkscs"}
_ALIASES |= {"mac-ce": "mac_latin2", "x-mac-ce": "mac_latin2", "x-mac-centraleurroman": "mac_latin2"}
_CODE_PAGE = re.compile(r"(?:cp|windows|ibm|dos)[-_ ]?(\d{3,5})")
_META = re.compile(rb"<meta\b[^>]{0,300}?\bcharset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE)
_NO_TEXT = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})
_NO_CHARSET = frozenset({"", "us-ascii", "ascii", "unknown", "unknown-8bit", "x-unknown", "8bit", "binary", "default"})
_DUTCH = frozenset(
    "de het een ik niet van op met dat voor zijn aan er wij jullie mijn ook maar als bij uw deze".split()  # noqa: SIM905
)
_ENGLISH = frozenset("the a i not of on with that for is to you and my also but if at your this are was have".split())  # noqa: SIM905
_NOT_BASE64 = bytes(c for c in range(256) if not (chr(c).isascii() and chr(c).isalnum()) and c not in b"+/")
_WORD = re.compile(r"[a-zé]+")


def decoded(data: bytes, charset: str = "") -> str:
    """``data`` as text, in the charset that it names; control characters gone.

    Where no charset is named (or a name that nobody knows) it is UTF-8, else Windows-1252.  What is no
    text in the charset that *is* named is shown as U+FFFD: nothing is made up for it.
    """
    return clean(_decode(data, charset))


def _decode(data: bytes, charset: str) -> str:
    named = _charset(charset)
    declared = named not in _NO_CHARSET and _is_charset(named)
    for name in (named, "utf-8") if declared else ("utf-8",):
        with suppress(UnicodeError, ValueError):
            return data.decode(name)
    try:
        return data.decode(named if declared else "cp1252", "replace")
    except (UnicodeError, ValueError):  # a few codecs know no replacement
        return data.decode("utf-8", "replace")


def _charset(given: str) -> str:
    """The name as Python knows it: programs write it with quotes, dots and prefixes of their own."""
    named = given[:60].strip(" \t'\";,:.").lower()
    named = _ALIASES.get(named, named)
    if _is_charset(named) or not named.startswith(("x-", "cp", "windows", "ibm", "dos")):
        return named
    bare = named.removeprefix("x-")
    if page := _CODE_PAGE.fullmatch(bare):
        return f"cp{page[1]}"
    return _ALIASES.get(bare, bare.replace("mac-", "mac_", 1))


def html_charset(html: bytes) -> str:
    """The charset that a page names in its first bytes, as browsers look for it; empty for none."""
    found = _META.search(html[:2048])
    return found[1].decode("ascii") if found else ""


@functools.lru_cache(maxsize=256)
def _is_charset(name: str) -> bool:
    """Whether Python knows it, and it makes text of bytes: "zip" and "hex" are codecs too."""
    try:
        codec = codecs.lookup(name)
        return codec._is_text_encoding and codec.name not in _NO_TEXT
    except (LookupError, ValueError):
        return False


def clean(text: str) -> str:
    """Line ends as line feeds; no NUL, control or direction characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", _STEERING.sub("", _CONTROL.sub("", text)))


def header_text(value: bytes) -> str:
    """A header's value, unfolded and with its encoded words (RFC 2047) read, on one line."""
    return " ".join(clean(encoded_words(raw_text(value[:MAX_HEADER]))).split())


def raw_text(value: bytes) -> str:
    """A header's bytes as text in which ``encoded_words`` still finds those that are no UTF-8."""
    return value.decode("utf-8", "surrogateescape")


def _plain(text: str) -> str:
    """Bytes of a header that are no UTF-8, the one charset it may have (RFC 6532), are marked; none is guessed."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if _SURROGATE.search(text) else text


def encoded_words(text: str) -> str:
    """Read encoded words.  Neighbours in one charset are joined first: some break characters apart."""
    out: list[str] = []
    pending, charset, at = b"", "", 0
    text = _BETWEEN.sub(r"\1", text)
    for match in _ENCODED.finditer(text):
        named = match[1].partition("*")[0].lower()
        if pending and (match.start() != at or named != charset):
            out.append(decoded(pending, charset))
            pending = b""
        out.append(_plain(text[at : match.start()]))
        pending, charset, at = pending + _word_bytes(match[2], match[3]), named, match.end()
    if pending:
        out.append(decoded(pending, charset))
    return "".join(out) + _plain(text[at:])


def _word_bytes(how: str, body: str) -> bytes:
    raw = body.encode("utf-8", "surrogateescape")
    return quopri.decodestring(raw, header=True) if how in "qQ" else unbase64(raw)


def unbase64(data: bytes) -> bytes:
    """Base64 as forgiving as can be: other characters skipped, pieces that were padded joined.

    What follows the padding on the same line is not part of it.
    """
    return b"".join(_unbase64(piece) for piece in re.split(rb"=[^\n]*", data))


def _unbase64(data: bytes) -> bytes:
    kept = data.translate(None, _NOT_BASE64)
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except (binascii.Error, ValueError):
        return b""


@dataclass(frozen=True, slots=True)
class Parameters:
    """A structured header: its first word in lower case, and its parameters."""

    value: str
    words: dict[str, str]


def parameters(value: bytes) -> Parameters:
    """``text/plain; charset=x; name*0*=…``: RFC 2045 and 2231, and what people write instead."""
    pieces = _split(value[:MAX_HEADER].decode("utf-8", "surrogateescape"))
    found: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in pieces[1:200]:
        key, equals, body = piece.partition("=")
        if not equals:
            continue
        name, _, section = key.strip().lower().partition("*")
        extended = section.endswith("*") or (section == "" and key.strip().endswith("*"))
        number = section.rstrip("*")
        found.setdefault(name, []).append((int(number) if number.isdecimal() else 0, extended, _unquoted(body)))
    # a boundary is bytes to look for, not text to show
    read = {name: parts[0][2] if name == "boundary" else _joined(parts) for name, parts in found.items()}
    return Parameters(pieces[0].strip().lower(), read)


def _split(text: str) -> list[str]:
    """At semicolons outside quotes."""
    pieces, start, quoted, at = [], 0, False, 0
    while at < len(text):
        if text[at] == "\\" and quoted:
            at += 1
        elif text[at] == '"':
            quoted = not quoted
        elif text[at] == ";" and not quoted:
            pieces.append(text[start:at])
            start = at + 1
        at += 1
    return [*pieces, text[start:]]


def _unquoted(text: str) -> str:
    text = " ".join(text.split()) if "\n" in text else text.strip()
    if text.startswith('"'):
        end = re.match(r'"((?:[^"\\]|\\.)*)', text)
        return re.sub(r"\\(.)", r"\1", end[1]) if end else ""
    return text


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    """The sections of one parameter in their order, percent-decoded where they say so."""
    parts = sorted(parts, key=lambda part: part[0]) if any(part[0] for part in parts) else parts[-1:]
    if not any(extended for _, extended, _ in parts):
        text = "".join(body for _, _, body in parts)
        return clean(encoded_words(text))
    charset, data = "", b""
    for place, (_, extended, body) in enumerate(parts):
        if extended and place == 0 and body.count("'") >= 2:
            charset, _, body = body.split("'", 2)
        raw = body.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if extended else raw
    return decoded(data, charset)


def file_name(text: str) -> str:
    """A file name without path, control or direction characters; ``""`` when nothing is left."""
    name = re.split(r"[\\/]", clean(text).replace("\n", " ").replace("\t", " "))[-1].strip()
    name = name.lstrip(".") if name.strip(". ") else ""
    if len(name) <= MAX_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    return stem[: MAX_NAME - 12] + dot + ending[:11] if dot else name[:MAX_NAME]


def html_text(html: str) -> str:
    """HTML as text, links with their addresses beside them; nothing is fetched or run."""
    html = _CONTROL.sub("", html)[:MAX_HTML]
    if not html.strip():
        return ""
    if len(_OPENING.findall(html)) - html.count("</") < MAX_HTML_DEPTH:
        try:
            text = inscriptis.get_text(html, ParserConfig(display_links=True, display_anchors=False))
            if text.strip():
                return clean("\n".join(line.rstrip() for line in text.split("\n"))).strip("\n")
        except (LxmlError, ValueError, RecursionError, AssertionError, IndexError, AttributeError, TypeError):
            pass  # what the library cannot lay out is shown without its tags
    return clean(unescape(_TAG.sub(" ", html))).strip()


def language_of(text: str) -> str:
    """``nl`` or ``en``, by which common words are more; English when in doubt."""
    words = _WORD.findall(text[:20000].lower())
    return "nl" if sum(w in _DUTCH for w in words) > sum(w in _ENGLISH for w in words) else "en"
