"""How one room hears of another: the whole wiring of the product, in one table.

Each follower is a bookmark on the ledger, a command that answers one entry, and the kinds that it hears.  A shell
that has just run a command lets the followers catch up before it answers, so that people see
the effect of their own act; the clock's process does the same once a second for the rest.
"""

from collections.abc import Callable, Collection, Sequence

from meldpunt.ground.values import Actor, Role
from meldpunt.ledger.follow import behind, follow
from meldpunt.ledger.log import Told
from meldpunt.notices import hearing as notices
from meldpunt.oversight import commands as oversight
from meldpunt.owners import hearing as owners
from meldpunt.privacy import erasing
from meldpunt.promises import commands as promises
from meldpunt.publication import hall
from meldpunt.remediation import commands as remediation
from meldpunt.tokens import hearing as tokens
from meldpunt.triage import duplicates

FOLLOWERS: dict[str, tuple[Callable[..., None], Collection[str]]] = {
    promises.FOLLOWER: (promises.hear, promises.HEARS),
    notices.FOLLOWER: (notices.hear, notices.HEARS),
    remediation.FOLLOWER: (remediation.hear, remediation.HEARS),
    duplicates.FOLLOWER: (duplicates.hear, duplicates.HEARS),
    erasing.FOLLOWER: (erasing.hear, erasing.HEARS),
    owners.FOLLOWER: (owners.hear, owners.HEARS),
    hall.FOLLOWER: (hall.hear, hall.HEARS),
    oversight.FOLLOWER: (oversight.hear, oversight.HEARS),
    tokens.FOLLOWER: (tokens.hear, tokens.HEARS),
}
FIRST = (promises.FOLLOWER,)  # whoever looks at a case that was just opened sees what is promised


def catch_up(names: Sequence[str] = tuple(FOLLOWERS)) -> int:
    """Let these followers read on to the end of the ledger.  Returns how many entries they read."""
    return sum(map(_catch_up, names)) if behind(*names) else 0


def _catch_up(name: str) -> int:
    actor, (hear, kinds) = Actor(Role.MACHINE, name), FOLLOWERS[name]

    def answer(told: Told) -> None:
        hear(told, by=actor, now=told.at)

    return follow(name, answer, kinds=kinds)


def lagging() -> tuple[str, ...]:
    """The followers that have something left to read."""
    return tuple(behind(*FOLLOWERS))
