"""The key in an ``Autocrypt`` header, by the rules of Autocrypt Level 1.  Pure but for the engine."""

from meldpunt.intake import address, textual
from meldpunt.intake.mime import Part
from meldpunt.intake.opening import Desk

MAX_KEYDATA = 10 << 10  # bytes of one header; a longer one is invalid
_KNOWN = frozenset({"addr", "prefer-encrypt", "keydata"})


def learn(root: Part, sender: str, desk: Desk) -> None:
    """Learn the key, when there is exactly one valid header and exactly one sender."""
    if root.type == "multipart/report" or len(address.mailboxes(root.first("from"))) != 1:
        return
    found = [key for value in root.every("autocrypt")[:20] if (key := keydata(value, sender))]
    if len(found) == 1:
        desk.learn(found[0])


def keydata(value: bytes, sender: str) -> bytes:
    """The key that one header holds for this sender; ``b""`` when the header is not valid."""
    if len(value) > MAX_KEYDATA:
        return b""
    words: dict[str, str] = {}
    for piece in value.decode("ascii", "replace").split(";"):
        name, equals, body = piece.partition("=")
        name = name.strip().lower()
        if not equals and not piece.strip():
            continue
        if name in words or (name not in _KNOWN and not name.startswith("_")):
            return b""  # an attribute that must be understood, and is not
        words[name] = body.strip()
    if words.get("addr", "").lower() != sender.lower() or not sender:
        return b""
    return textual.unbase64(words.get("keydata", "").encode("ascii", "replace"))
