"""Who has a case, and who may know of it: for those who tell people at the desk something, and open nothing."""

from collections.abc import Iterable

from meldpunt.cases import people
from meldpunt.cases.models import Case, Given
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import at_the_desk


def handler_of(ref: str) -> str:
    """The user name of who has the case; empty when nobody has it, or there is no such case."""
    return Case.objects.filter(ref=ref).values_list("handler", flat=True).first() or ""


class Knowing:
    """Who may know that a case is there, for some cases: three queries, however many."""

    def __init__(self, refs: Iterable[str]) -> None:
        self._people = {name: at_the_desk(name, held) for name, held in people.roles().items()}
        named = dict(Case.objects.filter(ref__in=set(refs), named_only=True).values_list("pk", "ref"))
        self._named: dict[str, set[str]] = {ref: set() for ref in named.values()}
        for case, person in Given.objects.filter(case__in=named).values_list("case_id", "person"):
            self._named[named[case]].add(person)

    def may(self, name: str, ref: str) -> bool:
        """``ref`` is empty for a letter that was set aside."""
        actor = self._people.get(name)
        if actor is None or not may(actor, Right.CASE if ref else Right.HELD):
            return False
        return ref not in self._named or name in self._named[ref] or may(actor, Right.EVERY_CASE)
