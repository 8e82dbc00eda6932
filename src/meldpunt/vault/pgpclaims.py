"""Who a signature claims to be by, and whether that may be one of those we know.  Pure, and proves nothing."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Claimed:
    """The claims in one message.  The library tells them even where it cannot check the signatures."""

    def __init__(self) -> None:
        self._ids: list[str] | None = None

    def and_give(self, known: list[T]) -> Callable[[list[str]], list[T]]:
        """For the library, which asks for the certificates of these IDs."""

        def store(ids: list[str]) -> list[T]:
            self._ids = [*(self._ids or []), *ids]
            return known

        return store

    def may_be_by(self, fingerprints: Sequence[str]) -> bool:
        """Whether it is worth while to find out who made them."""
        return self._ids is None or names_one(self._ids, fingerprints)


def names_one(claims: Iterable[str], fingerprints: Sequence[str]) -> bool:
    """Whether a fingerprint or key ID among the claims is one of these, in lower case."""
    wanted = tuple(claim.lower() for claim in claims if claim)
    # a v4 key ID is the end of a fingerprint, a v6 one its beginning
    return bool(wanted) and any(one.endswith(wanted) or one.startswith(wanted) for one in fingerprints)
