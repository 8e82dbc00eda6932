"""The accessibility statement, in the form of the Dutch model, drawn from what the tests of this release measured."""

import functools
import json
from collections.abc import Mapping
from datetime import date
from importlib import resources
from types import MappingProxyType
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from meldpunt.portal.middleware import PortalRequest
from meldpunt.portal.policy import published_or_refuse

MEASURED = "accessibility.json"  # written by tests/look/statement.py
CHECKS: Mapping[str, Promise] = MappingProxyType(
    {
        "axe": _("The rules that a machine can judge, on every page and in every state"),
        "focus": _("What has the focus shows it, and nothing lies over it"),
        "targets": _("What one operates is 24 pixels high and wide, or stands in a sentence"),
        "sideways": _("At a width of 320 pixels, which is 400 % zoom, nothing has to be scrolled sideways"),
        "larger_text": _("With text of 200 % nothing is cut off"),
        "language": _("The page says in which language it is"),
        "motion": _("Nothing moves for who asked their device for less motion"),
        "own_colours": _("With colours of one's own, and on paper, every mark and bar is still seen"),
        "keyboard": _("Reporting, and answering a report, with the keyboard alone"),
    }
)
# What is known not to be so everywhere: what, why, and what one can do instead
EXCEPTIONS: tuple[tuple[Promise, Promise], ...] = (
    (
        _("Files that reporters attach are shown as they were made. We did not make them and cannot change them."),
        _("Ask us on the page of your report for the same in words."),
    ),
    (
        _("The PDF of a safe-harbour statement has not been examined by a person who uses a screen reader."),
        _("The same statement is there as plain text, beside the PDF."),
    ),
    (
        _("A mail that is encrypted can only be read with a program for OpenPGP, and not each of those is accessible."),
        _("Every letter can be read on the page of your report as well."),
    ),
)


@require_safe
def statement(request: PortalRequest) -> HttpResponse:
    published = published_or_refuse(request)
    found = measured()
    words = {
        "here": "accessibility",
        "policy": published.policy,
        "found": found,
        "tested_on": date.fromisoformat(found["tested_on"]),
        "checks": [CHECKS[name] for name in found["checks"]],
        "exceptions": EXCEPTIONS,
    }
    return render(request, "portal/accessibility.html", words)


@functools.cache
def measured() -> dict[str, Any]:
    """What the last run of the tests over all pages found."""
    text = resources.files(__package__).joinpath(MEASURED).read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
