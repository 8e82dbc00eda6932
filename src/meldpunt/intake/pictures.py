"""How large a picture says it is, before a browser is asked to draw it.  Pure; no input raises anything."""

import struct

MOST_PIXELS = 50_000_000  # a browser draws this without trouble


def may_be_drawn(data: bytes, kind: str) -> bool:
    """Whether a picture of this kind says its size, and says a bearable one."""
    try:
        width, height = _SIZES[kind](data)
    except (KeyError, struct.error, IndexError, ValueError):
        return False
    return 0 < width * height <= MOST_PIXELS


def _png(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">2L", data, 16)
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<2H", data, 6)
    return width, height


def _webp(data: bytes) -> tuple[int, int]:
    form = data[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if form == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<2H", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(data: bytes) -> tuple[int, int]:
    """In the frame header; other segments are stepped over, at most a thousand of them."""
    at = 2
    for _ in range(1000):
        if data[at] != 0xFF:
            break
        marker, size = struct.unpack_from(">xBH", data, at)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">2H", data, at + 5)
            return width, height
        at += 2 + size
    raise ValueError("no frame")


_SIZES = {"png": _png, "gif": _gif, "webp": _webp, "jpeg": _jpeg}
