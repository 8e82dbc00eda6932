"""A question in an address: locked, so that neither a log nor a browser's history can read what was searched for.

An address can be gone back to, loaded again and kept, which what is posted cannot.  It opens for the same person only.
"""

import base64
import binascii

from meldpunt.ground.values import Actor
from meldpunt.triage.asked import LONGEST
from meldpunt.triage.errors import NoSuchQuestion
from meldpunt.vault import sealing
from meldpunt.vault.errors import CannotOpen
from meldpunt.vault.keyring import VaultKeys

STEP = 48  # bytes; how long it is says no more than that


def locked(typed: str, by: Actor, keys: VaultKeys) -> str:
    """The question as it stands in an address."""
    said = typed.strip()[:LONGEST].encode("utf-8", "replace")
    padded = said + b"\0" * (-len(said) % STEP)
    return base64.urlsafe_b64encode(sealing.lock(keys.summaries, padded, _context(by))).decode().rstrip("=")


def opened(text: str, by: Actor, keys: VaultKeys) -> str:
    """What ``locked`` locked for the same person; ``NoSuchQuestion`` for anything else."""
    try:
        closed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return sealing.unlock(keys.summaries, closed, _context(by)).rstrip(b"\0").decode()
    except (CannotOpen, binascii.Error, ValueError):
        raise NoSuchQuestion("There is no such search.") from None


def _context(by: Actor) -> str:
    return f"question|{by}"
