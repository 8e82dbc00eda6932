"""Reads: the policy as it stands, or as it stood.

Text is parsed once per version and process: versions never change.
"""

import functools
from dataclasses import dataclass
from datetime import datetime

from meldpunt.policy.document import Policy, read
from meldpunt.policy.errors import NoPolicy, NoSuchVersion
from meldpunt.policy.models import Version


@dataclass(frozen=True, slots=True)
class Published:
    """A version of the policy.  ``published_at`` is UTC."""

    version: int
    published_at: datetime
    digest: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One line of the list of versions."""

    version: int
    published_at: datetime
    digest: str
    by: str


def current() -> Published:
    """The version that holds now, or ``NoPolicy``."""
    newest = Version.objects.defer("text").order_by("-number").first()
    if newest is None:
        raise NoPolicy("No policy has been published yet.")
    return _published(newest)


def version(number: int) -> Published:
    """The version with that number, or ``NoSuchVersion``."""
    found = Version.objects.defer("text").filter(number=number).first()
    if found is None:
        raise _no_such(number)
    return _published(found)


def text_of(number: int) -> str:
    """The text of a version, exactly as it was published."""
    found = Version.objects.filter(number=number).values_list("text", flat=True).first()
    if found is None:
        raise _no_such(number)
    return found


def all_versions() -> tuple[VersionLine, ...]:
    """Every version, newest first."""
    rows = Version.objects.order_by("-number").values_list("number", "published_at", "digest", "by")
    return tuple(VersionLine(*row) for row in rows)


def _published(row: Version) -> Published:
    return Published(row.number, row.published_at, row.digest, _parsed(row.number, row.digest))


@functools.lru_cache(maxsize=32)
def _parsed(number: int, digest: str) -> Policy:
    """The digest is part of the key, so another database in the same process is another entry."""
    return read(text_of(number))


def _no_such(number: int) -> NoSuchVersion:
    return NoSuchVersion("There is no version %(number)d of the policy.", number=number)
