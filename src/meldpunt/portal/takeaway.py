"""Everything that belongs to the reporter, as one file to keep: letters, files, statements, and the same as data.

It is packed while it is sent, so that nothing of it ever rests on the disk and large files need no memory.
Nothing of the desk is in it: it holds what the page of the case shows, and no more.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from meldpunt.cases import queries as cases
from meldpunt.cases.visits import Visiting, visiting
from meldpunt.conduct import queries as conduct
from meldpunt.conduct.errors import NotGiven
from meldpunt.conversation import proving
from meldpunt.conversation import queries as conversation
from meldpunt.conversation.errors import NoStatement
from meldpunt.conversation.queries import Letter, ReporterPage
from meldpunt.policy import words
from meldpunt.policy.queries import Published
from meldpunt.portal import privacy_words, timeline
from meldpunt.portal.middleware import PortalRequest
from meldpunt.portal.policy import in_words, published_or_refuse
from meldpunt.portal.visit import COOKIE
from meldpunt.privacy import queries as privacy
from meldpunt.publication import queries as publication
from meldpunt.vault import openpgp
from meldpunt.vault import queries as vault
from meldpunt.vault.errors import NoSuchKey

UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the parcel; ``file`` is the id of a file of the case, which is read when its turn comes."""

    name: str
    at: datetime
    text: bytes = b""
    file: str = ""


