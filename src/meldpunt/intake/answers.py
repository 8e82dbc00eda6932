"""What the reader has found, looked at again: letters and forms.

``reader`` does the asking.  Nothing that comes from there is believed before it is in here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from meldpunt.intake import letterwire, textual
from meldpunt.intake.letter import Attachment, Form, FormText, Letter, Protection, Trouble
from meldpunt.intake.reader import LOOK_CPU, LOOK_SECONDS, Job, Known, ReaderFault
from meldpunt.vault import openpgp, pgpwire
from meldpunt.vault.errors import TooLarge
from meldpunt.vault.openpgp import Key

BAD = (KeyError, TypeError, ValueError, OverflowError, OSError, letterwire.Garbled)


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """A letter, and what else the reader found.

    ``keys`` came along.  ``bare`` is the letter as it reads without any key of ours, when there is
    trouble with it: nothing that was encrypted is in that.
    """

    letter: Letter
    keys: tuple[Key, ...] = ()
    bare: Letter | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ReadForm:
    """The text of a form, the key that was pasted beside it, if it is one, its other texts and files."""

    text: FormText
    keys: tuple[Key, ...] = ()
    others: tuple[FormText, ...] = ()
    files: tuple[tuple[Attachment, ...], ...] = ()  # for each file that came: what was in it, if it was encrypted


def letter_of(job: Job, known: Known, sender: str = "") -> ReadLetter:
    """Finish a letter.  ``sender`` is the one on its envelope.

    One that is too much is in trouble: its outside is read alone, with less time; when that is too much
    as well, only its envelope is left.
    """
    try:
        head, pieces = job.finish(known)
        return _letter(head, pieces)
    except TooLarge:
        bare = _outside(job, sender)
        letter = replace(bare, text="", attachments=(), keys=(), trouble=Trouble.TOO_LARGE)
        return ReadLetter(letter, (), bare)


def _outside(job: Job, sender: str) -> Letter:
    try:
        head, pieces = Job(job.reader, {"do": "look", "cpu": LOOK_CPU}, [job.raw], LOOK_SECONDS).finish(lambda _: ())
        return letterwire.unpacked(head["bare"], pieces)
    except TooLarge:
        return _envelope(sender)
    except BAD:
        raise ReaderFault("the reader's answer makes no sense") from None


def _letter(head: pgpwire.Head, pieces: list[bytes]) -> ReadLetter:
    try:
        first, keys = int(head["first"]), list(head["keys"])
        split = first + len(keys)
        found = tuple(openpgp.key_of(about, data) for about, data in zip(keys, pieces[first:split], strict=True))
        bare = letterwire.unpacked(head["bare"], pieces[split:]) if "bare" in head else None
        return ReadLetter(letterwire.unpacked(head["letter"], pieces[:first]), found, bare)
    except BAD:
        raise ReaderFault("the reader's answer makes no sense") from None


def form_of(job: Job | None, text: str, others: Sequence[str] = ()) -> ReadForm:
    """Finish a form; ``job`` is ``None`` when there was nothing to open.  One that is too much stays as it is."""
    plain, *beside = (_as_it_came(one) for one in (text, *others))
    if job is None:
        return ReadForm(plain, (), tuple(beside))
    try:
        head, pieces = job.finish(lambda _: ())
        split = 1 + len(others)
        keys = tuple(openpgp.key_of(about, data) for about, data in zip(head["keys"], pieces[split:], strict=True))
        read = zip(head["forms"], pieces[:split], strict=True)
        opened, *beside = (letterwire.unpacked_form(about, [piece]) for about, piece in read)
        return ReadForm(opened, keys, tuple(beside))
    except TooLarge:
        return ReadForm(replace(plain, trouble=Trouble.TOO_LARGE), (), tuple(beside))
    except BAD:
        raise ReaderFault("the reader's answer makes no sense") from None


def _as_it_came(text: str) -> FormText:
    return FormText(textual.clean(text), Form.NONE, Protection.UNPROTECTED, None, None)


def _envelope(sender: str) -> Letter:
    """All that is known of a letter whose outside cannot be read either."""
    return Letter(
        subject="",
        sender_name="",
        sender=sender,
        recipients=(),
        message_id="",
        in_reply_to=(),
        references=(),
        text="",
        attachments=(),
        form=Form.NONE,
        protection=Protection.UNPROTECTED,
        signer=None,
        automatic=None,
        own_marker="",
        keys=(),
        trouble=Trouble.TOO_LARGE,
        language="en",
    )
