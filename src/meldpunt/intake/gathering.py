"""From a tree of parts to one text and the files beside it.

Encrypted pieces further down are opened as well: people send readable text with an encrypted
file, and gateways wrap.  They are marked where readable text stands beside them, and give the
letter no status.
"""

import re
from dataclasses import dataclass, field

from meldpunt.ground.values import Fingerprint
from meldpunt.intake import envelope, inline, mime, textual
from meldpunt.intake.letter import Attachment, Form, Trouble
from meldpunt.intake.mime import Part
from meldpunt.intake.opening import Desk
from meldpunt.vault import pgparmor

DECRYPTED = "----- decrypted -----"
DECRYPTED_END = "----- end of what was decrypted -----"
MAX_TEXT = 4 << 20  # characters of the letter's text; a longer one goes on in a file
MAX_FILES = 500
OTHER_WORDS = 0.2  # the share of new words from which a version of a text is another text
FORWARDED = "----- a letter inside this letter -----"
_SHOWN = ("from", "to", "date", "subject")
_ENDINGS = re.compile(r"\.(pgp|gpg|asc|enc)$", re.IGNORECASE)
# first octets of encrypted messages: session keys, then the data, in both framings (RFC 9580 §4.2)
_FIRST = frozenset({*range(0x84, 0x88), *range(0x8C, 0x90), *range(0xA4, 0xA8), 0xC1, 0xC3, 0xC9, 0xCA, 0xD2, 0xD4})
_LINK = re.compile(r"\([^\s()]*\)|(?<!\S)\S+://\S+")  # one look at each word, however long
_NO_PROSE = ("text/calendar", "text/rfc822-headers", "text/x-vcard", "text/vcard", "text/directory", "text/rtf")
_NAMES = {"message/rfc822": "letter.eml", "text/html": "page.html", "text/calendar": "invitation.ics"}
_NAMES |= {"application/pgp-keys": "key.asc", "application/ms-tnef": "winmail.dat", "text/plain": "text.txt"}


@dataclass(slots=True)
class Piece:
    """A stretch of text: whether it was encrypted, and who signed all of it."""

    text: str
    opened: bool = False
    signed: bool = False
    signers: tuple[Fingerprint, ...] = ()


@dataclass(slots=True)
class Gathered:
    pieces: list[Piece] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    bare_files: int = 0  # of these, how many came neither encrypted nor as a key or signature
    forms: set[Form] = field(default_factory=set)
    returned: list[Part] = field(default_factory=list)  # letters inside this letter
    shown_files: list[Piece] = field(default_factory=list)  # texts that are files, but meant to be seen

    def add(self, name: str, kind: str, data: bytes) -> None:
        if len(self.files) < MAX_FILES:
            fallback = _NAMES.get(kind, "file")
            self.files.append(Attachment(name or fallback, kind, data))

    def add_stretch(self, stretch: inline.Stretch) -> None:
        if stretch.form:
            self.forms.add(stretch.form)
        if stretch.key:
            self.add("key.asc", "application/pgp-keys", stretch.key)
        self.pieces.append(Piece(stretch.text, stretch.opened, stretch.signed, stretch.signers))

    def say_something(self, payload: Part) -> None:
        """Without any text, show the texts that came as files; without files either, all there is."""
        if not self.text() and self.shown_files:
            self.pieces = self.shown_files[:1]
        elif not self.text() and not self.files and len(payload.body) < MAX_TEXT:
            self.pieces = [Piece(textual.decoded(payload.body))]

    def take(self, other: "Gathered", *, texts: bool = True) -> None:
        """Everything that was gathered apart."""
        self.pieces.extend(other.pieces if texts else [])
        self.files.extend(other.files[: MAX_FILES - len(self.files)])
        self.bare_files += other.bare_files
        self.forms |= other.forms
        self.returned.extend(other.returned)
        self.shown_files.extend(other.shown_files)

    def text(self) -> str:
        """All pieces; decrypted ones marked where they stand among others."""
        pieces = [piece for piece in self.pieces if piece.text.strip()]
        mixed = len({piece.opened for piece in pieces}) > 1
        shown = [
            f"{DECRYPTED}\n{piece.text.strip()}\n{DECRYPTED_END}" if mixed and piece.opened else piece.text.strip("\n")
            for piece in pieces
        ]
        return "\n\n".join(shown)


