"""What the web server calls, in the role that this process has."""

import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meldpunt.site.settings")
from django.conf import settings
from django.core.wsgi import get_wsgi_application

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The proxy before us has taken off the https: who came by our own https address did come by https.

    No header of the proxy, or of a stranger, is asked.
    """
    address = urlsplit(settings.OUR_ADDRESS)
    if address.scheme == "https" and environ.get("HTTP_HOST", "").lower() == address.netloc.lower():
        environ["wsgi.url_scheme"] = "https"
    answer: Iterable[bytes] = _django(environ, start_response)
    return answer
