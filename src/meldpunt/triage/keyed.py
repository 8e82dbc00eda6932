"""Words as keyed tokens: equal ones stay equal, and nobody without the vault's key can tell which word it is."""

from collections.abc import Iterable

from meldpunt.ground.values import Language
from meldpunt.triage import wording
from meldpunt.vault import sealing
from meldpunt.vault.keyring import VaultKeys

_LETTERS = str.maketrans("0123456789", "ghijklmnop")  # an engine may cut a token where a digit stands
# Two words with one token would be found for each other, so they may be short: 44, 32 and 48 bits
_WORD, _START, _NAME = 11, 8, 12


class Tokens:
    """Makes tokens.  Remembers those it has made: keep one for a text or a question, not for longer."""

    def __init__(self, keys: VaultKeys) -> None:
        self._key = sealing.derive(keys.tokens, "search")
        self._known: dict[str, str] = {}

    def word(self, stem: str) -> str:
        return self._token(f"word|{stem}", _WORD)

    def start(self, letters: str) -> str:
        return self._token(f"start|{letters}", _START)

    def name(self, kind: str, name: str) -> str:
        """Of a host, a CVE number, a state: what stands behind ``kind:`` in a question."""
        return self._token(f"{kind}|{name}", _NAME)

    def _token(self, what: str, length: int) -> str:
        if what not in self._known:
            self._known[what] = sealing.token(self._key, what)[:length].translate(_LETTERS)
        return self._known[what]

    def text(self, found: list[str], language: Language) -> tuple[list[str], set[str]]:
        """The words of a text: stems in their order, and what stands beside them."""
        ordered = [self.word(stem) for stem in wording.in_order(found, language)]
        beside = {self.word(stem) for stem in wording.beside(found, language)}
        return ordered, beside | {self.start(letters) for letters in wording.beginnings(found)}

    def names(self, text: str) -> set[str]:
        """The hosts, CVE and CWE numbers in a text."""
        kinds: dict[str, Iterable[str]] = {
            "host": wording.hosts(text),
            "cve": wording.cves(text),
            "cwe": wording.cwes(text),
        }
        return {self.name(kind, name) for kind, names in kinds.items() for name in names}
