"""A complete policy to begin with, for an organisation of which we know three things.  Pure."""

import functools
import json
import re
import unicodedata
from collections.abc import Sequence
from importlib import resources

TRANSLATED = re.compile(r"(?:title\.|text\.)?(?P<language>[a-z]{2}) = ")
# words that nearly every organisation of a kind has in its name, so they say nothing in a reference
COMMON_WORDS = (
    "gemeente provincie waterschap stichting vereniging ministerie van de het den der en voor te bv nv "
    "municipality foundation ministry the of and for ltd inc"
)


def default_text(
    *,
    name: str,
    contact: str,
    languages: Sequence[str] = ("nl", "en"),
    prefix: str | None = None,
    url: str | None = None,
) -> str:
    """The text of a whole ``policy.toml``.  It is not checked: ``document.read`` does that."""
    filled = {
        "languages": "[" + ", ".join(quoted(language) for language in languages) + "]",
        "name": quoted(name),
        "prefix": quoted(prefix or prefix_from(name)),
        "contact": quoted(contact),
        "url": f"url = {quoted(url)}" if url else '# url = "https://..."',
    }
    kept = (line for line in _template().splitlines(keepends=True) if _is_spoken(line, languages))
    return re.sub(r"@([a-z]+)@", lambda found: filled[found[1]], "".join(kept))


def quoted(text: str) -> str:
    """``text`` as a TOML string.  JSON's escapes are TOML's too, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def prefix_from(name: str) -> str:
    """The first letters of a reference, from a name: VOO from Gemeente Voorbeeldstad, HZ from Haag Zuid."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    telling = [word for word in words if word.lower() not in COMMON_WORDS.split()] or words
    letters = "".join(word[0] for word in telling) if len(telling) > 1 else "".join(telling)[:3]
    letters = letters.upper().lstrip("0123456789")[:4]
    return letters if len(letters) > 1 else "MP"


def _is_spoken(line: str, languages: Sequence[str]) -> bool:
    translated = TRANSLATED.match(line)
    return translated is None or translated["language"] in languages


@functools.cache
def _template() -> str:
    return resources.files(__package__).joinpath("default_policy.toml").read_text("utf-8")