def gather(part: Part, desk: Desk, found: Gathered) -> None:
    """Add what this part and those below it hold."""
    kind = part.type
    if kind.startswith("multipart/"):
        _multipart(part, desk, found)
    elif kind == "message/rfc822" or kind == "message/global":
        found.returned.append(part)
        _forwarded(part, desk, found)
    elif (kind in ("text/plain", "text/html") and not _is_file(part)) or _is_old_pgp(part):
        _text(part, desk, found)
    elif kind == "application/pgp-encrypted" and len(part.body) < 200:
        pass  # "Version: 1" of a PGP/MIME letter that was torn apart
    else:
        _file(part, desk, found)


def _multipart(part: Part, desk: Desk, found: Gathered) -> None:
    part = envelope.repaired(part)
    if envelope.is_encrypted(part):
        _nested(part, desk, found)
    elif part.type == "multipart/alternative" and part.parts:
        _alternative(part, desk, found)
    elif part.type == "multipart/signed" and part.parts:
        found.forms.add(Form.SMIME if "pkcs7" in part.content.words.get("protocol", "") else Form.SIGNED)
        for child in part.parts:
            if child.type not in ("application/pgp-signature", "application/pkcs7-signature"):
                gather(child, desk, found)
    elif part.parts:
        for child in part.parts:
            gather(child, desk, found)
    else:
        _torn(part, desk, found)


def _torn(part: Part, desk: Desk, found: Gathered) -> None:
    """A multipart without parts: its boundary is wrong, so all of it is text."""
    _say(part.body, textual.decoded(part.body), desk, found)


def _nested(part: Part, desk: Desk, found: Gathered) -> None:
    found.forms.add(Form.PGP_MIME)
    message = envelope.ciphertext(part)
    opened = desk.open(message) if message else None
    if opened is None:
        found.add("encrypted.asc", "application/octet-stream", message or part.raw)
        return
    _inside(mime.parse(opened.plain).root, desk, found, sealed=opened.sealed)


def _inside(root: Part, desk: Desk, found: Gathered, *, sealed: bool = True) -> None:
    """What an encrypted part held, marked as decrypted."""
    inner = Gathered()
    gather(root, desk, inner)
    inner.pieces = [Piece(piece.text, opened=sealed) for piece in inner.pieces]
    inner.forms, inner.bare_files = set(), 0
    found.take(inner)


def _alternative(part: Part, desk: Desk, found: Gathered) -> None:
    """Versions of one text: the plain one, and any other that says something else.

    They should be the same; where they are not, somebody may want us to see only one.  Two of one type
    are no versions of each other.
    """
    versions = []
    for child in part.parts:
        version = Gathered()
        gather(child, desk, version)
        versions.append((child.type, version))
    seen: set[str] = set()
    types: dict[str, set[str]] = {}
    for kind, version in sorted(versions, key=lambda one: one[0] != "text/plain"):
        text = version.text()
        words = _words(text)
        another = text not in types.get(kind, {text}) or len(words - seen) > len(words) * OTHER_WORDS
        found.take(version, texts=another)
        types.setdefault(kind, set()).add(text)
        seen |= words


def _words(text: str) -> set[str]:
    """The words of a text, without addresses of links: HTML shows those, plain text may not."""
    return set(re.findall(r"\w+", _LINK.sub(" ", text[:200_000]).lower()))


