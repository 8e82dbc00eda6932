"""What a browser with scripts needs to encrypt to us before it sends."""

from dataclasses import dataclass
from datetime import datetime

from meldpunt.intake.rules import LIMIT_BYTES, LIMIT_FILES, LIMIT_TEXT
from meldpunt.vault import queries as vault
from meldpunt.vault.errors import NoSuchKey


@dataclass(frozen=True, slots=True)
class Seals:
    """``fingerprint``: of our key, which the browser fetches; empty when there is none.  ``now``: by our clock."""

    fingerprint: str
    now: datetime
    files: int = LIMIT_FILES
    bytes: int = LIMIT_BYTES
    letters: int = LIMIT_TEXT // 4


def seals(now: datetime) -> Seals:
    """For the form and the page of a case."""
    try:
        return Seals(vault.own_key().fingerprint, now)
    except NoSuchKey:
        return Seals("", now)
