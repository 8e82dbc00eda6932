"""The same words a second time.

The back button of a browser shows what was sent, in a form that knows nothing of it.  Whoever sends it from there is
asked first, unless they say that they mean it.  What was written is compared opened, and no trace of it is kept.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from meldpunt.cases import queries as cases
from meldpunt.cases.queries import Written
from meldpunt.cases.rules import RecordKind
from meldpunt.cases.visits import Visiting
from meldpunt.conversation.errors import SaidAlready
from meldpunt.conversation.queries import CasePage, Letter
from meldpunt.conversation.rules import Said, said_before
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.vault.keyring import VaultKeys


def check_letter(ref: CaseRef, text: str, files: Collection[str], *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """``SaidAlready`` when the reporter was written the same a short while ago, by whomever."""
    ours = _said(cases.written(by, ref, keys), RecordKind.TO_REPORTER)
    refuse(said_before(text, files, ours, now))


def check_note(ref: CaseRef, text: str, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """``SaidAlready`` when the actor noted the same a short while ago."""
    mine = (one for one in cases.written(by, ref, keys) if one.by == str(by))
    refuse(said_before(text, (), _said(mine, RecordKind.NOTE), now))


def check_message(visit: Visiting, text: str, files: Collection[str], now: datetime) -> None:
    """``SaidAlready`` when the reporter wrote us the same a short while ago, as far as it was opened."""
    refuse(said_before(text, files, _said(cases.written_for(visit), RecordKind.FROM_REPORTER), now))


def letter_before(page: CasePage, text: str, files: Collection[str], now: datetime) -> datetime | None:
    """When the reporter was written the same, from a page that is at hand."""
    ours = (one for one in page.items if isinstance(one, Letter) and one.kind is RecordKind.TO_REPORTER)
    return said_before(text, files, (_one(letter) for letter in ours), now)


def refuse(at: datetime | None) -> None:
    """Say no to what was said at that moment."""
    if at:
        raise SaidAlready("This same text was sent already. It was not sent again.", at=at)


def _said(written: Iterable[Written], kind: RecordKind) -> Iterable[Said]:
    return (_one(one) for one in written if one.kind is kind)


def _one(one: Written | Letter) -> Said:
    return Said(one.at, one.text, [file.name for file in one.files])
