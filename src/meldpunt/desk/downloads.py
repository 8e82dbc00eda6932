"""A stranger's file as an answer: always to be saved, never shown in our own origin."""

import itertools
from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

SANDBOX = "sandbox; default-src 'none'"


def download(name: str, size: int, chunks: Iterator[bytes]) -> StreamingHttpResponse:
    """The file, streamed.  One that does not open is refused before the answer begins."""
    start = next(chunks, b"")
    response = StreamingHttpResponse(itertools.chain([start], chunks), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Length"] = str(size)
    response["Content-Security-Policy"] = SANDBOX
    return response
