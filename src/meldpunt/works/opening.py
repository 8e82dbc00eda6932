"""Files that came by the web encrypted to us: a browser did it, or the reporter.

Each goes to the reader as the one part of a letter, so that whatever it holds is taken apart where it may do
no harm, and bound by the same limits.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from meldpunt.intake import reader
from meldpunt.intake.answers import letter_of
from meldpunt.intake.letter import Attachment
from meldpunt.intake.queries import Arrived
from meldpunt.intake.rules import Upload
from meldpunt.vault import files
from meldpunt.vault.errors import CannotOpen
from meldpunt.vault.files import SealedFile

CALLED = re.compile(r"\.(pgp|gpg|asc)$", re.IGNORECASE)
ARMOURED = b"-----BEGIN PGP MESSAGE-----"
HEAD = b'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="%s"\r\n\r\n'


def opened_files(item: Arrived, folder: Path, secrets: Sequence[bytes]) -> tuple[tuple[Attachment, ...], ...]:
    """For each file of a form or message: what was in it; nothing when it was not encrypted, or does not open."""
    return tuple(_opened(upload, folder, secrets) for upload in uploads_of(item))


def uploads_of(item: Arrived) -> tuple[Upload, ...]:
    """The files of a form or message, as they came."""
    if item.submission is not None:
        return item.submission.files
    came: Iterable[dict[str, Any]] = (item.message or {}).get("files", ())
    return tuple(Upload(**file) for file in came)


def _opened(upload: Upload, folder: Path, secrets: Sequence[bytes]) -> tuple[Attachment, ...]:
    pieces = files.read(folder, SealedFile.from_plain(upload.sealed))
    try:
        first = next(pieces, b"")
        if not CALLED.search(upload.name) and ARMOURED not in first[:1000]:
            return ()
        name = b"file.asc" if first.startswith(b"-----") else b"file.pgp"
        raw = HEAD % name + b"".join(chain((first,), pieces))
    except CannotOpen:
        return ()
    found = letter_of(reader.ours().begin(raw, secrets), lambda _address: ()).letter
    if found.trouble or found.form != "attachment":
        return ()
    name_then = CALLED.sub("", upload.name) or "file"
    return tuple(
        Attachment(name_then if one.name == "file" else one.name, one.content_type, one.data)
        for one in found.attachments
    )
