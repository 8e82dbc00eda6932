"""What this room writes to the ledger."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class VaultFounded:
    kind: ClassVar[str] = "vault.founded"
    suite: str


@dataclass(frozen=True, slots=True)
class OrganisationKeyAdded:
    kind: ClassVar[str] = "key.added"
    fingerprint: str
    in_use: bool
    imported: bool


@dataclass(frozen=True, slots=True)
class CorrespondentKeyAdded:
    """By token: whose key it is stays in the vault."""

    kind: ClassVar[str] = "key.learnt"
    token: str
