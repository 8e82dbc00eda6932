"""Owners of systems on a case's page: who was invited, what waits for the desk, their messages in the timeline."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from meldpunt.conversation.queries import CasePage
from meldpunt.desk import labels
from meldpunt.desk import owners_words as words
from meldpunt.desk.middleware import DeskRequest
from meldpunt.desk.panels import Panel, Place
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import CaseRef
from meldpunt.owners import queries
from meldpunt.owners.kept import Entry
from meldpunt.owners.queries import Owner
from meldpunt.owners.rules import OF_OWNER, Asks, EntryKind, State
from meldpunt.remediation import queries as remediation
from meldpunt.remediation.rules import Act as FixAct
from meldpunt.remediation.rules import acts_for

ASKED: Mapping[str, EntryKind] = MappingProxyType(
    {
        Asks.WROTE: EntryKind.FROM_OWNER,
        Asks.PROPOSED: EntryKind.PROPOSED,
        Asks.SOLVED: EntryKind.SOLVED,
        Asks.BACK: EntryKind.BACK,
    }
)
Threads = tuple[tuple[Owner, tuple[Entry, ...]], ...]


def threads(request: DeskRequest, ref: CaseRef) -> Threads:
    """Every owner of the case with what was written, for who may read it: looked up once for a page."""
    if not may(request.actor, Right.READ):
        return ()
    held: dict[str, Threads] = request.__dict__.setdefault("owner_threads", {})
    if ref not in held:
        held[ref] = queries.threads_of(request.actor, ref, request.keys)
    return held[ref]


def panel(request: DeskRequest, page: CasePage) -> tuple[Panel, ...]:
    """What an owner asks of us comes first; who was invited stands beside."""
    if not may(request.actor, Right.READ):
        return ()
    found = threads(request, page.case.ref)
    waiting = [asked(request, page, owner, entries) for owner, entries in found if owner.asks]
    names = {"owners": [shown(owner) for owner, _entries in found], "may_invite": may(request.actor, Right.WORK)}
    beside = Panel("desk/owners.html", Place.BESIDE, names)
    return (*(Panel("desk/owners_first.html", Place.FIRST, one) for one in waiting), beside)


def shown(owner: Owner) -> dict[str, Any]:
    """One owner with the words around them."""
    return {
        "owner": owner,
        "state": words.STATES[owner.state],
        "kind": words.KINDS.get(owner.who.kind, ""),
        "language": labels.LANGUAGES.get(owner.who.language, ""),
        "letter": words.LETTERS.get(owner.letter, ""),
        "lost": owner.letter == "undelivered",
        "by": labels.person(owner.by),
        "gone": owner.state is State.WITHDRAWN,
        "may": {act.replace("-", "_"): True for act in owner.acts},
    }


def asked(request: DeskRequest, page: CasePage, owner: Owner, entries: tuple[Entry, ...]) -> dict[str, Any]:
    """What an owner waits for, and which acts of the desk answer it."""
    standing = remediation.standing_of(page.case.ref)
    last = next((entry for entry in reversed(entries) if entry.kind is ASKED.get(owner.asks)), None)
    known = owner.proposed_on is not None and owner.proposed_on == page.case.expected_on
    return {
        **shown(owner),
        "why": owner.asks.value,
        "entry": last,
        "known": known,
        "may_move": FixAct.MOVE in acts_for(standing),
        "may_land": FixAct.LAND in acts_for(standing),
    }


def memos(request: DeskRequest, ref: CaseRef) -> list[tuple[datetime, dict[str, Any]]]:
    """The messages to and from owners, for the timeline: neither letters nor notes.

    What they have to solve is a line there: the report itself stands above it.
    """
    found = [(owner, entry) for owner, entries in threads(request, ref) for entry in entries]
    return [
        (one.at, {**memo(owner, one), "bare": one.kind is EntryKind.TECHNICAL or _is_bare(one)}) for owner, one in found
    ]


def memo(owner: Owner, entry: Entry) -> dict[str, Any]:
    """One item of a thread with the words around it."""
    return {
        "template": "desk/owner_memo.html",
        "memo": entry,
        "owner": owner.id,
        "heading": words.heading(entry, owner.who.organisation),
        "mine": entry.kind not in OF_OWNER,
        "by": labels.person(entry.by) if entry.kind not in OF_OWNER else "",
        "bare": _is_bare(entry),
    }


def _is_bare(entry: Entry) -> bool:
    return not entry.text and not entry.files
