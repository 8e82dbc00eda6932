"""What is drafted for a person to read and edit: the technical part of a report, and the letters of this room."""

from dataclasses import dataclass, field

from meldpunt.cases import queries as cases
from meldpunt.cases.queries import FileView
from meldpunt.cases.rules import RecordKind, Reporter
from meldpunt.conversation import letters
from meldpunt.conversation.quoting import Kind as PieceKind
from meldpunt.conversation.quoting import pieces
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.privacy import traces
from meldpunt.vault.keyring import VaultKeys


@dataclass(frozen=True, slots=True)
class TechnicalDraft:
    """What could go to others: to be read and edited.  ``known`` must not stand in it when it goes."""

    text: str = field(repr=False)
    files: tuple[FileView, ...]
    reporter: Reporter
    known: tuple[str, ...] = field(repr=False)

    def marked(self, text: str) -> tuple[traces.Piece, ...]:
        return traces.marked(text, self.reporter, self.known)

    @property
    def struck_pieces(self) -> tuple[traces.Piece, ...]:
        """The report in pieces; marked is what is taken out before anybody edits it."""
        return traces.struck(self.text, self.reporter, self.known)

    def struck(self, by: str) -> str:
        """The text to begin with: what is known of the reporter is taken out, and ``by`` stands there instead."""
        return "".join(by if piece.marked else piece.text for piece in self.struck_pieces).strip()


def technical_draft(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> TechnicalDraft:
    """The report without its signatures and quotations, and the files that came with it."""
    _case, reporter, records = cases.everything(viewer, ref, keys)
    theirs = [record for record in records if record.kind in (RecordKind.REPORT, RecordKind.FROM_REPORTER)]
    report = next((record.text for record in theirs if record.kind is RecordKind.REPORT), "")
    own = "".join(piece.text for piece in pieces(report) if piece.kind is PieceKind.OWN).strip()
    files = tuple(file for record in theirs for file in record.files)
    ids = (cases.last_message_id(viewer, ref, keys),)
    return TechnicalDraft(own, files, reporter, traces.known_of(reporter, ids))


def draft(viewer: Actor, ref: CaseRef, about: str, letterhead: Letterhead, *, keys: VaultKeys, **facts: object) -> str:
    """A letter to edit, in the reporter's language: ``erasure``, ``erasure-reminder``, ``consent`` or ``credit``."""
    case, reporter = cases.case_for(viewer, ref, keys), cases.reporter_of(viewer, ref, keys)
    words = {
        "reference": ref,
        "name": reporter.name,
        **letterhead.words_in(case.language),
        "page": f"{letterhead.base_url}/my/",
        **facts,
    }
    return letters.draft(about, case.language, words).body
