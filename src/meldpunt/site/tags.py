"""What every template may use without loading it: shapes, states, bars, dates in words.

Tags only say; they decide nothing.  Dates are UTC moments or local days and are
written in the active language; ``zone`` is the policy calendar's ``ZoneInfo``.
"""

import functools
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from jinja2 import pass_context
from jinja2.runtime import Context

from meldpunt.policy import words

# 16 by 16; drawn with a line of 2 unless a part is solid
SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "kept": '<path d="M2 8.5 6 12.5 14 3.5"/>',
        "open": '<circle cx="8" cy="8" r="6"/>',
        "due-today": '<circle cx="8" cy="8" r="6"/><path class="solid" d="M8 2a6 6 0 0 1 0 12z"/>',
        "late": '<path class="solid" d="M8 0 16 8 8 16 0 8z"/>',
        "kept-late": '<path d="M8 1 15 8 8 15 1 8z"/><path d="M5 8 7.2 10.2 11 6"/>',
        "kept-in-part": '<path d="M2 8.5 6 12.5 9.5 8"/><path d="M11.5 5.6 14 3.5" stroke-dasharray="1.5 1.5"/>',
        "missed": '<path d="M8 1 15 8 8 15 1 8z"/><path d="M5.5 5.5 10.5 10.5M10.5 5.5 5.5 10.5"/>',
        "ended": '<circle cx="8" cy="8" r="6"/><path d="M4 8h8"/>',
        "in": '<path d="M15 8H2M7 3 2 8l5 5"/>',
        "out": '<path d="M1 8h13M9 3l5 5-5 5"/>',
        "event": '<rect class="solid" x="5" y="5" width="6" height="6"/>',
        "lock": '<rect class="solid" x="2" y="7" width="12" height="8"/><path d="M5 7V4.6a3 3 0 0 1 6 0V7"/>',
        "unlocked": '<rect x="2.5" y="7.5" width="11" height="7"/><path d="M5 7V4.6a3 3 0 0 1 5.6-1.5"/>',
        "file": '<path d="M3 1h6.5L13 4.5V15H3zM9 1v4h4"/>',
        "wait": '<path d="M4 1h8M4 15h8M5 1v3l6 8v3M11 1v3L5 12v3"/>',
    }
)
STATES: Mapping[str, Promise] = MappingProxyType(
    {
        "open": _("Open"),
        "due-today": _("Due today"),
        "late": _("Late"),
        "kept": _("Kept"),
        "kept-in-part": _("Kept in part"),
        "kept-late": _("Kept late"),
        "missed": _("Not kept"),
        "ended": _("No longer owed"),
    }
)
SEVERITIES: Mapping[str, tuple[int, Promise]] = MappingProxyType(
    {
        "": (0, _("Not yet rated")),
        "none": (0, _("No severity")),
        "low": (1, _("Low")),
        "medium": (2, _("Medium")),
        "high": (3, _("High")),
        "critical": (4, _("Critical")),
    }
)
VERDICTS: Mapping[str, Promise] = MappingProxyType(
    {
        "confirmed": _("Confirmed"),
        "partly-confirmed": _("Partly confirmed"),
        "not-reproducible": _("We could not reproduce it"),
        "not-a-vulnerability": _("Not a vulnerability"),
        "known": _("Already known to us"),
        "not-ours": _("Not our system"),
        "accepted-risk": _("An accepted risk"),
    }
)
PROTECTIONS: Mapping[str, Promise] = MappingProxyType(
    {
        "unprotected": _("Not encrypted"),
        "verified": _("Signed, not encrypted"),
        "confidential": _("Encrypted"),
        "confidential+verified": _("Encrypted and signed"),
    }
)
DENSE = 20  # from so many cells on a due bar is drawn with finer lines


