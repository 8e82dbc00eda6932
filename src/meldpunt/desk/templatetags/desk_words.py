"""Codes as words in the desk's templates."""

from django import template

from meldpunt.desk import labels

register = template.Library()


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
