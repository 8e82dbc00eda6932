"""Who may what: one table from roles to rights.  Pure.

A right says nothing about a single case: whether a person may see that one is ``cases.access``.
What is not in the table is not allowed.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from meldpunt.ground.values import Actor, Role


class Right(StrEnum):
    """Something that one may read or do."""

    CASE = "case"  # see that a case is there: title, state, promises
    READ = "read"  # the report, letters, notes and files
    WHO = "who"  # who reported
    SEARCH = "search"  # in all that was written in the cases that they may see
    EVERY_CASE = "every-case"  # also the ones that are for named people
    WORK = "work"  # assess, answer, set dates, close, talk about an embargo
    WRITE = "write"  # a letter to a reporter, as part of another act
    NOTE = "note"  # an internal note
    HELD = "held"  # the letters that were set aside
    CONDUCT = "conduct"  # review the conduct, give the safe-harbour statement
    CONSENT = "consent"  # ask the reporter for it
    PRIVACY = "privacy"  # credit, erasure, data breach
    DISCLOSE = "disclose"  # hand a report over, share what is personal
    PUBLISH = "publish"  # plan, publish, thank
    GIVE = "give"  # say for whom a case is, and who handles it
    PROMISES = "promises"  # what is owed and kept in every case, by reference alone
    SCORE = "score"  # the score with the references behind it
    LEDGER = "ledger"  # prove that the log is whole, and take it along
    POLICY = "policy"  # propose, approve and publish another policy
    PEOPLE = "people"  # who may sit at the desk, and as what


_HANDLER = frozenset(
    {
        Right.CASE,
        Right.READ,
        Right.WHO,
        Right.SEARCH,
        Right.WORK,
        Right.WRITE,
        Right.NOTE,
        Right.HELD,
        Right.CONDUCT,
        Right.CONSENT,
        Right.PRIVACY,
        Right.DISCLOSE,
        Right.PUBLISH,
        Right.GIVE,
        Right.SCORE,
    }
)
TABLE: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.REPORTER: frozenset(),  # opens the one case of their receipt, and has no right here
        Role.OWNER: frozenset(),  # the same, by an invitation
        Role.NOBODY: frozenset(),
        Role.HANDLER: _HANDLER,
        Role.LEAD: _HANDLER | {Right.EVERY_CASE, Right.POLICY, Right.PROMISES, Right.LEDGER},
        Role.COUNSEL: frozenset(
            {
                Right.CASE,
                Right.READ,
                Right.WHO,
                Right.SEARCH,
                Right.WRITE,
                Right.NOTE,
                Right.CONDUCT,
                Right.CONSENT,
                Right.DISCLOSE,
                Right.SCORE,
                Right.POLICY,
            }
        ),
        Role.PRIVACY_OFFICER: frozenset(
            {Right.CASE, Right.WHO, Right.WRITE, Right.CONSENT, Right.PRIVACY, Right.SCORE}
        ),
        Role.AUDITOR: frozenset({Right.PROMISES, Right.SCORE, Right.LEDGER}),
        Role.ADMINISTRATOR: frozenset({Right.PEOPLE, Right.POLICY}),
        Role.OPERATOR: frozenset(Right),
        Role.MACHINE: frozenset(
            {Right.CASE, Right.READ, Right.WHO, Right.EVERY_CASE, Right.HELD, Right.PROMISES, Right.SCORE}
        ),
    }
)


def may(actor: Actor, right: Right) -> bool:
    """Whether one of the actor's roles has the right."""
    return any(right in TABLE[role] for role in actor.roles)


def rights_of(actor: Actor) -> frozenset[Right]:
    """All rights of all their roles."""
    return frozenset().union(*(TABLE[role] for role in actor.roles))
