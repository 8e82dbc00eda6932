"""Who a letter says it is from, and about what: the two lines that a list shows.

The bytes are a stranger's.  Only a bounded head is looked at, encoded words are decoded one by one, and
whatever cannot be read stays as it was written.  Nothing here is believed, and nothing is ever markup.
"""

import contextlib
import re
import unicodedata
from binascii import Error as BadBase64
from email.errors import MessageError
from email.header import decode_header

MOST_HEAD = 64 << 10
MOST_LINE = 2000
MOST_SHOWN = 150


def sender_and_subject(raw: bytes) -> tuple[str, str]:
    """(From, Subject) of a letter, readable, each at most 150 signs; empty where there is none."""
    head = re.split(rb"(?:^|\n)\r?\n", raw[:MOST_HEAD], maxsplit=1)[0]
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", head)
    return _value(unfolded, b"from"), _value(unfolded, b"subject")


def _value(head: bytes, name: bytes) -> str:
    found = re.search(rb"(?im)^" + name + rb":[ \t]*([^\r\n]*)", head)
    return _readable(found[1][:MOST_LINE].decode("utf-8", "replace")) if found else ""


def _readable(text: str) -> str:
    with contextlib.suppress(MessageError, LookupError, BadBase64, ValueError):  # else as it was written
        text = "".join(_decoded(part, charset) for part, charset in decode_header(text)) or text
    plain = "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in text)
    plain = " ".join(plain.split())
    return plain if len(plain) <= MOST_SHOWN else plain[: MOST_SHOWN - 1] + "…"


def _decoded(part: bytes | str, charset: str | None) -> str:
    return part.decode(charset or "ascii", "replace") if isinstance(part, bytes) else part
