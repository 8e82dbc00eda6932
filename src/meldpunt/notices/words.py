"""Notices in words: the same for mail and for webhooks, from one template.  References and days, nothing else."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from meldpunt.conversation import letters
from meldpunt.conversation.rules import Draft
from meldpunt.notices.rules import DUE, Notice, What
from meldpunt.policy import words

MOST_NAMED = 30  # more are counted


def in_words(
    notices: Sequence[Notice], language: str, desk_url: str, zone: ZoneInfo, *, name: str = "", lines: bool = True
) -> Draft:
    """Subject and text.  ``name``: whom it greets; without ``lines`` it says only that there is something."""
    due = [one for one in notices if one.what in DUE]
    late = sum(one.what is What.LATE for one in due)
    facts = {
        "lines": [_line(one, language, desk_url, zone) for one in notices[:MOST_NAMED]] if lines else [],
        "more": max(len(notices) - MOST_NAMED, 0) if lines else 0,
        "count": len(notices),
        "due": len(due),
        "only_due": len(due) == len(notices),
        "late": late,
        "name": name,
        "unreadable_key": not lines,
        "desk": f"{desk_url}/",
    }
    return letters.draft("notices", language, facts)


def _line(notice: Notice, language: str, desk_url: str, zone: ZoneInfo) -> dict[str, object]:
    return {
        "what": notice.what,
        "ref": notice.case,
        "kind": notice.promise,
        "when": _when(notice, language, zone),
        "page": page_of(notice, desk_url),
    }


def _when(notice: Notice, language: str, zone: ZoneInfo) -> str:
    if notice.exact and notice.late_from:
        return words.moment_in_words(notice.late_from, zone, language)
    return words.due_in_words(notice.due_on, zone, language) if notice.due_on else ""


def page_of(notice: Notice, desk_url: str) -> str:
    """Where at the desk one sees it."""
    if notice.what is What.HELD:
        return f"{desk_url}/held/"
    return f"{desk_url}/cases/{notice.case}/" if notice.case else f"{desk_url}/"
