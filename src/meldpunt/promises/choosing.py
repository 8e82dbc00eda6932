"""Which of the open promises to show: filters that go together, one of each kind.  Pure.

In an address they stand as words: ``mine late high``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from meldpunt.promises.rules import Kind

KINDS: Mapping[str, tuple[Kind, ...]] = MappingProxyType(
    {
        "assessments": (Kind.ACKNOWLEDGEMENT, Kind.ASSESSMENT, Kind.DATE),
        "fixes": (Kind.FIX, Kind.FIX_TERM),
        "updates": (Kind.UPDATE, Kind.WORD),
    }
)
VERDICTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"unassessed": ("",), "confirmed": ("confirmed", "partly-confirmed")}
)
OFFERED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "whose": ("mine", "nobodys"),
        "what": tuple(KINDS),
        "when": ("late", "today", "week"),
        "severity": ("critical", "high", "medium", "low", "unrated"),
        "state": tuple(VERDICTS),
    }
)
FACET: Mapping[str, str] = MappingProxyType({word: facet for facet, words in OFFERED.items() for word in words})


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen of each kind; empty for all."""

    whose: str = ""
    what: str = ""
    when: str = ""
    severity: str = ""
    state: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for facet in OFFERED if (word := getattr(self, facet)))

    def __str__(self) -> str:
        return " ".join(self.words)

    def turned(self, word: str) -> "Choice":
        """With this one in the place of another of its kind; without it when it is chosen already."""
        left = [one for one in self.words if FACET[one] != FACET[word]]
        return chosen(left if word in self.words else (*left, word))


@dataclass(frozen=True, slots=True)
class Cell:
    """Open promises that are alike in all that can be filtered, and how many of them are near their end."""

    handler: str
    kind: str
    severity: str
    verdict: str
    number: int
    late: int = 0
    today: int = 0
    week: int = 0


def chosen(words: Iterable[str]) -> Choice:
    """The choice that these words make; what is no filter is passed over."""
    return Choice(**{FACET[word]: word for word in words if word in FACET})


def fits(cell: Cell, choice: Choice, who: str) -> bool:
    """Whether the promises of a cell are among those chosen, as far as time does not decide it."""
    whose = {"mine": who, "nobodys": ""}
    return (
        (not choice.whose or cell.handler == whose[choice.whose])
        and (not choice.what or cell.kind in KINDS[choice.what])
        and (not choice.severity or cell.severity == ("" if choice.severity == "unrated" else choice.severity))
        and (not choice.state or cell.verdict in VERDICTS[choice.state])
    )


def count(cells: Iterable[Cell], choice: Choice, who: str) -> int:
    """How many are shown by this choice."""
    return sum(getattr(cell, choice.when or "number") for cell in cells if fits(cell, choice, who))


def counts(cells: Iterable[Cell], choice: Choice, who: str) -> dict[str, int]:
    """By word: how many are shown when that is chosen beside the others."""
    known = tuple(cells)
    found = {}
    for word in FACET:
        with_it = choice if word in choice.words else choice.turned(word)
        found[word] = count(known, with_it, who)
    return found
