"""Scripts are loaded with the hash of what they should be, so that nothing else runs in their place."""

import base64
import functools
import hashlib
import json
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

# The one that is imported first; then those that it may import
OPENPGP = ("openpgp", "nacl-fast", "noble_curves", "noble_hashes", "sha512")


@functools.cache
def integrity(name: str) -> str:
    """The hash of a file of ours, as browsers check it (Subresource Integrity)."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise FileNotFoundError(name)
    return "sha384-" + base64.b64encode(hashlib.sha384(Path(found).read_bytes()).digest()).decode()


@functools.cache
def module(name: str) -> SafeString:
    """The element that loads a script as a module."""
    return format_html('<script type="module" src="{}" integrity="{}"></script>', static(name), integrity(name))


@functools.cache
def openpgp_modules() -> str:
    """Address and hash of every file of OpenPGP.js, for ``send.js``."""
    names = [f"js/openpgp/{one}.min.mjs" for one in OPENPGP]
    return json.dumps([[static(name), integrity(name)] for name in names])


TAGS = (module, openpgp_modules)
