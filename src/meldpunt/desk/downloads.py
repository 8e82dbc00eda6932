"""A stranger's file as an answer: to be saved, or looked at in a sandbox; never in our own origin."""

import itertools
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

SANDBOX = "sandbox; default-src 'none'; img-src data:; style-src 'none'; frame-ancestors 'none'"


def download(request: HttpRequest, name: str, size: int, chunks: Iterator[bytes], scan: str = "") -> HttpResponseBase:
    """The file, streamed.  One that does not open is refused before the answer begins.

    Where the virus scanner found something (``scan``), a page asks first.
    """
    if scan.startswith("found ") and "sure" not in request.GET:
        found = scan.removeprefix("found ")
        return render(request, "desk/file_question.html", {"name": name, "found": found})
    start = next(chunks, b"")
    response = StreamingHttpResponse(itertools.chain([start], chunks), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Length"] = str(size)
    response["Content-Security-Policy"] = SANDBOX
    return response


def in_sandbox(content: bytes, content_type: str) -> HttpResponse:
    """Something that a browser may show, where it can run and reach nothing.  Only texts and pictures."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Security-Policy"] = SANDBOX
    response["Content-Disposition"] = "inline"
    return response
