"""Show that nothing in the ledger was rewritten, or say where it was."""

from dataclasses import dataclass

from meldpunt.ledger.log import NOTHING_BEFORE, hash_of
from meldpunt.ledger.models import Entry


@dataclass(frozen=True, slots=True)
class Verdict:
    """``entries`` were read; ``faults`` are sentences, empty when all is whole."""

    entries: int
    streams: int
    faults: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not self.faults


def verify(*, most_faults: int = 20) -> Verdict:
    """Recompute every hash, every chain and the numbering of the whole ledger.

    What this cannot see is a log cut short at its end, together with its last
    letters: for that a reporter's head (``stands``) is the witness.
    """
    heads: dict[str, tuple[int, str]] = {}
    faults: list[str] = []
    count = 0
    for entry in Entry.objects.order_by("number").iterator(chunk_size=2000):
        count += 1
        faults += _faults_of(entry, count, heads.get(entry.stream, (0, NOTHING_BEFORE)))
        heads[entry.stream] = (entry.step, entry.hash)
        if len(faults) >= most_faults:
            break
    return Verdict(count, len(heads), tuple(faults[:most_faults]))


def _faults_of(entry: Entry, number: int, before: tuple[int, str]) -> list[str]:
    step, hash_before = before
    found = []
    if entry.number != number:
        found.append(f"Entry {number} is missing: the next one found is {entry.number}.")
    if entry.step != step + 1:
        found.append(f"Entry {entry.number}: step {entry.step} of {entry.stream} follows step {step}.")
    if entry.before != hash_before:
        found.append(f"Entry {entry.number}: does not continue the chain of {entry.stream}.")
    if entry.hash != hash_of(entry):
        found.append(f"Entry {entry.number} ({entry.stream}, step {entry.step}): its content was changed.")
    return found


def stands(stream: str, head: str) -> bool:
    """Whether ``head`` (at least 12 hex digits of it, as printed in a letter) is in the chain of ``stream``."""
    wanted = "".join(head.lower().split())
    return len(wanted) >= 12 and Entry.objects.filter(stream=stream, hash__startswith=wanted).exists()
