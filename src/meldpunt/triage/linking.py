"""Duplicates: which report is the earlier one, and whether the later reporter may check it.  Pure.

Of all reports of one weakness the one that came first is the root; every later one is linked to the root itself, so
there are no chains.  Whether the later reporter may read the earlier report, to check it against what was committed
to when it came, is for its reporter alone:

    shut --ask--> asked --allow--> opened
                    |                 ^
                 decline              |
                    v                 |
                 declined --allow-----+

It is asked when there is nothing to keep still about any more: see ``may_be_checked``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from meldpunt.ground.values import CaseRef
from meldpunt.triage.errors import NotADuplicate, NotNow


class Check(StrEnum):
    """Where the question stands whether the later reporter may check the earlier report."""

    SHUT = "shut"
    ASKED = "asked"
    DECLINED = "declined"
    OPENED = "opened"


class Act(StrEnum):
    ASK = "ask"  # a handler
    ALLOW = "allow"  # the earlier reporter
    DECLINE = "decline"


STEPS: Mapping[tuple[Check, Act], Check] = MappingProxyType(
    {
        (Check.SHUT, Act.ASK): Check.ASKED,
        (Check.ASKED, Act.ALLOW): Check.OPENED,
        (Check.ASKED, Act.DECLINE): Check.DECLINED,
        (Check.DECLINED, Act.ALLOW): Check.OPENED,
    }
)
_STILL = MappingProxyType(
    {
        "report.closed": ("closed", True),
        "report.reopened": ("closed", False),
        "publication.done": ("published", True),
        "embargo.agreed": ("embargo", True),
        "embargo.ended": ("embargo", False),
    }
)


CHANGES = frozenset(_STILL)  # what can change whether it may be asked


@dataclass(frozen=True, slots=True)
class Came:
    """A report and when it arrived."""

    ref: CaseRef
    at: datetime

    @property
    def order(self) -> tuple[datetime, int, str]:
        """By arrival; of two at the same moment, by the number that they were given."""
        return self.at, len(self.ref), self.ref


def acts_for(checks: Iterable[Check]) -> tuple[Act, ...]:
    """What can be done, given where the question stands for each later report: the buttons."""
    found = set(checks)
    return tuple(act for act in Act if any((check, act) in STEPS for check in found))


def next_check(check: Check, act: Act) -> Check:
    """Where the question stands after ``act``, or ``NotNow``."""
    try:
        return STEPS[check, act]
    except KeyError:
        raise NotNow("That was asked and answered already, or nobody has asked.") from None


def check_link(later: Came, root: Came, linked_to: CaseRef | None) -> None:
    """Refuse what would make a report a duplicate of itself, of a later one, or twice.

    ``root``: the first of all to which the chosen one belongs; ``linked_to``: what ``later`` is a duplicate of now.
    """
    if later.ref == root.ref:
        raise NotADuplicate("That is this report itself, or a duplicate of it.")
    if linked_to == root.ref:
        raise NotADuplicate("It is a duplicate of %(ref)s already.", ref=root.ref)
    if later.order < root.order:
        raise NotADuplicate(
            "%(ref)s came first, and the first one stays the first. Link %(other)s to it, on its own page.",
            ref=later.ref,
            other=root.ref,
        )


def may_be_checked(kinds: Iterable[str]) -> bool:
    """Whether a report may be shown to who reported the same, by what happened to it, oldest first.

    It was published, or it is closed and no embargo runs.
    """
    now = dict(_STILL[kind] for kind in kinds if kind in _STILL)
    return now.get("published", False) or (now.get("closed", False) and not now.get("embargo", False))
