"""Reading one table of a TOML file, strictly: what is wrong is refused with its line.  Pure."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from meldpunt.policy.errors import BadPolicy
from meldpunt.policy.lines import Lines, Path

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

    def flag(self, key: str, default: bool | None = None) -> bool:
        """True or false; without a default it must be there."""
        return bool(self._typed(key, bool)) if key in self or default is None else default

    def items(self, key: str) -> list[Any]:
        """The list at ``key``; empty when there is none."""
        return list(self._typed(key, list)) if key in self else []

    def table(self, key: str) -> "Table":
        return Table(self._typed(key, dict), self._lines, (*self._path, key))

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

    def _typed(self, key: str, kind: type) -> Any:
        value = self.value(key)
        if type(value) is not kind:
            raise self.refuse(KINDS[kind], key, name=self._full(key))
        return value

    def _full(self, key: str) -> str:
        return f"{self.name}.{key}" if self._path else key
