"""Parts of a policy that cannot all be true.  Pure.

Each is refused with a sentence and the line of the part that one would change.  Only a text that
somebody wants to publish is looked at: what was published stays readable under later rules.
"""

import functools
import itertools
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from meldpunt.policy.calendar import DAY, WorkCalendar
from meldpunt.policy.errors import BadPolicy
from meldpunt.policy.lines import Lines, Path
from meldpunt.policy.rules import Term, due
from meldpunt.policy.shape import Policy
from meldpunt.policy.tables import LANGUAGES

CLOSED_TOO_LONG = 42  # days in a row without one working day: nobody promises working days then
FIRST_TRIED, TRIED = date(2026, 1, 1), 366


def check(policy: Policy, values: Mapping[str, Any], lines: Lines) -> None:
    """Refuse the first contradiction with ``BadPolicy``."""
    _check_terms(policy, lines)
    _check_reminders(policy, lines)
    _check_calendar(policy.calendar, lines)
    for path, language in _spoken(values):
        if language not in policy.languages:
            raise BadPolicy(
                '%(name)s speaks a language that the policy does not: add "%(language)s" to languages, or take it out.',
                line=lines.of(path),
                name=".".join(str(part + 1) if isinstance(part, int) else part for part in path),
                language=language,
            )


def _check_terms(policy: Policy, lines: Lines) -> None:
    """No promise may end after another one that comes later in a case's life."""

    def in_order(sentence: str, first: Term | None, second: Term | None, *path: str) -> None:
        if first and second and _can_end_later(first, second, policy.calendar):
            raise BadPolicy(sentence, line=lines.of(path), first=first, second=second)

    in_a3, in_p7 = policy.clause("A3").term("embargo"), policy.clause("P7").term("embargo")
    in_order(
        "the acknowledgement (%(first)s) could come after the assessment (%(second)s).",
        *(policy.acknowledgement, policy.assessment, "promises", "P1", "acknowledgement"),
    )
    in_order(
        "the assessment (%(first)s) could come after the solution (%(second)s).",
        *(policy.assessment, policy.fix, "promises", "P6", "fix"),
    )
    in_order(
        "the longest silence (%(first)s) could last beyond the solution (%(second)s).",
        *(policy.longest_gap, policy.fix, "promises", "P4", "longest_gap"),
    )
    in_order(
        "the solution that is promised (%(first)s) could come after the end of the embargo (%(second)s).",
        *(policy.fix, policy.embargo, *(("asks", "A3") if in_a3 else ("promises", "P7")), "embargo"),
    )
    if in_a3 and in_p7 and in_a3 != in_p7:
        line = lines.of(("promises", "P7", "embargo"))
        raise BadPolicy("A3 names an embargo of %(one)s, and P7 one of %(other)s.", line=line, one=in_a3, other=in_p7)


@functools.lru_cache(maxsize=64)
def _can_end_later(first: Term, second: Term, calendar: WorkCalendar) -> bool:
    """Whether ``first`` ever ends after ``second`` when both begin at once.  Terms of two kinds are tried out."""
    if first.unit is second.unit:
        return first.count > second.count
    noon = datetime.combine(FIRST_TRIED, time(12), calendar.zone)
    starts = (noon + timedelta(days=n) for n in range(TRIED))
    return any(due(first, start, calendar).late_from > due(second, start, calendar).late_from for start in starts)


def _check_reminders(policy: Policy, lines: Lines) -> None:
    for earlier, later in itertools.pairwise(policy.erase_reminders):
        if not _can_end_later(later, earlier, policy.calendar):
            raise BadPolicy(
                "the reminder after %(later)s would come before the one after %(earlier)s.",
                line=lines.of(("asks", "A4", "erase_reminders")),
                later=later,
                earlier=earlier,
            )


def _check_calendar(calendar: WorkCalendar, lines: Lines) -> None:
    """A cut-off must leave an hour of the day, and closing days must leave a working day."""
    if calendar.cut_off == time():
        raise BadPolicy("a cut_off of 00:00 leaves no hour of the day.", line=lines.of(("calendar", "cut_off")))
    for day in calendar.closing_days:
        if day - DAY in calendar.closing_days:
            continue  # its run of days is looked at from its first one
        reopens = next(calendar.days_after(day))
        if (reopens - day).days > CLOSED_TOO_LONG:
            raise BadPolicy(
                "from %(day)s to %(reopens)s there is no working day: nothing could be due.",
                line=lines.of(("calendar", "closing_days")),
                day=day,
                reopens=reopens,
            )


def _spoken(values: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every place where a text is given in a language that we have words for."""
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _spoken(value, (*path, key))
        elif isinstance(value, list):
            for number, one in enumerate(value):
                if isinstance(one, dict):
                    yield from _spoken(one, (*path, key, number))
        elif key in LANGUAGES:
            yield (*path, key), key
