"""Where a Web Key Directory keeps the key of an address (draft-koch-openpgp-webkey-service).  Pure.

A domain tells the keys of its addresses over HTTPS.  The *advanced* method asks the host
``openpgpkey.`` of the domain; the *direct* one asks the domain itself, and is only for
domains that have no such host.
"""

import hashlib
from dataclasses import dataclass
from urllib.parse import quote

from meldpunt.vault.errors import NoDirectory

SYMBOLS = "ybndrfg8ejkmcpqxot1uwisza345h769"  # z-base-32
HOST = "openpgpkey"
PATH = "/.well-known/openpgpkey"
LONGEST_DOMAIN = 253 - len(HOST) - 1
ASCII_LOWER = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True, slots=True)
class Place:
    """A host to ask on port 443, and what for.  ``host`` is lower-case ASCII."""

    host: str
    path: str

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.path}"


def hashed(local: str) -> str:
    """The name under which a directory keeps the key of this local part: 32 symbols.

    Only ASCII letters count as lower and upper case.
    """
    digest = hashlib.sha1(local.translate(ASCII_LOWER).encode("utf-8", "replace"), usedforsecurity=False).digest()
    number = int.from_bytes(digest, "big")
    return "".join(SYMBOLS[(number >> shift) & 31] for shift in range(155, -1, -5))


def places(address: str) -> tuple[Place, Place]:
    """Where to ask for the key of ``address``: the advanced place and the direct one.

    Raises ``NoDirectory`` for what is no address of a named domain.
    """
    local, _, domain = address.strip().rpartition("@")
    host = _host(domain)
    if not local:
        raise NoDirectory("There is no key directory for such an address.")
    wanted = f"hu/{hashed(local)}?l={quote(local, safe='', errors='replace')}"
    return Place(f"{HOST}.{host}", f"{PATH}/{host}/{wanted}"), Place(host, f"{PATH}/{wanted}")


def urls(address: str) -> tuple[str, str]:
    """The same two places as addresses of pages: (advanced, direct)."""
    advanced, direct = places(address)
    return advanced.url, direct.url


def _host(domain: str) -> str:
    """A domain as the name to look up.  A bare number or a name without a dot leads to no mail domain."""
    try:
        host = domain.strip().rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        raise NoDirectory("There is no key directory for such an address.") from None
    labels = host.split(".")
    good = all(label and label.replace("-", "").isalnum() and label.strip("-") == label for label in labels)
    if len(labels) < 2 or not good or labels[-1].isdecimal() or len(host) > LONGEST_DOMAIN:
        raise NoDirectory("There is no key directory for such an address.")
    return host
