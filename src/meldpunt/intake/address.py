"""Addresses and message identities in headers.  Pure, linear, and content with anything."""

import re
from typing import NamedTuple

from meldpunt.intake import textual

MAX_FIELD = 32 << 10  # bytes of one address header that are read
MAX_ADDRESSES = 200
_ATOM = r"[^\s<>()\[\],;:\"@]"
# an address begins where a word begins: looked for from each letter of a long word it would take for ever
_ADDRESS = re.compile(rf"(?<!{_ATOM}){_ATOM}+@{_ATOM}+|\"[^\"\r\n]{{1,64}}\"@{_ATOM}+")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|\((?:[^()\\]|\\.)*\)?|<[^<>]*>?|[,;:]|[^",;:<(]+', re.DOTALL)
_LOCAL = re.compile(r"[\w.+-]{1,64}")
_IDENTITY = re.compile(rb"<([^<>\s]{1,900})>")


class Mailbox(NamedTuple):
    name: str
    address: str


def mailboxes(value: bytes) -> list[Mailbox]:
    """The mailboxes of an address header; the domain in lower case, the rest as it came."""
    found = [_mailbox(piece) for piece in _pieces(textual.raw_text(value[:MAX_FIELD]))]
    return [one for one in found if one.address or one.name][:MAX_ADDRESSES]


def _pieces(text: str) -> list[list[str]]:
    """The tokens of each mailbox: quoted strings, comments, angle brackets, and plain words."""
    pieces: list[list[str]] = [[]]
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word in ",;":
            pieces.append([])
        elif word == ":" and not any("@" in one for one in pieces[-1]):
            pieces[-1] = []  # that was the name of a group
        else:
            pieces[-1].append(word)
    return pieces


def _mailbox(tokens: list[str]) -> Mailbox:
    comments = [one.strip("()") for one in tokens if one.startswith("(")]
    angles = [one for one in tokens if one.startswith("<") and len(one) > 2]
    words = "".join(one for one in tokens if not one.startswith(("(", "<")))
    for place in (*angles[-1:], words, "".join(tokens)):
        match = _ADDRESS.search(place.rpartition(":")[2]) or _ADDRESS.search(place)
        if match:
            name = words.replace(match[0], "").strip(" <>") or " ".join(comments)
            return Mailbox(_shown(name), _lower_domain(match[0]))
    local = angles[-1].strip("<> ") if angles else ""  # a name on the sender's own machine
    return Mailbox(_shown(words or " ".join(comments)), local if _LOCAL.fullmatch(local) else "")


def _shown(text: str) -> str:
    text = re.sub(r"\\(.)", r"\1", text.replace('"', " ") if '\\"' not in text else text.strip().strip('"'))
    return " ".join(textual.clean(textual.encoded_words(text)).split()).strip("'\" ")[:200]


def _lower_domain(address: str) -> str:
    local, _, domain = textual.clean(address).rpartition("@")
    return f"{local}@{domain.lower().rstrip('.')}"


def identities(value: bytes) -> tuple[str, ...]:
    """Message identities as ``<…>``, in order, at most 100."""
    found = (textual.clean(one.decode("utf-8", "replace")) for one in _IDENTITY.findall(value[: textual.MAX_HEADER]))
    return tuple(dict.fromkeys(f"<{one}>" for one in found))[:100]
