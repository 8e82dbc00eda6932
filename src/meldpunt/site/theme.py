"""A theme of one's own: a file with values for the tokens of ``static/css/tokens.css``, and nothing else.

It is read once, when a process starts.  What is more than values (an address, an import, a rule for some element) stops
the start with a sentence, so that a theme can neither fetch nor hide anything.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from meldpunt.site.config import BadSetting

TOKENS = Path(__file__).parents[1] / "static" / "css" / "tokens.css"
OWN = "--meldpunt-"
MOST_BYTES = 64 << 10
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
BLOCK = re.compile(r"\s*(?P<where>:root|@media\s*\([^{}()]*\)\s*\{\s*:root)\s*\{(?P<values>[^{}]*)\}\s*")
PLACES = re.compile(r"@media\s*\(\s*(prefers-color-scheme:\s*(dark|light)|prefers-contrast:\s*more)\s*\)\s*\{\s*:root")
VALUE = re.compile(r"(?P<name>--[a-z][a-z0-9-]*|color-scheme)\s*:\s*(?P<value>[^;]+)")
UNSAFE = re.compile(r"url|image|import|expression|[\\@<>]", re.IGNORECASE)


def load(folder: Path, name: str) -> str:
    """The text of the theme file, empty for none; ``BadSetting`` when it cannot be one."""
    if not name:
        return ""
    if Path(name).name != name or not name.endswith(".css"):
        raise BadSetting("theme must be the name of a file in the data folder that ends in .css.")
    try:
        text = (folder / name).read_bytes()[: MOST_BYTES + 1].decode()
    except (OSError, UnicodeDecodeError):
        raise BadSetting("The theme %(file)s cannot be read.", file=name) from None
    if len(text.encode()) > MOST_BYTES:
        raise BadSetting("The theme %(file)s is too long.", file=name)
    check(text, name)
    return text


def check(text: str, name: str) -> None:
    """Values of tokens in ``:root``, for dark or light or more contrast if wished; nothing else."""
    known = set(re.findall(r"(--meldpunt-[a-z0-9-]+)\s*:", TOKENS.read_text()))
    for line in _values(COMMENT.sub("", text), name):
        found = VALUE.fullmatch(line)
        if not found or UNSAFE.search(line):
            raise BadSetting("The theme %(file)s may only give values to tokens, not: %(line)s", file=name, line=line)
        if found["name"].startswith(OWN) and found["name"] not in known:
            raise BadSetting("The theme %(file)s: there is no token called %(line)s.", file=name, line=found["name"])


def _values(text: str, name: str) -> Iterator[str]:
    at = 0
    while at < len(text.rstrip()):
        block = BLOCK.match(text, at)
        if not block or (block["where"] != ":root" and not PLACES.fullmatch(block["where"])):
            raise BadSetting("The theme %(file)s has something else than :root { … }.", file=name)
        nested = block["where"] != ":root"
        yield from filter(None, map(str.strip, block["values"].split(";")))
        at = block.end()
        if nested:
            if not text.startswith("}", at):
                raise BadSetting("The theme %(file)s has something else than :root { … }.", file=name)
            at += 1


def theme(request: HttpRequest) -> HttpResponse:
    """``/theme.css``, after our own tokens on every page; empty without a theme."""
    response = HttpResponse(settings.MELDPUNT_THEME, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "max-age=3600"
    return response
