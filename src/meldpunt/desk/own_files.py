"""Files that somebody at the desk chooses from their own disk: sealed at once, and looked at as a reporter's are.

What each really is, and what the virus scanner says, stands with it from then on.  Nothing of it rests anywhere else.
"""

from typing import Any

from django.conf import settings

from meldpunt.cases.rules import FileRef
from meldpunt.desk.middleware import DeskRequest
from meldpunt.intake import filetypes, textual
from meldpunt.intake.clamd import Scanner
from meldpunt.intake.errors import TooLarge
from meldpunt.vault import files as sealed_files


def own_files(request: DeskRequest, name: str) -> tuple[FileRef, ...]:
    """The files of the field ``name``, for a command that names them in the same transaction.  ``TooLarge``."""
    most, length = settings.FILE_UPLOAD_MAX_MEMORY_SIZE, request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > most:
        raise TooLarge("The files together may have at most %(limit)d MiB.", limit=most >> 20)
    scanner = Scanner(settings.CONFIG.clamd)
    return tuple(_sealed(one, scanner) for one in request.FILES.getlist(name))


def _sealed(one: Any, scanner: Scanner) -> FileRef:
    one.seek(0)
    data = one.read()
    where = sealed_files.store(settings.MELDPUNT_DATA, data, settled=False)
    called = textual.file_name(one.name or "") or "file"
    kind, scan = filetypes.kind_of(data), scanner.scan((data,))
    return FileRef(called, (one.content_type or "application/octet-stream")[:100], where.plain(), kind, scan)


def settle(files: tuple[FileRef, ...]) -> None:
    """They are named by something that is kept.  What never comes to this is swept away in time."""
    for file in files:
        sealed_files.settle(settings.MELDPUNT_DATA, str(file.sealed["path"]))
