"""Looking into a file of a case without opening it: a listing, a text, a picture.

A text goes out as plain text and a picture as what its bytes say it is, each in a sandbox.  Web
pages and SVG are shown as the text that they are.  Everything is bounded, and nothing touches the disk.
"""

import itertools
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from meldpunt.cases import queries as cases
from meldpunt.cases.queries import FileContent
from meldpunt.desk.downloads import download, in_sandbox
from meldpunt.desk.middleware import DeskRequest
from meldpunt.ground.values import CaseRef
from meldpunt.intake import archives, filetypes, pictures, textual
from meldpunt.intake.archives import Trouble

MOST_TEXT = 64 << 10
MOST_PICTURE = 20 << 20
MOST_ARCHIVE = 64 << 20
TROUBLES: Mapping[Trouble, Promise] = MappingProxyType(
    {
        Trouble.BOMB: _("This is made to fill your disk when it is unpacked (a bomb)."),
        Trouble.TOO_MANY: _("It holds more files than are counted here."),
        Trouble.TOO_LARGE: _("It holds more than is looked through here, so the list is not complete."),
        Trouble.BROKEN: _("Its list of contents is damaged, so the list here may not be complete."),
    }
)


@require_safe
def look(request: DeskRequest, ref: str, file_id: str) -> HttpResponseBase:
    found = cases.file_for_handler(request.actor, CaseRef(ref), file_id, request.keys, settings.MELDPUNT_DATA)
    if found.scan.startswith("found "):
        return download(request, found.name, found.size, found.chunks, found.scan)
    start = next(found.chunks, b"")
    chunks = itertools.chain([start], found.chunks)
    kind = filetypes.kind_of(start)  # not as it was kept: what is shown is decided on what is there
    if kind in filetypes.READABLE:
        wide = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        text = textual.decoded(_at_most(chunks, MOST_TEXT), wide)
        return in_sandbox(text.encode("utf-8", "replace"), "text/plain; charset=utf-8")
    if kind in filetypes.IMAGES and found.size <= MOST_PICTURE:
        picture = b"".join(chunks)
        if pictures.may_be_drawn(picture, kind):
            return in_sandbox(picture, f"image/{kind}")
    if kind in filetypes.ARCHIVES and found.size <= MOST_ARCHIVE:
        return _archive(request, ref, found, kind, b"".join(chunks))
    words = {"ref": ref, "name": found.name, "size": found.size, "kind": kind}
    return render(request, "desk/file_not_shown.html", words)


def _archive(request: DeskRequest, ref: str, found: FileContent, kind: str, content: bytes) -> HttpResponse:
    listing = archives.listing(content, kind)
    words = {
        "ref": ref,
        "name": found.name,
        "size": found.size,
        "kind": kind,
        "listing": listing,
        "trouble": TROUBLES[listing.trouble] if listing.trouble else "",
    }
    return render(request, "desk/archive.html", words)


def _at_most(chunks: Iterator[bytes], size: int) -> bytes:
    """The beginning of a file, read no further than needed."""
    read = b""
    while len(read) < size and (chunk := next(chunks, b"")):
        read += chunk
    return read[:size]