@functools.cache
def icon(name: str) -> SafeString:
    """A shape.  Never alone: a word stands beside it, so it is hidden from assistive technology."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(SHAPES[name]),  # noqa: S308 - our own constant
    )


def state(which: str) -> SafeString:
    """Where a promise stands: a shape and a word."""
    return format_html('<span class="state state--{}">{} {}</span>', which, icon(which), STATES[which])


def severity(which: str | None) -> SafeString:
    """Four bars and a word; ``None`` is not yet rated."""
    count, word = SEVERITIES[which or ""]
    return format_html(
        '<span class="severity"><svg class="icon" viewBox="0 0 18 15" aria-hidden="true" focusable="false">{}</svg>'
        "<span>{}</span></span>",
        _bars(count),
        word,
    )


@functools.cache
def _bars(count: int) -> SafeString:
    bars = format_html_join(
        "",
        '<rect {} x="{}" y="{}" width="3" height="{}"/>',
        (
            (mark_safe('class="solid"' if n < count else ""), n * 4.5 + 0.5, 10 - n * 3, 4 + n * 3)  # noqa: S308
            for n in range(4)
        ),
    )
    return bars


def due_bar(bar: Any, size: str = "") -> SafeString:
    """The due bar: a cell per working day, a post where the term ends, then the days beyond it.

    ``bar`` has ``before`` and ``beyond``, the cells' names in order.  ``size`` is empty or ``wide``.
    """
    return _drawn(tuple(map(str, bar.before)), tuple(map(str, bar.beyond)), size)


@functools.lru_cache(maxsize=1024)  # few different bars, drawn on every row of every list
def _drawn(before: tuple[str, ...], beyond: tuple[str, ...], size: str) -> SafeString:
    cells = [*before, "post", *beyond]
    if cells[0] == "spare":
        cells.insert(0, "kept")  # kept on the day it began, which is not one of the term's
    classes = "due-bar" + (f" due-bar--{size}" if size else "") + (" due-bar--dense" if len(cells) > DENSE else "")
    inner = format_html_join("", "{}", ((_cell(name),) for name in cells))
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, inner)


@functools.cache
def _cell(name: str) -> SafeString:
    return icon("kept") if name == "kept" else format_html('<i class="is-{}"></i>', name)


def day(which: date) -> str:
    """``Thursday 26 November 2026``."""
    return words.day_in_words(which, _language())


@pass_context
def moment(context: Context, at: datetime, zone: ZoneInfo) -> str:
    """A moment in words, with hour and zone; on a page that says ``to_the_hour``, no finer than that."""
    said = words.hour_in_words if context.get("to_the_hour") else words.moment_in_words
    return said(at, zone, _language())


@pass_context
def stamp(context: Context, at: datetime) -> str:
    """The same for machines."""
    shown = at.replace(minute=0, second=0, microsecond=0) if context.get("to_the_hour") else at
    return shown.isoformat()


def due(due_on: date, zone: ZoneInfo) -> str:
    """``Thursday 26 November 2026, end of day, Amsterdam time``."""
    return words.due_in_words(due_on, zone, _language())


def left(working_days: int) -> str:
    """``2 working days left``."""
    return words.left_in_words(working_days, _language())


def term(which: Any) -> str:
    """``three working days``."""
    return words.term_in_words(which, _language())


def verdict_words(which: str) -> str:
    return str(VERDICTS.get(which, which))


def severity_words(which: str | None) -> str:
    return str(SEVERITIES[which or ""][1])


def protection_words(which: str) -> str:
    return str(PROTECTIONS.get(which, which))


def groups(text: str, size: int = 4) -> list[str]:
    """A fingerprint or hash in groups, for reading aloud."""
    return [text[at : at + size] for at in range(0, len(text), size)]


def under(cells: Iterable[Any], columns: Iterable[str]) -> list[tuple[str, Any]]:
    """Each cell of a row with the head of its column, for where a row stands by itself."""
    return list(zip(columns, cells, strict=True))


def in_bytes(size: int) -> str:
    """A file's size in words: ``512 bytes``, ``4 kB``, ``1.3 MB`` (decimal comma where that is the custom)."""
    if size < 1000:
        return ngettext("%(count)d byte", "%(count)d bytes", size) % {"count": size}
    if size < 1_000_000:
        return f"{round(size / 1000)} kB"
    text = f"{size / 1_000_000:.1f} MB"
    return text.replace(".", ",") if _language() == "nl" else text


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def said(wording: Any) -> str:
    """A wording of the policy in the active language; nothing when there is no policy."""
    return wording.said_in(_language()) if wording else ""


ARRIVED: Mapping[str, Promise] = MappingProxyType(
    {
        "verified": _("Signed with your key."),
        "confidential": _("Arrived encrypted."),
        "confidential+verified": _("Arrived encrypted, and signed with your key."),
    }
)
DELIVERY: Mapping[str, Promise] = MappingProxyType(
    {
        "waiting": _("Waits to be sent by mail too."),
        "sent": _("Sent by mail too."),
        "undelivered": _("Could not be delivered by mail."),
    }
)


def arrived_words(protection: str) -> str:
    return str(ARRIVED.get(protection, ""))


def delivery_words(delivery: str) -> str:
    return str(DELIVERY.get(delivery, ""))


TAGS = (icon, state, severity, due_bar, day, moment, stamp, due, left, term)
FILTERS = (
    verdict_words,
    severity_words,
    protection_words,
    groups,
    under,
    in_bytes,
    said,
    arrived_words,
    delivery_words,
)
