"""What the commands share: parsers with an example, the house, answers as JSON or in words."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.ground.plain import moment as moment
from meldpunt.ground.plain import plain as plain
from meldpunt.ground.values import Actor, Role
from meldpunt.site import config
from meldpunt.works import checks, prepare, process

Subparsers = Any  # argparse keeps the name of its own class to itself
Run = Callable[[argparse.Namespace], int]


class NotFounded(Conflict):
    """There is no house in this data folder."""


class Unreadable(Invalid):
    """That file cannot be read."""


def command(sub: Subparsers, name: str, help: str, example: str, run: Run) -> argparse.ArgumentParser:
    """A command with ``--json`` and an example; ``run`` takes its arguments and returns the exit code."""
    parser: argparse.ArgumentParser = sub.add_parser(
        name,
        help=help,
        description=f"{help[0].upper()}{help[1:]}.",
        epilog=f"example:\n  {example}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def group(sub: Subparsers, name: str, help: str, example: str) -> Subparsers:
    """A command that has commands of its own."""
    parser = sub.add_parser(
        name,
        help=help,
        description=f"{help[0].upper()}{help[1:]}.",
        epilog=f"example:\n  {example}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return parser.add_subparsers(metavar="WHAT", required=True)


def open_house() -> config.Config:
    """Load the rooms in the role of the operator.  ``NotFounded`` when there is nothing to open."""
    settings = config.load()
    if not checks.is_founded(settings.data):
        raise NotFounded(
            "There is no Meldpunt in %(data)s yet. Run `meldpunt up` or `meldpunt init`, or set MELDPUNT_DATA.",
            data=settings.data,
        )
    os.umask(0o077)
    os.environ.setdefault("MELDPUNT_ROLE", "operator")
    process.open_house()
    if prepare.is_due(settings.data, settings.database):
        prepare.bring_up_to_date()
    return settings


def operator() -> Actor:
    """Whoever has the command line, by the name of their account on this machine."""
    try:
        return Actor(Role.OPERATOR, getpass.getuser())
    except (KeyError, OSError):  # a number without a name, as in containers
        return Actor(Role.OPERATOR, "operator")


def read_file(path: str | Path) -> bytes:
    """The bytes of a file, ``-`` for what comes in; ``Unreadable`` with the reason."""
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else Path(path).read_bytes()
    except OSError as trouble:
        raise Unreadable("%(path)s cannot be read: %(why)s.", path=path, why=trouble.strerror) from None


def first_line(path: str | Path) -> str:
    """The first line of a file: a password or a passphrase."""
    try:
        return read_file(path).decode().split("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        raise Unreadable("%(path)s is not a text in UTF-8.", path=path) from None


def show(args: argparse.Namespace, data: object, words: str) -> None:
    """An answer: ``data`` when JSON was asked for, else ``words``."""
    if args.json:
        print_json(data)
    elif words:
        print(words)


def print_json(data: object) -> None:
    print(json.dumps(plain(data), ensure_ascii=False), flush=True)