@require_safe
def everything(request: PortalRequest) -> StreamingHttpResponse:
    """The parcel.  ``NoSuchVisit`` for who shows no receipt."""
    request.private = True
    visit = visiting(request.COOKIES.get(COOKIE, ""), request.now)
    published = published_or_refuse(request)
    page = conversation.reporter_page(visit, calendar=published.policy.calendar, now=request.now)
    parts = list(_parts(visit, page, published, request.now))
    response = StreamingHttpResponse(_packed(parts, visit), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{visit.ref}.zip") or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _parts(visit: Visiting, page: ReporterPage, published: Published, now: datetime) -> Iterator[Part]:
    """In the order in which one would look at them."""
    letters = [item for item in page.items if isinstance(item, Letter)]
    names = [_named(number, letter, published) for number, letter in enumerate(letters, 1)]
    yield Part(gettext("read-me") + ".txt", now, _about(page, published).encode())
    for name, letter in zip(names, letters, strict=True):
        yield Part(f"{gettext('letters')}/{name}.txt", letter.at, _as_text(letter, published).encode())
        for file in letter.files:
            yield Part(f"{gettext('letters')}/{name}/{UNFIT.sub('_', file.name)[:120]}", letter.at, file=file.id)
    for title, content in _statements(visit):
        yield Part(f"{gettext('statements')}/{title}", now, content)
    with suppress(NoSuchKey):
        yield Part("openpgp-key.asc", now, openpgp.armor(vault.own_key().public).encode())
    yield Part(
        "case.json", now, json.dumps(_data(visit, page, names, published), indent=1, ensure_ascii=False).encode()
    )


def _named(number: int, letter: Letter, published: Published) -> str:
    """``003 2026-11-30 from you``."""
    who = gettext("from you") if timeline.is_yours(letter) else gettext("to you")
    return f"{number:03} {letter.at.astimezone(published.policy.calendar.zone):%Y-%m-%d} {who}"


def _as_text(letter: Letter, published: Published) -> str:
    name = in_words(published).name
    head = gettext("From you") if timeline.is_yours(letter) else gettext("From %(name)s") % {"name": name}
    lines = [head, _hour(letter.at, published), *(file.name for file in letter.files), "", letter.text, ""]
    return "\r\n".join("\n".join(lines).splitlines()) + "\r\n"


def _about(page: ReporterPage, published: Published) -> str:
    told = [f"{_hour(line.at, published)}: {line.what}" for line in _told(page)]
    facts = {"ref": page.ref, "name": in_words(published).name, "head": page.head, "number": page.entries}
    paragraphs = (
        gettext("Everything of report %(ref)s to %(name)s") % facts,
        gettext(
            "Letters and files as they were sent, the signed statements, our OpenPGP key, and all of it as data"
            " in case.json."
        ),
        gettext(
            "Your name, address and key are not in it: they rest under another key, which this page cannot open."
            " Nor is anything that only the organisation reads."
        ),
        gettext("The log of the report has %(number)d entries. This is its newest seal: %(head)s") % facts,
        "\n".join([timeline.heading(page), timeline.lead(page)]),
        "\n".join(told),
    )
    return "\n\n".join(paragraphs).replace("\n", "\r\n") + "\r\n"


def _told(page: ReporterPage) -> list[timeline.Line]:
    """What happened beside the letters, oldest first."""
    return [line for line in reversed(timeline.lines(page.items)) if line.what]


def _statements(visit: Visiting) -> Iterator[tuple[str, bytes]]:
    with suppress(NoStatement):
        proof = proving.proof_for(visit)
        yield f"report-{visit.ref}.txt", proof.report
        if proof.statement:
            yield f"receipt-statement-{visit.ref}.txt.asc", proof.statement
    with suppress(NotGiven):
        given = conduct.statement_for(visit)
        yield f"safe-harbour-{visit.ref}.txt.asc", given.signed
        yield f"safe-harbour-{visit.ref}.pdf", given.pdf


def _data(visit: Visiting, page: ReporterPage, names: Iterable[str], published: Published) -> dict[str, Any]:
    """The same for programs.  Times are to the hour, as on the page."""
    zone = published.policy.calendar.zone
    papers = publication.papers_for(visit)
    letters = [item for item in page.items if isinstance(item, Letter)]
    return {
        "reference": page.ref,
        "received": _iso(page.received_at),
        "policy_version": page.policy_version,
        "verdict": page.verdict,
        "severity": page.severity,
        "expected_on": page.expected_on and page.expected_on.isoformat(),
        "promises": [
            {"promise": one.kind, "state": one.state, "due_on": one.due_on.isoformat(), "kept": _iso(one.kept_at)}
            for one in page.promises
        ],
        "letters": [_letter(name, one) for name, one in zip(names, letters, strict=True)],
        "events": [{"at": _iso(line.at), "what": line.what} for line in _told(page)],
        "consents": [privacy_words.consent(one, zone) for one in privacy.consents_for(visit)],
        "shared": [privacy_words.shared(one, zone) for one in privacy.register_for(visit)],
        "attested": [
            {"at": _iso(one.at), "obtained": one.what.obtained, "what": one.what.what, "how": one.what.how}
            for one in privacy.attested_by(visit)
        ],
        "disagreements": [
            {"at": _iso(one.at), "side": one.side, "text": one.text} for one in conduct.for_reporter(visit).disputes
        ],
        "publication": {
            "draft": papers.draft.text if papers.draft else "",
            "comments": [{"at": _iso(one.at), "text": one.text} for one in papers.comments],
        },
        "log": {"entries": page.entries, "head": page.head},
    }


def _letter(name: str, one: Letter) -> dict[str, Any]:
    return {
        "name": name,
        "at": _iso(one.at),
        "from_you": timeline.is_yours(one),
        "protection": one.protection,
        "text": one.text,
        "files": [file.name for file in one.files],
    }


def _iso(at: datetime | None) -> str | None:
    return at.replace(minute=0, second=0, microsecond=0).isoformat() if at else None


def _hour(at: datetime, published: Published) -> str:
    return words.hour_in_words(at, published.policy.calendar.zone, get_language() or "en")


class _Out:
    """What a ZIP archive is written to: its pieces are taken away as they come."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._at = 0

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        pieces = b"".join(self._pieces)
        self._pieces.clear()
        return pieces


def _packed(parts: Iterable[Part], visit: Visiting) -> Iterator[bytes]:
    out, seen = _Out(), set()
    with ZipFile(out, "w") as archive:  # type: ignore[call-overload]
        for part in parts:
            name = part.name
            while name in seen:
                name = f"{name}_"
            seen.add(name)
            entry = ZipInfo(name, (*part.at.timetuple()[:4], 0, 0))
            entry.compress_type = ZIP_STORED if part.file else ZIP_DEFLATED
            with archive.open(entry, "w") as into:
                for piece in _content(part, visit):
                    into.write(piece)
                    yield out.taken()
            yield out.taken()
    yield out.taken()


def _content(part: Part, visit: Visiting) -> Iterator[bytes]:
    if not part.file:
        return iter((part.text,))
    return cases.file_for_reporter(visit, part.file, settings.MELDPUNT_DATA).chunks
