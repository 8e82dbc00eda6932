"""PGP blocks inside a text: opened, and told apart from what stands around them."""

import re
from dataclasses import dataclass

from meldpunt.ground.values import Fingerprint
from meldpunt.intake import textual
from meldpunt.intake.letter import Form
from meldpunt.intake.opening import Desk
from meldpunt.vault import pgparmor
from meldpunt.vault.pgparmor import Block

_CHARSET = re.compile(rb"^Charset:[ \t]*([\w.:-]{1,40})", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class Stretch:
    """A piece of a text, in order.  ``form`` is ``None`` for what stands around the blocks."""

    text: str
    form: Form | None = None
    opened: bool = False
    signed: bool = False
    signers: tuple[Fingerprint, ...] = ()
    key: bytes = b""


def stretches(data: bytes, charset: str, desk: Desk) -> list[Stretch]:
    """The text in pieces; a block that does not open stays as it is, and the desk notes why."""
    found, at = [], 0
    for block in pgparmor.blocks(data):
        found.append(Stretch(textual.decoded(data[at : block.start], charset)))
        found.append(_opened(data[block.start : block.end], block, charset, desk))
        at = block.end
    found.append(Stretch(textual.decoded(data[at:], charset)))
    return [one for one in found if one.form or one.key or one.text.strip()]


def _opened(block: bytes, where: Block, charset: str, desk: Desk) -> Stretch:
    if where.kind == pgparmor.MESSAGE:
        return _message(block, desk)
    if where.kind == pgparmor.SIGNED_MESSAGE:
        return _clear(block, charset, desk)
    if where.kind == pgparmor.PUBLIC_KEY:
        desk.learn(block)
        return Stretch("", key=block)
    return Stretch(textual.decoded(block, charset))


def _message(block: bytes, desk: Desk) -> Stretch:
    opened = desk.open(block + b"\n")
    if opened is None:
        return Stretch("", Form.INLINE)
    named = _CHARSET.search(block[:1000])
    text = textual.decoded(opened.plain, named[1].decode("ascii") if named else "")
    if not opened.sealed:
        return Stretch(text, Form.SIGNED, False, True, opened.signers)
    return Stretch(text, Form.INLINE, True, bool(opened.signers), opened.signers)


def _clear(block: bytes, charset: str, desk: Desk) -> Stretch:
    content, signers = desk.check_clear(block + b"\n")
    if not signers:
        content = unsigned_content(block)
    return Stretch(textual.decoded(content, charset), Form.SIGNED, False, True, signers)


def unsigned_content(block: bytes) -> bytes:
    """What a clear-signed block says, when nobody vouches for it (RFC 9580 §7)."""
    body = block[block.find(b"\n") + 1 :]
    start = re.compile(rb"(?:[A-Za-z-]+:[^\n]*\n)*[ \t]*\r?\n").match(body)
    end = body.rfind(b"-----BEGIN PGP SIGNATURE")
    text = body[start.end() if start else 0 : end if end >= 0 else len(body)]
    return re.sub(rb"(?m)^- ", b"", text)
