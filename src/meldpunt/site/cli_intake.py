"""``meldpunt intake``: take letters in from files, mbox files, Maildirs or a pipe."""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from meldpunt.ground import clock
from meldpunt.ground.errors import Refusal
from meldpunt.site.cli_shapes import Subparsers, command, open_house, operator, print_json

if TYPE_CHECKING:
    from meldpunt.works.letterbox import Found

NOTHING_READ: dict[str, Any] = {
    "protection": None,
    "form": None,
    "signer": None,
    "automatic": None,
    "subject": "",
    "text": "",
    "attachments": [],
}


def add_commands(sub: Subparsers) -> None:
    parser = command(sub, "intake", "take letters in from files", "meldpunt intake letters/ archive.mbox", run)
    parser.add_argument(
        "path", nargs="+", metavar="PATH", help="a letter, an mbox, a Maildir, a folder; - for what comes in"
    )


def run(args: argparse.Namespace) -> int:
    """One line per letter; exit code 1 when one was refused."""
    open_house()
    from meldpunt.works import letterbox

    desk = Intake()
    refused = 0
    with _progress(args.path, letterbox.files_in(args.path)) as advance:
        for found in letterbox.letters(args.path):
            line = desk.take(found)
            refused += line["outcome"] == "refused"
            if args.json:
                print_json(line)
            else:
                print(_in_words(line), flush=True)
            advance(found.source)
    desk.finish()
    return 1 if refused else 0


class Intake:
    """Takes letters in at the door ``file`` and has each opened at once."""

    def __init__(self) -> None:
        from meldpunt.works import opener

        self._house = opener.house_here()

    def take(self, found: "Found") -> dict[str, Any]:
        """The line about one letter, in the shape that other tools rely on."""
        from meldpunt.intake import commands
        from meldpunt.intake.rules import Door, Envelope
        from meldpunt.works import opener

        line: dict[str, Any] = {"source": found.source, "outcome": "refused", "why": "", "case": None}
        if found.trouble:
            return {**line, "why": found.trouble, **NOTHING_READ}
        try:
            token = commands.receive(
                found.raw,
                door=Door.FILE,
                envelope=Envelope(_sender(found.raw)),
                keys=self._house.keys.public,
                folder=self._house.folder,
                by=operator(),
                now=clock.now(),
            )
        except Refusal as no:
            return {**line, "why": str(no), **NOTHING_READ}
        done = opener.open_or_hold(token, self._house)
        line |= {"outcome": str(done.outcome), "why": done.why, "case": done.case or None}
        return {**line, **self._read(found.raw, done)}

    def finish(self) -> None:
        """Let the other rooms hear of it before the command ends."""
        from meldpunt.works import followers

        followers.catch_up()

    def _read(self, raw: bytes, done: Any) -> dict[str, Any]:
        """What the letter says.  A running opener may have been quicker; then it is read here once more."""
        from meldpunt.works.arriving import read_letter

        if done.why == "fault":
            return NOTHING_READ
        letter = done.letter if done.letter is not None else read_letter(raw, self._house.keys)
        return {
            "protection": str(letter.protection),
            "form": str(letter.form),
            "signer": letter.signer,
            "automatic": str(letter.automatic) if letter.automatic else None,
            "subject": letter.subject,
            "text": letter.text,
            "attachments": [
                {"name": one.name, "bytes": len(one.data), "sha256": hashlib.sha256(one.data).hexdigest()}
                for one in letter.attachments
            ],
        }


def _sender(raw: bytes) -> str:
    """The envelope sender, as the delivering mail server wrote it down; empty when it did not."""
    head = raw[: 64 << 10]
    try:
        return parseaddr(str(BytesHeaderParser().parsebytes(head).get("Return-Path", "")))[1]
    except (ValueError, IndexError, LookupError):  # what the standard parser does with hostile headers
        return ""


def _in_words(line: dict[str, Any]) -> str:
    what = f"{line['outcome']} {line['case'] or ''}".strip()
    why = f" ({line['why']})" if line["why"] else ""
    return f"{line['source']}: {what}{why}" + (f", {line['protection']}" if line["protection"] else "")


@contextmanager
def _progress(paths: list[str], total: int) -> Iterator[Any]:
    """A progress bar when somebody is looking and the answers go elsewhere."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda source: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("letters", total=total or None)
        seen: set[str] = set()

        def advance(source: str) -> None:
            file = source.rpartition("#")[0] or source
            progress.update(task, completed=len(seen | {file}))
            seen.add(file)

        yield advance