def _forwarded(part: Part, desk: Desk, found: Gathered) -> None:
    """A letter inside the letter: a file, and its text below ours.  What is encrypted in it stays so.

    Somebody else's ciphertext could be in it, sent to learn what it says.
    """
    found.bare_files += 1
    if not desk.may_unfold():
        found.add(part.name, "message/rfc822", part.data)
        return
    root = mime.parse(part.data).root
    subject = root.text("subject")
    found.add(part.name or textual.file_name(f"{subject[:60]}.eml"), "message/rfc822", part.data)
    inner = Gathered()
    with desk.closed():
        gather(root, desk, inner)
    _complain_of_dummies(root, desk)
    head = "\n".join(f"{name.title()}: {root.text(name)}" for name in _SHOWN if root.first(name))
    found.pieces.append(Piece(f"{FORWARDED}\n{head}\n\n{inner.text()}"))
    found.returned.extend(inner.returned)


def _complain_of_dummies(root: Part, desk: Desk) -> None:
    """A mail system may send back a letter with something else in place of its ciphertext."""
    if envelope.is_encrypted(root) and not pgparmor.looks_binary(pgparmor.packets(envelope.ciphertext(root))):
        desk.note(Trouble.MALFORMED)


def _is_old_pgp(part: Part) -> bool:
    """A block that is all of a part, as some wrote before there was PGP/MIME."""
    return part.type == "application/pgp" and part.data.lstrip().startswith(b"-----BEGIN PGP")


def _is_file(part: Part) -> bool:
    return part.disposition.value == "attachment" or bool(part.name)


def _text(part: Part, desk: Desk, found: Gathered) -> None:
    if part.type == "text/html":
        shown = textual.html_text(part.shown())
        _say(shown.encode(), shown, desk, found)
        return
    _say(part.data, part.shown(), desk, found, part.content.words.get("charset", ""))


def _say(data: bytes, shown: str, desk: Desk, found: Gathered, charset: str = "") -> None:
    """Add a text, with the PGP blocks in it opened."""
    if len(shown) > MAX_TEXT:
        found.add("text.txt", "text/plain", data)
        shown, data = shown[:MAX_TEXT], data[:MAX_TEXT]
    if b"-----BEGIN PGP" not in data:
        found.pieces.append(Piece(shown))
        return
    for stretch in inline.stretches(data, charset, desk):
        found.add_stretch(stretch)


def _file(part: Part, desk: Desk, found: Gathered) -> None:
    data, name = part.data, part.name
    is_key = part.type == "application/pgp-keys" or b"-----BEGIN PGP PUBLIC KEY" in data[:2000]
    if is_key or pgparmor.is_certificate(data[:16]):
        desk.learn(data)
        found.add(name or "key.asc", part.type, data)
        return
    if part.type.startswith("text/") and part.type not in _NO_PROSE and part.disposition.value != "attachment":
        shown = textual.html_text(part.shown()) if part.type == "text/html" else part.shown()
        found.shown_files.append(Piece(shown[:MAX_TEXT]))
    if envelope.is_closed_smime(part):
        found.forms.add(Form.SMIME)
        desk.note(Trouble.SMIME)
    if not _may_be_message(part, data):
        found.bare_files += part.type != "application/pgp-signature"
        found.add(name, part.type, data)
        return
    opened = desk.open(data)
    found.forms.add(Form.SIGNED if opened and not opened.sealed else Form.ATTACHMENT)
    found.bare_files += bool(opened and not opened.sealed)
    if opened is None:
        found.add(name or "encrypted.asc", part.type, data)
    elif re.match(rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,30}?Content-Type:", opened.plain, re.IGNORECASE):
        _inside(mime.parse(opened.plain).root, desk, found, sealed=opened.sealed)
    else:
        kind = "application/octet-stream" if "pgp" in part.type else part.type
        found.add(_ENDINGS.sub("", name) or "decrypted", kind, opened.plain)


def _may_be_message(part: Part, data: bytes) -> bool:
    """Whether a file is an OpenPGP message: armoured, or binary and called so."""
    if b"-----BEGIN PGP MESSAGE-----" in data[:4000]:
        return True
    called = bool(_ENDINGS.search(part.name)) or part.type in ("application/pgp-encrypted", "application/pgp")
    return called and pgparmor.looks_binary(data) and data[0] in _FIRST
