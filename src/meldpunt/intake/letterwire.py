"""A letter as plain data, on its way out of the process that read it.  Pure.

``packed`` runs in the limited child.  ``unpacked`` runs where the keys are, and believes nothing: whatever
is not a letter by its types and bounds raises ``Garbled``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, get_type_hints

from meldpunt.ground.values import Fingerprint
from meldpunt.intake.letter import Attachment, Automatic, Form, FormText, Letter, Protection, Trouble

MAX_NAMES = 1000  # recipients, references, files
MAX_LINE = 1 << 20  # characters of one line

Head = dict[str, Any]


class Garbled(Exception):
    """What came from the child is no letter."""


def packed(letter: Letter) -> tuple[Head, list[bytes]]:
    """The letter as JSON can hold it, and its long parts: text, files, keys."""
    head = {name: getattr(letter, name) for name in _LETTER}
    head["files"] = [[file.name, file.content_type] for file in letter.attachments]
    head["keys"] = len(letter.keys)
    return head, [_bytes(letter.text), *(file.data for file in letter.attachments), *letter.keys]


def unpacked(head: Head, pieces: Sequence[bytes]) -> Letter:
    """The letter again.  Raises ``Garbled``."""
    try:
        words = {name: check(head[name]) for name, check in _LETTER.items()}
        files = [(_line(name), _line(kind)) for name, kind in _several(head["files"])]
        if len(pieces) != 1 + len(files) + int(head["keys"]):
            raise Garbled
    except (KeyError, TypeError, ValueError):
        raise Garbled from None
    contents, keys = pieces[1 : 1 + len(files)], pieces[1 + len(files) :]
    attached = tuple(Attachment(*named, data) for named, data in zip(files, contents, strict=True))
    return Letter(**words, text=_text(pieces[0]), attachments=attached, keys=tuple(keys))


def packed_form(form: FormText) -> tuple[Head, list[bytes]]:
    head = asdict(form)
    return head, [_bytes(head.pop("text"))]


def unpacked_form(head: Head, pieces: Sequence[bytes]) -> FormText:
    """The text of a form again.  Raises ``Garbled``."""
    try:
        [text] = pieces
        return FormText(text=_text(text), **{name: check(head[name]) for name, check in _FORM.items()})
    except (KeyError, TypeError, ValueError):
        raise Garbled from None


def _lines(words: Any) -> tuple[str, ...]:
    return tuple(_line(word) for word in _several(words))


def _several(words: Any) -> list[Any]:
    if not isinstance(words, list) or len(words) > MAX_NAMES:
        raise Garbled
    return words


def _line(word: Any) -> str:
    """One line that can be stored: no half characters, which JSON lets through."""
    if not isinstance(word, str) or len(word) > MAX_LINE:
        raise Garbled
    return word.encode("utf-8", "replace").decode("utf-8")


def _maybe(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda word: None if word is None else check(word)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


_CHECKS: Mapping[Any, Callable[[Any], Any]] = {
    str: _line,
    bool: bool,
    tuple[str, ...]: _lines,
    Form: Form,
    Protection: Protection,
    Automatic | None: _maybe(Automatic),
    Trouble | None: _maybe(Trouble),
    Fingerprint | None: _maybe(lambda word: Fingerprint(_line(word))),
}


def _checks(kind: type, *apart: str) -> dict[str, Callable[[Any], Any]]:
    """How each field is looked at, by its type; ``apart`` are those that travel as bytes."""
    types = get_type_hints(kind)
    return {field.name: _CHECKS[types[field.name]] for field in fields(kind) if field.name not in apart}


_LETTER = _checks(Letter, "text", "attachments", "keys")
_FORM = _checks(FormText, "text")
