"""How one room hears of another: the whole wiring of the product, in one table.

Each follower is a bookmark on the ledger and a command that answers one entry.  A shell
that has just run a command lets the followers catch up before it answers, so that people see
the effect of their own act; the clock's process does the same once a second for the rest.
"""

from collections.abc import Callable, Sequence

from meldpunt.ground.values import Actor, Role
from meldpunt.ledger.follow import behind, follow
from meldpunt.ledger.log import Told
from meldpunt.notices import hearing as notices
from meldpunt.oversight import commands as oversight
from meldpunt.owners import hearing as owners
from meldpunt.privacy import erasing
from meldpunt.promises.commands import FOLLOWER, hear
from meldpunt.publication import hall
from meldpunt.remediation import commands as remediation
from meldpunt.tokens import hearing as tokens
from meldpunt.triage import duplicates

FOLLOWERS: dict[str, Callable[..., None]] = {
    FOLLOWER: hear,
    notices.FOLLOWER: notices.hear,
    remediation.FOLLOWER: remediation.hear,
    duplicates.FOLLOWER: duplicates.hear,
    erasing.FOLLOWER: erasing.hear,
    owners.FOLLOWER: owners.hear,
    hall.FOLLOWER: hall.hear,
    oversight.FOLLOWER: oversight.hear,
    tokens.FOLLOWER: tokens.hear,
}
FIRST = (FOLLOWER,)  # whoever looks at a case that was just opened sees what is promised


def catch_up(names: Sequence[str] = tuple(FOLLOWERS)) -> int:
    """Let these followers read on to the end of the ledger.  Returns how many entries they read."""
    return sum(follow(name, _answer(name)) for name in names) if behind(*names) else 0


def _answer(name: str) -> Callable[[Told], None]:
    actor = Actor(Role.MACHINE, name)
    return lambda told: FOLLOWERS[name](told, by=actor, now=told.at)


def lagging() -> tuple[str, ...]:
    """The followers that have something left to read."""
    return tuple(behind(*FOLLOWERS))
