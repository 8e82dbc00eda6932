"""Words that occur nowhere else, and a search for them in every disguise."""

import base64
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from tests.journey.letters import File


class Canaries:
    """Invented words, each made for one place.  ``canaries("name")`` is the same word every time."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def __call__(self, place: str) -> str:
        return self.words.setdefault(place, "kwie" + "".join(secrets.choice("bdfgklmnprstvz") for _ in range(12)))

    def address(self, place: str) -> str:
        """An address whose two halves are both to be found nowhere."""
        return f"{self(place + ', box')}@{self(place + ', domain')}.example"

    def file(self, place: str) -> File:
        content = f"{self(place + ', content')}\n".encode() * 3 + secrets.token_bytes(5000)
        return File(f"{self(place + ', name')}.txt", content, "text/plain")


def disguises(word: str) -> dict[str, bytes]:
    """How a word could stand on a disk; all in small letters, for the search is blind to case."""
    found = {
        "utf-8": word.encode(),
        "utf-16": word.encode("utf-16-le")[:-1],  # occurs in both byte orders
        "backwards": word[::-1].encode(),
    }
    for name, form in {"small": word, "capital": word.capitalize(), "capitals": word.upper()}.items():
        found[f"hex {name}"] = form.encode().hex().encode()
        for shift in range(3):  # where the word begins within a group of three bytes
            coded = base64.b64encode(b"\0" * shift + form.encode())
            whole = coded[(0, 2, 3)[shift] : (shift + len(form)) // 3 * 4]  # what no neighbour has a part in
            found[f"base64 {name} {shift}"] = whole.lower()
    return found


class Search:
    """Looks for all the words at once."""

    def __init__(self, words: dict[str, str]) -> None:
        self._of = {
            needle: f"{place} ({form})"
            for place, word in words.items()
            for form, needle in disguises(word.lower()).items()
        }
        self._any = re.compile(b"|".join(re.escape(needle) for needle in sorted(self._of, key=len, reverse=True)))

    def below(self, folder: Path, *but: Path) -> list[str]:
        """Where words stand: in what files hold, and in what they are called."""
        return [found for path in sorted(folder.rglob("*")) if path not in but for found in self._in(path, folder)]

    def _in(self, path: Path, folder: Path) -> Iterator[str]:
        place = str(path.relative_to(folder))
        held = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        for what, data in (("is called", place.encode()), ("holds", held)):
            for needle in sorted(set(self._any.findall(data.lower()))):
                yield f"{place} {what} {self._of[needle]}"
