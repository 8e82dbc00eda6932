"""What a token may, how long it lives, and how it looks.  Pure."""

import hashlib
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from meldpunt.tokens.errors import BadToken, OnlyReads

PREFIX = "mpt_"  # so that a search for lost secrets finds one
LIVES = (30, 90, 365)  # days to choose from
LONGEST_LABEL = 60
MOST_TOKENS = 20  # of one person


class Scope(StrEnum):
    READ = "read"
    ACT = "act"  # and read: a person, with a program of their own


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who shows a token: what is done with it is done by its ``holder``, and seen with their eyes."""

    token: str
    holder: str
    scope: Scope
    secret: str = field(repr=False)

    def check_acts(self) -> None:
        if self.scope is not Scope.ACT:
            raise OnlyReads("This token may only read.")


def check_label(label: str) -> str:
    label = " ".join(label.split())
    if not label or len(label) > LONGEST_LABEL or any(unicodedata.category(sign).startswith("C") for sign in label):
        raise BadToken("Say in at most %(most)d characters what the token is for.", most=LONGEST_LABEL)
    return label


def check_lives(days: int) -> timedelta:
    if days not in LIVES:
        raise BadToken("Choose how long the token lives.")
    return timedelta(days=days)


def is_alive(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    return revoked_at is None and now < expires_at


def digest_of(secret: str) -> str:
    """What is kept of a secret.  It has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
