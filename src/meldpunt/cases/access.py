"""Which cases somebody may see.  The one place that knows; every query and command asks here.

A case is for everybody who works on reports, or for named people alone; leads see every case, so
that none is lost from sight.  Who may not see a case gets the answer of one that does not exist.
"""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from meldpunt.cases.errors import NoSuchCase, NotYours
from meldpunt.cases.models import Case, Given
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import first, looks


def check(actor: Actor, right: Right) -> None:
    """``NotYours`` unless one of the actor's roles has the right."""
    if not may(actor, right):
        raise NotYours("Only somebody with another role can do that.")


def admit(actor: Actor, ref: str, right: Right) -> None:
    """``NoSuchCase`` unless there is such a case and the actor may see it; ``NotYours`` without the right.

    What every command in a case begins with.
    """
    row(actor, ref)
    check(actor, right)


def row(viewer: Actor, ref: str, right: Right = Right.CASE) -> Case:
    """The case, for somebody who may see it and has the right; ``NoSuchCase`` for anyone else.  Of this room only."""
    found = _seen(viewer, ref) if may(viewer, right) else None
    if found is None:
        raise no_such_case(ref)
    return found


def sees(viewer: Actor, ref: str) -> bool:
    """Whether there is such a case and the viewer may see it."""
    return _seen(viewer, ref) is not None


def _seen(viewer: Actor, ref: str) -> Case | None:
    found = first(Case, ref=ref) if may(viewer, Right.CASE) else None
    return found if found is not None and _is_for(viewer, found) else None


def _is_for(viewer: Actor, case: Case) -> bool:
    everybodys = not case.named_only or may(viewer, Right.EVERY_CASE)
    return everybodys or first(Given, case_id=case.pk, person=viewer.name) is not None


def hold(ref: str) -> None:
    """From here on nobody else changes the case, until the transaction ends: who comes second reads what the first did.

    SQLite has one writer at a time, and waits where its transaction begins.
    """
    Case.objects.select_for_update().filter(ref=ref).values_list("pk").first()


def no_such_case(ref: str) -> NoSuchCase:
    return NoSuchCase("There is no case %(ref)s.", ref=ref)


def visible_to(viewer: Actor) -> QuerySet[Case]:
    """The cases that somebody may see.  Of this room only."""
    if not may(viewer, Right.CASE):
        return Case.objects.none()
    return Case.objects.all() if may(viewer, Right.EVERY_CASE) else Case.objects.exclude(_not_for(viewer))


def hidden_from(viewer: Actor) -> frozenset[CaseRef]:
    """The cases that are not for this person: few, and for most people none.

    What a list of another room leaves out.  ``NotYours`` for somebody who works on no case at all.
    """
    check(viewer, Right.CASE)
    if may(viewer, Right.EVERY_CASE):
        return frozenset()
    named = looks(Case, "id", "ref", named_only=True)
    given = {case for (case,) in looks(Given, "case_id", person=viewer.name)} if named else set()
    return frozenset(CaseRef(ref) for case, ref in named if case not in given)


def may_see(viewer: Actor, refs: Iterable[str]) -> tuple[CaseRef, ...]:
    """Those of these cases that exist and that the viewer may see, in the order asked; one query at most."""
    asked = tuple(dict.fromkeys(refs))
    if not asked:
        return ()
    seen = set(visible_to(viewer).filter(ref__in=asked).values_list("ref", flat=True))
    return tuple(CaseRef(ref) for ref in asked if ref in seen)


def _not_for(viewer: Actor) -> Q:
    given = Given.objects.filter(case=OuterRef("pk"), person=viewer.name)
    return Q(~Exists(given), named_only=True)
