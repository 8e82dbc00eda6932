"""When very many forms come in: what one has to have done to send one more.  Pure.

Nobody is told apart and nobody's address is noted: the pace is the whole house's.  A form carries a ticket
with the moment when it was fetched.  While all is calm nothing is asked.  In a flood it passes when its sender
took some time over it, as people do, and only so many of those in one window; or when a machine worked on it.
A ticket is good for the one form that it was made for, and that form is taken once.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(minutes=10)
CALM = 40  # forms in one window
MOST_WAITED = 40  # forms in one window that only took their time, once it is not calm any more
GOOD_FOR = timedelta(hours=12)  # so that nobody can gather tickets for long
FEWEST_BITS, MOST_BITS = 13, 18  # a blink; some seconds on an old telephone
SHORTEST, LONGEST = timedelta(seconds=20), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Pace:
    """What is asked now: so many zero bits, or so long a wait."""

    bits: int
    wait: timedelta


def pace(arrived: int) -> Pace | None:
    """What is asked when so many forms came in the last window; ``None`` while all is calm."""
    if arrived < CALM:
        return None
    doubled = (arrived // CALM).bit_length() - 1
    return Pace(min(FEWEST_BITS + doubled, MOST_BITS), min(SHORTEST * 2**doubled, LONGEST))


def worked(ticket: str, work: str) -> int:
    """How many zero bits the hash of a ticket and what was found for it begins with."""
    digest = hashlib.sha256(f"{ticket}:{work}".encode("utf-8", "replace")).digest()
    return 256 - int.from_bytes(digest, "big").bit_length()


def passes(asked: Pace, age: timedelta, bits: int, waited: int) -> bool:
    """Whether a form may come in.  ``age`` of its ticket; ``waited``: forms that only waited, in this window."""
    if age > GOOD_FOR:
        return False
    return bits >= asked.bits or (age >= asked.wait and waited < MOST_WAITED)
