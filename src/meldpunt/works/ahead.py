"""The opener's desk: one letter on it, and the next one with the reader already.

Nothing is decided here.  The spool keeps an item until the transaction that files it, so one that was
begun and not finished is begun again; and the reader looks a second time when a key became
known in between (``intake.reader``).
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from meldpunt.intake import queries as spool
from meldpunt.intake.answers import ReadForm, ReadLetter
from meldpunt.intake.queries import Arrived
from meldpunt.intake.reader import Job
from meldpunt.policy import queries as policy
from meldpunt.policy.queries import Published
from meldpunt.vault import files
from meldpunt.vault import queries as vault
from meldpunt.vault.keyring import VaultKeys
from meldpunt.works import arriving, opening

LISTEN = 0.02  # seconds that a letter waits until the reader says whose the next one is


@dataclass(frozen=True, slots=True)
class _Begun:
    """An item of the spool, and the reader's work on it."""

    item: Arrived
    job: Job | None


class Desk:
    """For one turn, a few letters long: what is the same for all of them is looked up once."""

    def __init__(self, keys: VaultKeys, folder: Path) -> None:
        self._keys, self._folder = keys, folder
        self._early: _Begun | None = None
        self._known: dict[str, Sequence[bytes]] = {}

    @functools.cached_property
    def published(self) -> Published:
        """The policy of now."""
        return policy.current()

    @functools.cached_property
    def _secrets(self) -> Sequence[bytes]:
        return vault.own_secrets(self._keys)

    def take(self, token: str) -> tuple[Arrived, ReadLetter | ReadForm]:
        """An item, and what the reader found in it.  ``NoSuchItem`` when it is settled already."""
        early, self._early = self._early, None
        begun = early if early and early.item.token == token else self._begin(token)
        found = arriving.finish(begun.item, begun.job, self.known, self._keys)
        if isinstance(found, ReadForm):
            found = replace(found, files=opening.opened_files(begun.item, self._folder, self._secrets))
        return begun.item, found

    def begin_early(self, token: str) -> None:
        """Hand an item to the reader before its turn.  Whatever is wrong with it will be seen then."""
        try:
            begun = self._begin(token)
            if begun.job and begun.item.raw:
                begun.job.tell_early(self.known, LISTEN)
            self._early = begun
        except Exception:  # noqa: BLE001  # the letter before it must not suffer
            self._early = None

    def known(self, address: str) -> Sequence[bytes]:
        """The certificates that we know of an address, and the imported ones."""
        name = address.strip().lower()
        if name not in self._known:
            self._known[name] = vault.signing_keys(address, self._keys)
        return self._known[name]

    def forget(self, address: str) -> None:
        """Something of this address was filed: a key of theirs may be known from now on."""
        self._known.pop(address.strip().lower(), None)

    def _begin(self, token: str) -> _Begun:
        item = spool.arrived(token, self._keys, self._folder)
        self._settle(item)
        return _Begun(item, arriving.begin(item, self._secrets))

    def _settle(self, item: Arrived) -> None:
        """The item is kept, so the files that it names are, too: who received it may have died before it said so."""
        named = [upload.sealed["path"] for upload in opening.uploads_of(item)]
        for path in [*named, *([item.raw_file.path] if item.raw_file else [])]:
            files.settle(self._folder, path)
