"""Codes as words in the desk's templates, and the rows of its lists."""

import functools
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from meldpunt.desk import labels
from meldpunt.promises.queries import Owed


def owed_row(row: Owed, group: str, you: str, zone: ZoneInfo, ticks: object = None) -> SafeString:
    """One promise on the first screen.

    ``group``: where it stands; ``you``: the handler's user name; ``ticks``: whether it can be chosen with others.
    """
    return _row(row, group, you, zone, bool(ticks), get_language() or "en")


@functools.lru_cache(maxsize=1024)  # a list is looked at far more often than its rows change
def _row(row: Owed, group: str, you: str, zone: ZoneInfo, ticks: bool, language: str) -> SafeString:
    words = {"row": row, "group": group, "you": you, "zone": zone, "ticks": ticks}
    return mark_safe(render_to_string("desk/row.html", words))  # noqa: S308 - the template has escaped


def owed_words(kind: str) -> str:
    return str(labels.OWED.get(kind, kind))


def owed_in_a_sentence(kind: str) -> str:
    return str(labels.OWED_IN_A_SENTENCE.get(kind, kind))


def door_words(door: str) -> str:
    return str(labels.DOORS.get(door, door))


def language_words(code: str) -> str:
    return str(labels.LANGUAGES.get(code, code))


def person(by: str) -> str:
    return labels.person(by)


def key_trouble_words(trouble: str) -> str:
    return str(labels.KEY_TROUBLE.get(trouble, labels.KEY_TROUBLE["unreadable"]))


def record_words(kind: str) -> str:
    return str(labels.RECORDS.get(kind, kind))


TAGS = (owed_row,)
FILTERS = (owed_words, owed_in_a_sentence, door_words, language_words, person, key_trouble_words, record_words)
