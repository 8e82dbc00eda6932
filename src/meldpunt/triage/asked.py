"""A question as somebody types it: words, "phrases", -without, and filters like ``host:`` and ``state:``.  Pure.

Filters and what they may say are known in Dutch and in English, whichever the page is in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from meldpunt.triage import wording
from meldpunt.triage.rules import Severity, Verdict

LONGEST = 300  # characters of one question
MOST_TERMS = 12

_PART = re.compile(
    r"""(?P<minus>-?)(?:(?P<name>[^\W\d_]{2,12}):)?(?:["“”](?P<phrase>[^"“”]*)["“”]?|(?P<word>[^\s"“”]+))"""
)
_CVE = re.compile(r"cve-\d{4}-\d{4,9}")
_REFERENCE = re.compile(r"[a-z]{1,10}-20\d\d-\d{4,9}")


class Filter(StrEnum):
    """What can stand before a colon."""

    HOST = "host"
    CVE = "cve"
    CWE = "cwe"
    FROM = "from"
    STATE = "state"
    SEVERITY = "severity"
    HANDLER = "handler"
    DUE = "due"


class Due(StrEnum):
    LATE = "late"
    TODAY = "today"
    WEEK = "week"


CALLED: Mapping[str, Filter] = {
    **{name: name for name in Filter},
    "van": Filter.FROM,
    "status": Filter.STATE,
    "staat": Filter.STATE,
    "ernst": Filter.SEVERITY,
    "wie": Filter.HANDLER,
    "behandelaar": Filter.HANDLER,
    "termijn": Filter.DUE,
}
STATES: Mapping[str, str] = {
    **{verdict: verdict for verdict in Verdict},
    **{name: name for name in ("open", "closed", "solved", "unassessed")},
    "gesloten": "closed",
    "opgelost": "solved",
    "onbeoordeeld": "unassessed",
    "bevestigd": Verdict.CONFIRMED,
    "bekend": Verdict.KNOWN,
    "deels-bevestigd": Verdict.PARTLY_CONFIRMED,
    "niet-van-ons": Verdict.NOT_OURS,
    "geen-kwetsbaarheid": Verdict.NOT_A_VULNERABILITY,
    "niet-reproduceerbaar": Verdict.NOT_REPRODUCIBLE,
    "aanvaard-risico": Verdict.ACCEPTED_RISK,
}
SEVERITIES: Mapping[str, str] = {
    **{level: level for level in Severity},
    "unrated": "unrated",
    "geen": Severity.NONE,
    "laag": Severity.LOW,
    "gemiddeld": Severity.MEDIUM,
    "hoog": Severity.HIGH,
    "kritiek": Severity.CRITICAL,
    "onbekend": "unrated",
}
DUES: Mapping[str, Due] = {
    **{name: name for name in Due},
    "laat": Due.LATE,
    "te-laat": Due.LATE,
    "vandaag": Due.TODAY,
}


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand beside each other.  ``begun``: the last one may go on.  ``without``: not these."""

    words: tuple[str, ...] = field(repr=False)
    begun: bool = False
    without: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A filter with what it says: ``host`` and ``www.example.org``."""

    kind: Filter
    value: str = field(repr=False)
    without: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was understood.  ``not_understood``: filters that say what there is not, as they were typed."""

    terms: tuple[Term, ...] = ()
    named: tuple[Named, ...] = ()
    due: Due | None = None
    reference: str = ""
    not_understood: tuple[str, ...] = field(default=(), repr=False)

    @property
    def positive(self) -> bool:
        """Whether it says what to look for, and not only what not."""
        without = (*(term.without for term in self.terms), *(one.without for one in self.named))
        return bool(self.reference or self.due or not all(without))


def read(typed: str) -> Asked:
    """What is asked.  Nothing that anybody types is an error."""
    asked = Asked()
    for part in _PART.finditer(typed[:LONGEST]):
        if len(asked.terms) + len(asked.named) >= MOST_TERMS:
            break
        asked = _with(asked, part)
    return _begun(asked, typed)


def _with(asked: Asked, part: re.Match[str]) -> Asked:
    without = bool(part["minus"])
    said = part["phrase"] if part["phrase"] is not None else part["word"]
    kind = CALLED.get((part["name"] or "").lower())
    if kind is not None:
        return _named(asked, kind, said, without, part[0])
    if part["name"]:
        said = f"{part['name']} {said}"
    if _CVE.fullmatch(said.lower()):
        return _named(asked, Filter.CVE, said, without, part[0])
    if _REFERENCE.fullmatch(said.lower()) and not without:
        return replace(asked, reference=said.lower())
    begun = said.endswith("*")
    found = tuple(wording.words(said))
    return replace(asked, terms=(*asked.terms, Term(found, begun, without))) if found else asked


def _named(asked: Asked, kind: Filter, said: str, without: bool, typed: str) -> Asked:
    value = " ".join(wording.plain(said).split())
    if not value:
        return asked  # it is still being typed
    if kind is Filter.DUE:
        due = DUES.get(value)
        return replace(asked, due=due) if due and not without else _not(asked, typed)
    value = _value(kind, value)
    return replace(asked, named=(*asked.named, Named(kind, value, without))) if value else _not(asked, typed)


def _value(kind: Filter, value: str) -> str:
    """As it stands in the index; empty when there is no such thing."""
    match kind:
        case Filter.STATE:
            return STATES.get(value.replace(" ", "-"), "")
        case Filter.SEVERITY:
            return SEVERITIES.get(value, "")
        case Filter.CVE:
            return value.removeprefix("cve-")
        case Filter.CWE:
            number = value.removeprefix("cwe-")
            return str(int(number)) if number.isdecimal() else ""
        case Filter.HOST:
            return re.sub(r"^\w+://|[/:].*$", "", value).strip(".")
    return value


def _not(asked: Asked, typed: str) -> Asked:
    return replace(asked, not_understood=(*asked.not_understood, typed))


def _begun(asked: Asked, typed: str) -> Asked:
    """The last word may still be being typed, unless something stands behind it."""
    last = asked.terms[-1] if asked.terms else None
    if last is None or typed[-1:].isspace() or typed[-1:] in ('"', "“", "”") or not _ends_with(typed, last):
        return asked
    return replace(asked, terms=(*asked.terms[:-1], replace(last, begun=True)))


def _ends_with(typed: str, term: Term) -> bool:
    return wording.plain(typed[:LONGEST]).rstrip("*").endswith(term.words[-1])


def narrowed(typed: str, kind: Filter, name: str, value: str) -> str:
    """The question with this filter in the place of any other of its kind; ``value`` empty: without it."""
    rest = [part[0] for part in _PART.finditer(typed) if CALLED.get((part["name"] or "").lower()) is not kind]
    return " ".join((*rest, f"{name}:{value}") if value else rest)
