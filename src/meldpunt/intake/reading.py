"""Reading a letter: its exact bytes become a ``Letter``.

Pure of database and clock, and without exceptions for whatever a stranger may send: what
cannot be read becomes a ``Trouble``, with the rest of the letter beside it.  The parts:

    mime.py       the tree, cut from the exact bytes; bounds on parts, depth and headers
    envelope.py   the outermost cryptographic layers, which alone decide the protection
    opening.py    keys, the engine, how often one letter may ask it
    gathering.py  the text and the files; inline.py opens blocks inside a text
    machine.py    who wrote it, a person or a machine
    protected.py  headers that were protected inside (RFC 9788)
    autocrypt.py  the key in the header
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from meldpunt.ground.values import Fingerprint
from meldpunt.intake import address, autocrypt, inline, machine, mime, protected, textual
from meldpunt.intake.envelope import Unwrapped, unwrap
from meldpunt.intake.gathering import Gathered, gather
from meldpunt.intake.letter import Attachment, Automatic, Form, FormText, Letter, Protection, Trouble
from meldpunt.intake.mime import Part
from meldpunt.intake.opening import Desk, Known

__all__ = ["Attachment", "Automatic", "Form", "FormText", "Letter", "Protection", "Trouble", "read", "read_form_text"]

MAX_RECIPIENTS = 100
_FOR_US = (Form.PGP_MIME, Form.INLINE, Form.ATTACHMENT)
_MACHINES = (Automatic.BOUNCE, Automatic.AUTO_REPLY)
_FROM = ("from", "sender", "reply-to")
_THROUGH_LIST = ("x-original-from", "reply-to", "x-original-sender")
_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")


@dataclass(slots=True)
class _Read:
    """A letter on its way: the layers, what was inside, and who vouches for it."""

    root: Part
    desk: Desk
    layers: Unwrapped
    found: Gathered = field(default_factory=Gathered)


def read(raw: bytes, *, secrets: Sequence[bytes], known: Known) -> Letter:
    """Read a letter with our secret keys and the certificates that are known of its sender.

    ``known`` is a sequence of certificates, or a function that gives those of an address.  A key that
    only came along with this letter proves nothing about it: anyone can make one for any name.
    """
    tree = mime.parse(raw)
    sender = _sender(tree.root)
    certs = known(sender.address) if callable(known) else known
    desk = Desk(secrets, certs)
    autocrypt.learn(tree.root, sender.address, desk)
    work = _open(tree.root, desk)
    if tree.cut or work.layers.cut:
        work.desk.note(Trouble.TOO_LARGE)
    return _letter(work, sender)


def _open(root: Part, desk: Desk) -> _Read:
    layers = unwrap(root, desk)
    work = _Read(root, desk, layers)
    if layers.payload is not None:
        gather(protected.without_legacy_display(layers.payload), desk, work.found)
        for part in layers.beside:
            work.found.add(part.name or "signature.asc", part.type, part.data)
        work.found.say_something(layers.payload)
    return work


def _letter(work: _Read, sender: address.Mailbox) -> Letter:
    root, desk, found = work.root, work.desk, work.found
    text = found.text()
    subject = protected.subject(work.layers, root)
    form = _form(work)
    signer, theirs = desk.owner(_signers(work), sender.address)
    kind, guessed = _kind(work, subject, text, form)
    if not text.strip() and not found.files and desk.trouble is None:
        desk.note(Trouble.EMPTY)
    if kind is None and form not in _FOR_US and machine.is_marked_as_spam(root):
        desk.note(Trouble.SPAM)
    return Letter(
        subject=subject,
        sender_name=sender.name,
        sender=sender.address,
        recipients=_recipients(root),
        message_id=next(iter(address.identities(root.first("message-id"))), ""),
        in_reply_to=_thread(work, "in-reply-to"),
        references=_references(work, kind),
        text=text,
        attachments=tuple(found.files),
        form=form,
        protection=_protection(work, theirs),
        signer=signer,
        automatic=kind,
        own_marker=root.text(machine.OWN)[:200],
        keys=tuple(key.data for key in desk.came),
        trouble=desk.trouble,
        language=textual.language_of(f"{subject}\n{text}"),
        lists=machine.lists(root) if kind is Automatic.LIST else (),
        guessed=guessed,
    )


def _kind(work: _Read, subject: str, text: str, form: Form) -> tuple[Automatic | None, bool]:
    """What kind of machine wrote it, and whether only its words say so: then a person must look."""
    kind = machine.automatic(work.root, subject, text, work.found.returned)
    guessed = kind in _MACHINES and machine.is_guess(work.root, subject, text, work.found.returned)
    if (kind is Automatic.LIST or guessed) and form in _FOR_US:
        return None, False  # who encrypts to us means us
    if guessed:
        work.desk.note(Trouble.MACHINE_OR_PERSON)
    return kind, guessed


def _sender(root: Part) -> address.Mailbox:
    """Who wrote it.  Some lists put their own address in From; the writer's is elsewhere then."""
    lists = machine.lists(root)
    found = next(_boxes(root, _FROM), address.Mailbox("", ""))
    if found.address.lower() not in lists:
        return found
    return next((box for box in _boxes(root, _THROUGH_LIST) if box.address.lower() not in lists), found)


