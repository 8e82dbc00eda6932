"""What the commands without a house share, and ``meldpunt deadline``, the lightest of them.

It needs no data folder and no Django: it answers at once.  Exit codes: 0 done, 1 not so, 2 wrong usage.
"""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from meldpunt.ground import clock
from meldpunt.ground.errors import Invalid, Refusal
from meldpunt.policy.calendar import is_known
from meldpunt.policy.document import read
from meldpunt.policy.errors import BadMoment, BadPolicy, BadTerm
from meldpunt.policy.rules import Due, Term, Unit, WorkCalendar, due, read_moment, read_zone
from meldpunt.policy.statutory import Law, latest
from meldpunt.policy.words import day_in_words, due_in_words, moment_in_words

DONE, NOT_SO, WRONG_USAGE = 0, 1, 2
ZONE = "Europe/Amsterdam"
EXAMPLE = """\
examples:
  meldpunt deadline "3 working days"
  meldpunt deadline "3 working days" --from 2026-04-03T16:30+02:00 --json
  meldpunt deadline "72 hours" --from 2026-04-03T16:30 --zone Europe/Amsterdam
  meldpunt deadline "5 working days" --policy data/policy.toml
"""

Run = Callable[[argparse.Namespace], int]
Subparsers = Any  # argparse keeps the name of its own class to itself


class Unreadable(Invalid):
    """That file cannot be read."""


class BadCalendar(Invalid):
    """Days cannot be counted like that."""


def add_command(sub: Subparsers) -> None:
    one = parser(sub, "deadline", "say when a term ends", EXAMPLE, deadline)
    one.add_argument("term", metavar="TERM", help="N working days, N days, N hours or N months")
    one.add_argument("--from", dest="start", metavar="MOMENT", help="when it begins (default: now)")
    one.add_argument("--zone", default=ZONE, help="time zone of the organisation (%(default)s)")
    one.add_argument("--country", default="NL", help="whose holidays do not count, like NL or BE (%(default)s)")
    one.add_argument("--policy", metavar="FILE", help="count as this policy does; zone and country are then its own")
    one.add_argument(
        "--equated-days",
        action="store_true",
        help="do not count the days that a decree equates with holidays",
    )
    one.add_argument("--law", choices=[str(law) for law in Law], help="a term of the law, at its very latest")


def parser(sub: Subparsers, name: str, help: str, example: str, run: Run) -> argparse.ArgumentParser:
    """A command with ``--json`` and an example; ``run`` takes its arguments and returns the exit code."""
    one: argparse.ArgumentParser = sub.add_parser(
        name,
        help=help,
        description=f"{help[0].upper()}{help[1:]}.",
        epilog=example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.add_argument("--json", action="store_true", help="print JSON")
    one.set_defaults(run=run)
    return one


def deadline(args: argparse.Namespace) -> int:
    """When a term ends."""
    try:
        calendar = _calendar(args)
        start = read_moment(args.start, calendar.zone) if args.start else clock.now()
        term = Term.read(args.term)
        end = latest(term, start, calendar, Law(args.law)) if args.law else due(term, start, calendar)
    except (BadTerm, BadMoment, BadPolicy, BadCalendar, Unreadable) as refusal:
        return refused(refusal, args, WRONG_USAGE)
    if warning := calendar.warning(end.due_on):
        print(f"meldpunt: {warning}", file=sys.stderr)
    if args.json:
        print_json(_end_as_data(end))
    else:
        _print_end(term, end, calendar)
    return DONE


def _calendar(args: argparse.Namespace) -> WorkCalendar:
    if args.policy:
        return read(text_of(Path(args.policy))).calendar
    if not is_known(args.country):
        raise BadCalendar('The holidays of "%(name)s" are not known here.', name=args.country[:20])
    equated = args.equated_days and args.country == "NL"
    return WorkCalendar(read_zone(args.zone), equated_days=equated, country=args.country)


def _end_as_data(end: Due) -> dict[str, object]:
    return {
        "due_on": end.due_on.isoformat(),
        "late_from": utc(end.late_from),
        "skipped": [{"day": one.day.isoformat(), "why": one.why} for one in end.skipped],
        "rule": end.rule,
    }


def _print_end(term: Term, end: Due, calendar: WorkCalendar) -> None:
    if term.unit is Unit.HOURS:
        print(f"Due {moment_in_words(end.late_from, calendar.zone, 'en')}.")
    else:
        print(f"Due {due_in_words(end.due_on, calendar.zone, 'en')}.")
    for one in end.skipped:
        print(f"Not counted: {day_in_words(one.day, 'en')} ({one.why}).")
    print(f"Counted: {end.rule}")


def text_of(path: Path) -> str:
    """The text of a file, or ``Unreadable`` with the reason."""
    try:
        return path.read_text("utf-8-sig")  # some editors put a mark in front, which is no part of the text
    except OSError as trouble:
        raise Unreadable("%(path)s cannot be read: %(why)s.", path=path, why=trouble.strerror) from None
    except UnicodeDecodeError:
        raise Unreadable("%(path)s is not a text in UTF-8.", path=path) from None


def refused(refusal: Refusal, args: argparse.Namespace, code: int) -> int:
    if args.json:
        print_json({"error": str(refusal)})
    print(f"meldpunt: {refusal}", file=sys.stderr)
    return code


def print_json(data: object) -> None:
    print(json.dumps(data, ensure_ascii=False))


def utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
