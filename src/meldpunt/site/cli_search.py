"""``meldpunt search``: find cases; write the index anew."""

import argparse
import sys

from meldpunt.ground import clock
from meldpunt.ground.errors import Invalid
from meldpunt.site.cli_shapes import Subparsers, command, open_house, operator, plain, read_file, show

EXAMPLE = "echo '\"open door\" state:open' | meldpunt search -"


class NothingAsked(Invalid):
    """Neither a question nor ``--rebuild``."""


def add_commands(sub: Subparsers) -> None:
    search = command(sub, "search", "find cases by their words, or write the index anew", EXAMPLE, run)
    search.add_argument("asked", nargs="?", choices=["-"], help="read what to look for from the standard input")
    search.add_argument("--rebuild", action="store_true", help="write the index anew from all cases")


def run(args: argparse.Namespace) -> int:
    """Words come in by the standard input: arguments stand in the list of processes and in a shell's history."""
    if not (args.rebuild or args.asked):
        raise NothingAsked("Say on the standard input what to look for (`meldpunt search -`), or use --rebuild.")
    settings = open_house()
    from meldpunt.vault import keyring

    keys = keyring.vault(settings.data, "operator")
    return _rebuild(args, keys) if args.rebuild else _find(args, keys)


def _rebuild(args: argparse.Namespace, keys: object) -> int:
    from rich.console import Console
    from rich.progress import Progress

    from meldpunt.works import searching

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("Indexing")
        cases = searching.rebuild(
            keys,  # type: ignore[arg-type]
            by=operator(),
            show=lambda done, total: progress.update(bar, completed=done, total=total),
        )
    show(args, {"cases": cases}, f"{cases} cases can be found.")
    return 0


def _find(args: argparse.Namespace, keys: object) -> int:
    """Exit code 1 when nothing was found."""
    from meldpunt.policy import queries as policy
    from meldpunt.triage import searching

    typed = read_file("-").decode("utf-8", "replace").strip("\r\n")
    found = searching.find(
        operator(),
        typed,
        keys=keys,  # type: ignore[arg-type]
        calendar=policy.current().policy.calendar,
        now=clock.now(),
        size=50,
    )
    data = {"found": [plain(one.case) for one in found.found], "more": found.more}
    show(args, data, "\n".join(f"{one.case.ref}  {one.case.title}" for one in found.found) or "Nothing was found.")
    return 0 if found.found else 1