def _boxes(root: Part, names: Sequence[str]) -> Iterator[address.Mailbox]:
    return (box for name in names for box in address.mailboxes(root.first(name)) if box.address)


def _recipients(root: Part) -> tuple[str, ...]:
    boxes = (box.address for name in _TO for value in root.every(name)[:20] for box in address.mailboxes(value))
    return tuple(dict.fromkeys(one for one in boxes if one))[:MAX_RECIPIENTS]


def _thread(work: _Read, name: str) -> tuple[str, ...]:
    """Which letters it answers; some programs say that only inside what they encrypt."""
    return address.identities(work.root.first(name) or protected.inside(work.layers, work.root, name))


def _references(work: _Read, kind: Automatic | None) -> tuple[str, ...]:
    own, found = _thread(work, "references"), work.found
    if kind is not Automatic.BOUNCE:
        return own
    back = machine.named_letters(work.root, found.text())
    back += [mime.parse(part.data[:200_000]).root.first("message-id") for part in found.returned[:5]]
    back += [mime.parse(file.data[:200_000]).root.first("message-id") for file in _header_files(found)]
    return (*own, *(one for value in back for one in address.identities(value)))


def _header_files(found: Gathered) -> list[Attachment]:
    return [file for file in found.files if file.content_type == "text/rfc822-headers"][:5]


def _form(work: _Read) -> Form:
    outer, inner = work.layers.form, work.found.forms
    order = (Form.PGP_MIME, Form.INLINE, Form.ATTACHMENT, Form.SMIME, Form.SIGNED)
    if outer is not Form.NONE:
        return outer
    return next((form for form in order if form in inner), Form.NONE)


def _whole_inline(found: Gathered) -> bool:
    """Whether one block is all of the text: only then does it speak for the letter."""
    pieces = [piece for piece in found.pieces if piece.text.strip()]
    return len(pieces) == 1 and (pieces[0].opened or pieces[0].signed) and found.forms <= _INLINE_FORMS


_INLINE_FORMS = frozenset({Form.INLINE, Form.SIGNED, Form.ATTACHMENT})


def _signers(work: _Read) -> list[Fingerprint]:
    """Who signed all of it: in the outermost layers, or the one block that is the whole text."""
    if work.layers.form is not Form.NONE:
        return work.layers.signers
    if _whole_inline(work.found):
        return [one for piece in work.found.pieces for one in piece.signers]
    return []


def _protection(work: _Read, theirs: bool) -> Protection:
    """The one word for the whole letter; nothing that failed or is weak counts."""
    if work.layers.form is Form.SMIME:
        return Protection.UNPROTECTED
    if work.layers.form is not Form.NONE:
        sealed = work.layers.encrypted and work.layers.payload is not None and not work.desk.weak
        return _WORDS[sealed, theirs]
    if not _whole_inline(work.found) or work.found.bare_files:
        return Protection.UNPROTECTED
    sealed = any(piece.opened for piece in work.found.pieces) and not work.desk.weak
    return _WORDS[sealed, theirs]


_WORDS = {
    (False, False): Protection.UNPROTECTED,
    (False, True): Protection.VERIFIED,
    (True, False): Protection.CONFIDENTIAL,
    (True, True): Protection.BOTH,
}


def read_form_text(text: str, secrets: Sequence[bytes], known: Sequence[bytes]) -> FormText:
    """A text from a web form; PGP blocks that were pasted in are opened."""
    if "-----BEGIN PGP" not in text:
        return FormText(textual.clean(text), Form.NONE, Protection.UNPROTECTED, None, None)
    desk = Desk(secrets, known)
    found = Gathered()
    for stretch in inline.stretches(text.encode("utf-8", "replace"), "utf-8", desk):
        found.add_stretch(stretch)
    whole = _whole_inline(found)
    signers = [one for piece in found.pieces for one in piece.signers] if whole else []
    form = next((one for one in (Form.INLINE, Form.SIGNED) if one in found.forms), Form.NONE)
    # a form has no From, so nobody can be verified to be its sender
    sealed = whole and not desk.weak and any(piece.opened for piece in found.pieces)
    shown = found.text() or ("" if desk.trouble is None else textual.clean(text))
    return FormText(shown, form, _WORDS[sealed, False], next(iter(signers), None), desk.trouble)
