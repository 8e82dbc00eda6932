"""Files and pages travel compressed."""

import gzip
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseMiddleware

PACKED = ("text/", "image/svg", "application/json", "application/javascript")


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise, with each file compressed once and kept in memory: together they are small."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._packed: dict[str, bytes] = {}

    def serve(self, static_file: Any, request: HttpRequest) -> HttpResponseBase:
        plain: HttpResponseBase = super().serve(static_file, request)
        if not plain.headers.get("Content-Type", "").startswith(PACKED):
            return plain
        patch_vary_headers(plain, ("Accept-Encoding",))
        if plain.status_code != 200 or "gzip" not in request.headers.get("Accept-Encoding", ""):
            return plain
        place = request.path_info
        if place not in self._packed:
            path = Path(static_file.get_path_and_headers({})[0])
            self._packed[place] = gzip.compress(path.read_bytes(), 9, mtime=0)
        packed = HttpResponse(self._packed[place] if request.method == "GET" else b"", headers=dict(plain.headers))
        packed.headers["Content-Encoding"] = "gzip"
        packed.headers["Content-Length"] = str(len(self._packed[place]))
        packed.headers["ETag"] = f"W/{plain.headers['ETag']}"
        plain.close()
        return packed


class PublicPages(GZipMiddleware):
    """Compresses what anybody may see.  A page of one person's own goes as it is: its length then says less."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if getattr(request, "private", True) or request.method == "POST":
            return response
        packed: HttpResponseBase = super().process_response(request, response)
        return packed
