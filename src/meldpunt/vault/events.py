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


@dataclass(frozen=True, slots=True)
class KeySought:
    """A key directory was asked for somebody's key.  ``outcome``: found, none, trouble."""

    kind: ClassVar[str] = "key.sought"
    outcome: str


@dataclass(frozen=True, slots=True)
class OrganisationKeyRenewed:
    """Its published copy has a new expiry."""

    kind: ClassVar[str] = "key.renewed"
    fingerprint: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class SecurityTxtSigned:
    """``signer`` is a fingerprint, empty when there was no key; ``digest`` is the SHA-256 of the whole file."""

    kind: ClassVar[str] = "security-txt.signed"
    policy_version: int
    signer: str
    expires_at: str
    digest: str
