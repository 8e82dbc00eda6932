"""Reading one table of a TOML file, strictly: what is wrong is refused with its line.  Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from meldpunt.ground.values import Language
from meldpunt.policy.errors import BadPolicy, BadTerm
from meldpunt.policy.lines import Lines, Path
from meldpunt.policy.rules import Term
from meldpunt.policy.values import Wording

LANGUAGES = tuple(str(language) for language in Language)
ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")

HARMLESS = "\n\u00ad"  # among the control and format signs: a new line, and a place to hyphenate
KINDS: Mapping[type, str] = {
    str: "%(name)s must be a text between quotes.",
    bool: "%(name)s must be true or false.",
    list: "%(name)s must be a list.",
    dict: "%(name)s must be a table.",
}


class Table:
    """One table, the place where it stands, and the keys of it that nobody has asked for yet."""

    def __init__(self, values: Mapping[str, Any], lines: Lines, path: Path = ()) -> None:
        self._values, self._lines, self._path = values, lines, path
        self._unread = dict.fromkeys(values)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def given(self, key: str) -> bool:
        """Whether ``key`` is there and is more than an empty text."""
        return bool(self._values.get(key, "") != "")

    @property
    def name(self) -> str:
        return ".".join(str(part + 1) if isinstance(part, int) else part for part in self._path)

    def refuse(self, sentence: str, key: str = "", **words: object) -> BadPolicy:
        """The refusal of this table, or of one key of it, to be raised."""
        return BadPolicy(sentence, line=self._lines.of((*self._path, key) if key else self._path), **words)

    def value(self, key: str) -> Any:
        """Whatever stands at ``key``, which must be there."""
        self._unread.pop(key, None)
        if key not in self._values:
            raise self.refuse("%(name)s is missing.", name=self._full(key))
        return self._values[key]

    def text(self, key: str) -> str:
        value: str = self._typed(key, str)
        if not value.strip():
            raise self.refuse("%(name)s is empty.", key, name=self._full(key))
        if any(unicodedata.category(sign)[0] == "C" and sign not in HARMLESS for sign in value):
            raise self.refuse("%(name)s contains a sign that cannot be shown.", key, name=self._full(key))
        return value.strip()

    def address(self, key: str) -> str:
        """A mail address."""
        found = self.text(key)
        if not ADDRESS.fullmatch(found) or len(found) > 254:
            raise self.refuse('"%(text)s" is not a mail address.', key, text=found)
        return found

    def web_address(self, key: str, *schemes: str) -> str | None:
        """A web address, or None when there is none."""
        return self._as_web_address(self.text(key), key, schemes) if key in self else None

    def web_addresses(self, key: str, *schemes: str) -> tuple[str, ...]:
        """The web addresses of the list at ``key``; none when there is no such list."""
        return tuple(self._as_web_address(one, key, schemes) for one in self.texts(key))

    def term(self, key: str) -> Term:
        return self._as_term(self.text(key), key)

    def terms(self, key: str) -> tuple[Term, ...]:
        """The terms of the list at ``key``; none when there is no such list."""
        return tuple(self._as_term(text, key) for text in self.texts(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of the list at ``key``; none when there is no such list."""
        found = self.items(key)
        if not all(isinstance(one, str) for one in found):
            raise self.refuse("%(name)s must be a list of texts.", key, name=self._full(key))
        return tuple(found)

    def choice(self, key: str, known: Iterable[str], default: str) -> str:
        """One of a few words."""
        words = list(known)
        found = self.text(key) if key in self else default
        if found not in words:
            raise self.refuse(
                '%(name)s is "%(found)s", and must be one of: %(known)s.',
                key,
                name=self._full(key),
                found=found,
                known=", ".join(words),
            )
        return found

    def wording(self, languages: tuple[str, ...]) -> Wording:
        """This whole table as one text in each of ``languages``."""
        words = Wording(tuple((language, self.text(language)) for language in languages))
        self.no_more(LANGUAGES)  # ``contradictions`` looks at a language too many
        return words

    def flag(self, key: str, default: bool | None = None) -> bool:
        """True or false; without a default it must be there."""
        return bool(self._typed(key, bool)) if key in self or default is None else default

    def items(self, key: str) -> list[Any]:
        """The list at ``key``; empty when there is none."""
        return list(self._typed(key, list)) if key in self else []

    def table(self, key: str) -> "Table":
        return Table(self._typed(key, dict), self._lines, (*self._path, key))

    def maybe(self, key: str) -> "Table":
        """The table at ``key``; an empty one when there is none."""
        return self.table(key) if key in self else Table({}, self._lines, (*self._path, key))

    def tables(self, key: str) -> Iterator["Table"]:
        """The tables of the list at ``key``; none when there is no such list."""
        for number, values in enumerate(self.items(key)):
            path = (*self._path, key, number)
            if not isinstance(values, dict):
                name, line = self._full(key), self._lines.of(path)
                raise BadPolicy("%(name)s must be a list of tables.", line=line, name=name)
            yield Table(values, self._lines, path)

    def no_more(self, known: Iterable[str] = ()) -> None:
        """Refuse the first key that was never asked for."""
        for key in self._unread:
            if key not in known:
                raise self.refuse("there is nothing called %(name)s in a policy.", key, name=self._full(key))

    def _as_web_address(self, text: str, key: str, schemes: tuple[str, ...]) -> str:
        if not _is_web_address(text, schemes or ("http", "https")):
            raise self.refuse('"%(text)s" is not a web address (https://...).', key, text=text)
        return text

    def _as_term(self, text: str, key: str) -> Term:
        try:
            return Term.read(text)
        except BadTerm as refusal:
            raise self.refuse(refusal.sentence, key, **refusal.words) from None

    def _typed(self, key: str, kind: type) -> Any:
        value = self.value(key)
        if type(value) is not kind:
            raise self.refuse(KINDS[kind], key, name=self._full(key))
        return value

    def _full(self, key: str) -> str:
        return f"{self.name}.{key}" if self._path else key


def _is_web_address(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # a broken IPv6 address, for one
        return False
    return parts.scheme in schemes and bool(parts.hostname) and not re.search(r'[\s"<>]', url)
