"""The cryptographic envelope of a letter (RFC 9787): its outermost run of layers, taken off.

Only these layers say anything about the letter as a whole.  What is encrypted or signed
further down is readable (``gathering``), and gives no status.
"""

import re
from dataclasses import dataclass, field

from meldpunt.ground.values import Fingerprint
from meldpunt.intake import mime
from meldpunt.intake.letter import Form, Trouble
from meldpunt.intake.mime import Part
from meldpunt.intake.opening import Desk
from meldpunt.intake.textual import Parameters
from meldpunt.vault import pgparmor

MAX_LAYERS = 5


@dataclass(slots=True)
class Unwrapped:
    """What is inside, and what was around it.  ``payload`` is ``None`` when a layer did not open."""

    payload: Part | None
    encrypted: bool = False
    signed: bool = False  # a signature part was there, good or not
    smime: bool = False
    cut: bool = False
    signers: list[Fingerprint] = field(default_factory=list)
    beside: list[Part] = field(default_factory=list)  # what stood in a signature's place and is none

    @property
    def form(self) -> Form:
        if self.smime:
            return Form.SMIME
        if self.encrypted:
            return Form.PGP_MIME
        return Form.SIGNED if self.signed else Form.NONE


def unwrap(root: Part, desk: Desk) -> Unwrapped:
    """Take off the layers, as far as they go."""
    found = Unwrapped(root)
    for _ in range(MAX_LAYERS):
        part = found.payload
        if part is None:
            break
        part = repaired(part)
        if _is_smime(part):
            _smime(part, found, desk)
            break
        if is_encrypted(part):
            _decrypted(part, found, desk)
        elif is_signed(part):
            _verified(part, found, desk)
        else:
            break
    return found


def is_encrypted(part: Part) -> bool:
    protocol = part.content.words.get("protocol", "application/pgp-encrypted").lower()
    return part.type == "multipart/encrypted" and "pgp" in protocol


def is_signed(part: Part) -> bool:
    protocol = part.content.words.get("protocol", "").lower()
    if part.type != "multipart/signed" or len(part.parts) < 2:
        return False  # what was signed, or its signature, is missing
    return "application/pgp-signature" in (protocol, part.parts[1].type)


def ciphertext(part: Part) -> bytes:
    """The message in a ``multipart/encrypted``: the part that holds one, whatever it calls itself."""
    for child in (*part.parts[1:], *part.parts[:1]):
        data = child.data
        if b"-----BEGIN PGP MESSAGE" in data:
            return data
        if child.type != "application/pgp-encrypted" and pgparmor.looks_binary(data):
            return data
    return b""


def repaired(part: Part) -> Part:
    """PGP/MIME that a gateway re-wrapped, as it was: nothing else that can be read stands beside it."""
    if part.type != "multipart/mixed":
        return part
    rest = [child for child in part.parts if not _says_nothing(child)]
    if len(rest) == 1 and is_encrypted(rest[0]):
        return rest[0]
    if [child.type for child in rest] == ["application/pgp-encrypted", "application/octet-stream"]:
        words = {**part.content.words, "protocol": "application/pgp-encrypted"}
        content = Parameters("multipart/encrypted", words)
        return Part(part.source, part.start, part.split, part.end, part.headers, content, rest)
    return part


def _says_nothing(part: Part) -> bool:
    return part.type in ("text/plain", "text/html") and not re.sub(
        r"<[^<>]*>|&nbsp;|[\s\u00a0-]+", "", part.shown()[:5000]
    )


def _decrypted(part: Part, found: Unwrapped, desk: Desk) -> None:
    sealed, found.encrypted = found.encrypted, True
    found.payload = None
    message = ciphertext(part)
    if not message:
        desk.note(Trouble.MALFORMED)
        return
    opened = desk.open(message)
    if opened is not None:
        found.encrypted = sealed or opened.sealed  # it may only say that it is, and be no more than signed
        found.signed = found.signed or not opened.sealed
        tree = mime.parse(opened.plain)
        found.payload, found.cut = tree.root, found.cut or tree.cut
        found.signers.extend(opened.signers)


def _verified(part: Part, found: Unwrapped, desk: Desk) -> None:
    found.signed = True
    found.payload = part.parts[0]
    if b"BEGIN PGP SIGNATURE" not in part.parts[1].data and not pgparmor.looks_binary(part.parts[1].data):
        found.beside.extend(part.parts[1:])
    elif len(part.parts) == 2:
        found.signers.extend(check(part, desk))


def check(part: Part, desk: Desk) -> tuple[Fingerprint, ...]:
    """Who signed the first part of a ``multipart/signed``, over its exact bytes (RFC 3156 §5)."""
    exact = part.parts[0].raw
    signature = part.parts[1].data
    canonical = re.sub(rb"\r?\n", b"\r\n", exact)
    return desk.check(canonical, signature)


def _is_smime(part: Part) -> bool:
    protocol = part.content.words.get("protocol", "").lower()
    return is_closed_smime(part) or (part.type == "multipart/signed" and "pkcs7-signature" in protocol)


def is_closed_smime(part: Part) -> bool:
    """Whether it is S/MIME that nobody here can look into.  Some programs say so by the name of a file alone."""
    if part.type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return True
    return part.type == "application/octet-stream" and part.name.lower().endswith((".p7m", ".p7z"))


def _smime(part: Part, found: Unwrapped, desk: Desk) -> None:
    """Clear-signed S/MIME can be read, its signature is not judged; the other kinds are for a person."""
    found.smime = True
    if part.type == "multipart/signed" and part.parts:
        found.payload = part.parts[0]
        return
    found.payload = None
    desk.note(Trouble.SMIME)
