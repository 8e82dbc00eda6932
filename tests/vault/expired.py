"""Somebody whose key was valid for some months of 2024, made by a real GnuPG with its clock set back."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager

from tests.vault.gnupg import Person, a_person

THEN = ("--faked-system-time", "20240101T000000!")
END = "2024-06-01"


@contextmanager
def an_expired_person(address: str, name: str = "Nachtuil") -> Iterator[Person]:
    with a_person("nobody@nowhere.example") as one:
        one.gpg("--delete-secret-and-public-key", "--yes", one.fingerprint)
        one.address = address
        one.gpg(*THEN, "--quick-generate-key", f"{name} <{address}>", "ed25519", "cert,sign", END)
        one.gpg(*THEN, "--quick-add-key", one.fingerprint, "cv25519", "encr", END)
        yield one


def extend(person: Person) -> None:
    """Make it valid again, from now on, for five years."""
    person.gpg("--quick-set-expire", person.fingerprint, "5y")
    person.gpg("--quick-set-expire", person.fingerprint, "5y", "*")


@functools.cache
def expired_key(address: str) -> bytes:
    with an_expired_person(address) as person:
        return person.public
