"""ASCII armour (RFC 9580 §6): finding the blocks in a text and undoing them.  Pure.

The checksum line is skipped and never required.  Everything here is linear in the
length of the text, whatever the text is.
"""

import base64
import binascii
import re
from dataclasses import dataclass

_HEAD = re.compile(
    rb"^[ \t]*-----BEGIN PGP ((?:SIGNED )?MESSAGE|SIGNATURE|(?:PUBLIC|PRIVATE) KEY BLOCK)-----[ \t]*\r?$",
    re.MULTILINE,
)
_DASHES = b"-----END PGP "
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_BARE = frozenset({2, 4, 8, 11})  # signature, signature to come, compressed, plain: nothing is encrypted (RFC 9580 §5)
_PUBLIC = 6
MAX_BLOCKS = 100
MAX_PACKETS = 1000

MESSAGE = "MESSAGE"
SIGNED_MESSAGE = "SIGNED MESSAGE"
SIGNATURE = "SIGNATURE"
PUBLIC_KEY = "PUBLIC KEY BLOCK"
PRIVATE_KEY = "PRIVATE KEY BLOCK"
_TAIL = {
    kind: re.compile(rb"^[ \t]*-----END PGP " + kind.encode() + rb"-----", re.MULTILINE)
    for kind in (MESSAGE, SIGNATURE, PUBLIC_KEY, PRIVATE_KEY)
}


@dataclass(frozen=True, slots=True)
class Block:
    """One armoured block: ``text[start:end]`` is all of it, first dash to last."""

    kind: str
    start: int
    end: int


def blocks(text: bytes) -> list[Block]:
    """The complete armoured blocks of a text, in order, never overlapping, at most 100.

    A clear-signed message is one block, from its first line to the end of its signature.
    """
    found: list[Block] = []
    unfinished: set[str] = set()  # kinds without an end further down: looking again would be quadratic
    at = 0
    while len(found) < MAX_BLOCKS and (head := _HEAD.search(text, at)):
        kind = head[1].decode("ascii")
        closing = SIGNATURE if kind == SIGNED_MESSAGE else kind
        # at the beginning of a line: inside a clear-signed text it stands dash-escaped
        tail = None if kind in unfinished else _TAIL[closing].search(text, head.end())
        if tail is None:
            unfinished.add(kind)
            at = head.end()
            continue
        start = text.index(b"-", head.start())
        found.append(Block(kind, start, tail.end()))
        at = tail.end()
    return found


def dearmor(block: bytes) -> bytes:
    """The binary packets of one armoured block; ``b""`` where nothing of it can be read."""
    block = block.replace(b"\r", b"\n" if b"\n" not in block else b"")
    # a gateway may have encoded it once more: in base64 the sign stands at the end only, where it says nothing
    lines = [line.strip() for line in block.replace(b"=3D", b"=").split(b"\n")][1:]
    body: list[bytes] = []
    # armour headers end with an empty line; some gateways drop that line, so "Key: value" is what counts
    in_headers = True
    for line in lines:
        if line.startswith(_DASHES):
            break
        if in_headers and (not line or b": " in line or line.endswith(b":")):
            in_headers = bool(line)
            continue
        in_headers = False
        if line.startswith(b"=") and len(line) <= 5:
            break
        body.append(line)
    return _decoded(b"".join(body))


def packets(data: bytes) -> bytes:
    """``data`` as binary packets: armoured blocks undone and joined, binary left as it is."""
    found = blocks(data) if b"-----BEGIN PGP" in data else []
    return b"".join(dearmor(data[b.start : b.end]) for b in found) if found else data


def message(data: bytes) -> bytes:
    """One armoured message as binary packets; anything else as it is, for the engine to judge."""
    found = blocks(data) if b"-----BEGIN PGP" in data else []
    return (dearmor(data[found[0].start : found[0].end]) or data) if len(found) == 1 else data


def split(data: bytes) -> list[bytes]:
    """The packets of ``data``, each with its header; ends quietly where the framing does not hold."""
    found: list[bytes] = []
    at = 0
    while at < len(data) and len(found) < MAX_PACKETS:
        size = _packet_size(data, at)
        if size is None or at + size > len(data):
            break
        found.append(data[at : at + size])
        at += size
    return found


def body_size(packet: bytes) -> int:
    """How many bytes of one packet are its body."""
    if not packet[0] & 0x40:
        return len(packet) - 1 - {0: 1, 1: 2, 2: 4}.get(packet[0] & 3, 0)
    return len(packet) - (2 if packet[1] < 192 else 3 if packet[1] < 224 else 6)


def _packet_size(data: bytes, at: int) -> int | None:
    """Header and body of the packet at this place; ``None`` for partial or nonsensical lengths."""
    tag, rest = data[at], data[at + 1 : at + 6]
    if not tag & 0x80 or not rest:
        return None
    if tag & 0x40:  # the newer framing, RFC 9580 §4.2.1
        first = rest[0]
        if first < 192:
            return 2 + first
        if first < 224 and len(rest) > 1:
            return 3 + (first - 192 << 8) + rest[1] + 192
        return 6 + int.from_bytes(rest[1:5], "big") if first == 255 else None
    width = {0: 1, 1: 2, 2: 4}.get(tag & 3)
    return None if width is None else 1 + width + int.from_bytes(rest[:width], "big")


def is_encrypted(data: bytes) -> bool:
    """Whether binary packets begin as an encrypted message does, and not as one that is only signed or compressed."""
    return _tag(data) not in _BARE


def is_certificate(data: bytes) -> bool:
    """Whether binary packets begin with a public key."""
    return looks_binary(data) and _tag(data) == _PUBLIC


def _tag(data: bytes) -> int:
    """The kind of the first packet (RFC 9580 §4.2)."""
    first = data[0] if data else 0
    return first & 0x3F if first & 0x40 else first >> 2 & 0x0F


def looks_binary(data: bytes) -> bool:
    """Whether this could be binary OpenPGP: a packet's first bit is always set."""
    return len(data) > 2 and bool(data[0] & 0x80) and not data.startswith(b"\xef\xbb\xbf")


def _decoded(body: bytes) -> bytes:
    text = _NOT_BASE64.sub(b"", body.partition(b"=")[0])  # behind the sign comes padding, or the checksum
    text = text[: len(text) - 1] if len(text) % 4 == 1 else text
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
