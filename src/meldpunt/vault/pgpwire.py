"""What goes between the house and its limited children: frames of JSON and bytes.

    4 bytes   length of the head, big endian
    head      JSON: what to do, or how it went; ``sizes`` of the pieces that follow
    pieces    raw bytes, one after the other

Plain data on purpose: what comes back from a child that read hostile bytes is
never unpickled.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Any

MAX_HEAD = 8 << 20
MAX_PIECES = 4096
MAX_BYTES = 1 << 30  # of one frame

Head = dict[str, Any]


class No(Exception):
    """What the parent is told; the words are ours, never the library's."""


@dataclass(frozen=True, slots=True)
class Found:
    """A key in a file.  ``why_not``: revoked, expired, weak, no-encryption; ``expires``: Unix time."""

    fingerprint: str
    secret: bool
    locked: bool
    addresses: list[str]
    why_not: str | None
    expires: float | None
    revoked: bool
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """A decrypted message.  ``unsure``: signatures may be there that this library cannot see."""

    plain: bytes = field(repr=False)
    signers: list[str]
    unsure: bool = False


def put(out: IO[bytes], head: Head, pieces: Sequence[bytes] = ()) -> None:
    """Write one frame and flush it."""
    line = json.dumps({**head, "sizes": [len(piece) for piece in pieces]}).encode()
    if len(line) > MAX_HEAD:
        raise No("too-large")
    out.write(len(line).to_bytes(4, "big") + line)
    for piece in pieces:
        out.write(piece)
    out.flush()


def take(source: IO[bytes]) -> tuple[Head, list[bytes]]:
    """Read one frame.  ``EOFError`` when the other side is gone, or talks nonsense."""
    length = int.from_bytes(_exactly(source, 4), "big")
    if length > MAX_HEAD:
        raise EOFError
    try:
        head = json.loads(_exactly(source, length))
        sizes = [int(size) for size in head["sizes"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise EOFError from None
    if len(sizes) > MAX_PIECES or min(sizes, default=0) < 0 or sum(sizes) > MAX_BYTES:
        raise EOFError
    return head, [_exactly(source, size) for size in sizes]


def _exactly(source: IO[bytes], size: int) -> bytes:
    data = source.read(size)
    if data is None or len(data) < size:
        raise EOFError
    return data
