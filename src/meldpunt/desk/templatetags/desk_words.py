"""Codes as words in the desk's templates, and the rows of its lists."""

import functools
from zoneinfo import ZoneInfo

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from meldpunt.desk import labels
from meldpunt.promises.queries import Owed

register = template.Library()


@register.simple_tag
def owed_row(row: Owed, group: str, you: str, zone: ZoneInfo, ticks: object = None) -> SafeString:
    """One promise on the first screen.

    ``group``: where it stands; ``you``: the handler's user name; ``ticks``: whether it can be chosen with others.
    """
    return _row(row, group, you, zone, bool(ticks), get_language() or "en")


@functools.lru_cache(maxsize=1024)  # a list is looked at far more often than its rows change
def _row(row: Owed, group: str, you: str, zone: ZoneInfo, ticks: bool, language: str) -> SafeString:
    words = {"row": row, "group": group, "you": you, "zone": zone, "ticks": ticks}
    return render_to_string("desk/row.html", words)


@register.filter
def owed_words(kind: str) -> str:
    return str(labels.OWED.get(kind, kind))


@register.filter
def owed_in_a_sentence(kind: str) -> str:
    return str(labels.OWED_IN_A_SENTENCE.get(kind, kind))


@register.filter
def door_words(door: str) -> str:
    return str(labels.DOORS.get(door, door))


@register.filter
def language_words(code: str) -> str:
    return str(labels.LANGUAGES.get(code, code))


@register.filter
def person(by: str) -> str:
    return labels.person(by)


@register.filter
def key_trouble_words(trouble: str) -> str:
    return str(labels.KEY_TROUBLE.get(trouble, labels.KEY_TROUBLE["unreadable"]))


@register.filter
def record_words(kind: str) -> str:
    return str(labels.RECORDS.get(kind, kind))
