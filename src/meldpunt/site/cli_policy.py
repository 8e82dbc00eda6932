"""``meldpunt deadline`` and ``meldpunt policy``: arguments in, sentences or JSON out.

Exit codes: 0 done, 1 not so, 2 wrong usage.  ``deadline`` needs no data folder and no Django,
so what does is imported where it is used.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from meldpunt.ground import clock
from meldpunt.ground.errors import Invalid, Refusal
from meldpunt.ground.values import Actor, Role
from meldpunt.policy.document import digest_of, read
from meldpunt.policy.errors import BadMoment, BadPolicy, BadTerm
from meldpunt.policy.plain import as_data
from meldpunt.policy.rules import Due, Term, Unit, WorkCalendar, due, read_moment, read_zone
from meldpunt.policy.words import day_in_words, due_in_words, moment_in_words

DONE, NOT_SO, WRONG_USAGE = 0, 1, 2
BY = Actor(Role.OPERATOR, "command line")
FILE = "policy.toml"

DEADLINE_EXAMPLE = """\
examples:
  meldpunt deadline "3 working days"
  meldpunt deadline "3 working days" --from 2026-04-03T16:30+02:00 --json
  meldpunt deadline "72 hours" --from 2026-04-03T16:30 --zone Europe/Amsterdam
"""
POLICY_EXAMPLE = """\
examples:
  meldpunt policy show
  meldpunt policy check my-policy.toml
  meldpunt policy publish
  meldpunt policy versions --json
"""

Run = Callable[[argparse.Namespace], int]
Subparsers = Any  # argparse keeps the name of its own class to itself


class Unreadable(Invalid):
    """That file cannot be read."""


def add_commands(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``deadline`` and ``policy``.  Each sets ``run`` to a function from arguments to exit code."""
    _add_deadline(sub)
    _add_policy(sub)


def _add_deadline(sub: Subparsers) -> None:
    parser = _parser(sub, "deadline", "say when a term ends", DEADLINE_EXAMPLE, deadline)
    parser.add_argument("term", metavar="TERM", help="N working days, N days, N hours or N months")
    parser.add_argument("--from", dest="start", metavar="MOMENT", help="when it begins (default: now)")
    parser.add_argument("--zone", default="Europe/Amsterdam", help="time zone of the organisation (%(default)s)")
    parser.add_argument(
        "--equated-days",
        action="store_true",
        help="do not count the days that a decree equates with holidays",
    )


def _add_policy(sub: Subparsers) -> None:
    parser = sub.add_parser(
        "policy",
        help="show, check and publish the policy",
        description="Show, check and publish the policy.",
        epilog=POLICY_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", metavar="show | check | publish | versions", required=True)
    example = "example:\n  meldpunt policy "
    _parser(verbs, "show", "print the policy that holds now", example + "show --json\n", show)
    for name, help, run in (
        ("check", "say whether a policy file can be used", check),
        ("publish", "make a policy file the policy from now on", publish),
    ):
        one = _parser(verbs, name, help, f"{example}{name} my-policy.toml\n", run)
        one.add_argument("file", nargs="?", metavar="FILE", help="default: policy.toml in the data folder")
    _parser(verbs, "versions", "list all versions", example + "versions\n", versions)


def _parser(sub: Subparsers, name: str, help: str, example: str, run: Run) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = sub.add_parser(
        name,
        help=help,
        description=f"{help[0].upper()}{help[1:]}.",
        epilog=example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)
    return parser


def deadline(args: argparse.Namespace) -> int:
    """When a term ends."""
    try:
        calendar = WorkCalendar(read_zone(args.zone), equated_days=args.equated_days)
        start = read_moment(args.start, calendar.zone) if args.start else clock.now()
        term = Term.read(args.term)
        end = due(term, start, calendar)
    except (BadTerm, BadMoment) as refusal:
        return _refused(refusal, args, WRONG_USAGE)
    if warning := calendar.warning(end.due_on):
        print(f"meldpunt: {warning}", file=sys.stderr)
    if args.json:
        _print_json(_end_as_data(end))
    else:
        _print_end(term, end, calendar)
    return DONE


def _end_as_data(end: Due) -> dict[str, object]:
    return {
        "due_on": end.due_on.isoformat(),
        "late_from": _utc(end.late_from),
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


def show(args: argparse.Namespace) -> int:
    """Print the policy that holds now."""
    _django()
    from meldpunt.policy import queries

    try:
        found = queries.current()
        text = queries.text_of(found.version)
    except Refusal as refusal:
        return _refused(refusal, args, NOT_SO)
    if args.json:
        _print_json(
            {
                "version": found.version,
                "published_at": _utc(found.published_at),
                "digest": found.digest,
                "policy": as_data(found.policy),
            }
        )
    else:
        print(f"# Version {found.version}, published {_utc(found.published_at)}, SHA-256 {found.digest}")
        print(text, end="" if text.endswith("\n") else "\n")
    return DONE


def check(args: argparse.Namespace) -> int:
    """Say whether a policy file can be used."""
    try:
        path = _path(args)
        policy = read(_text(path))
    except BadPolicy as refusal:
        if args.json:
            _print_json({"valid": False, "line": refusal.line, "why": str(refusal)})
            return NOT_SO
        return _refused(refusal, args, NOT_SO)
    except Refusal as refusal:  # no such file, or no such setting
        return _refused(refusal, args, WRONG_USAGE)
    unkept = [clause.id for clause in policy.asks + policy.promises if not clause.enforced]
    if args.json:
        _print_json({"valid": True, "not_enforced": unkept})
    else:
        print(f"{path} can be published.")
        if unkept:
            print(f"Sentences that the software does not enforce: {', '.join(unkept)}.")
    return DONE


def publish(args: argparse.Namespace) -> int:
    """Make a policy file the policy from now on."""
    _django()
    from meldpunt.policy import commands

    try:
        text = _text(_path(args))
        number = commands.publish(text, by=BY, now=clock.now())
    except Unreadable as refusal:
        return _refused(refusal, args, WRONG_USAGE)
    except Refusal as refusal:
        return _refused(refusal, args, NOT_SO)
    if args.json:
        _print_json({"version": number, "digest": digest_of(text)})
    else:
        print(f"Version {number} of the policy holds from now on.")
    return DONE


def versions(args: argparse.Namespace) -> int:
    """List all versions, newest first."""
    _django()
    from meldpunt.policy import queries

    lines = queries.all_versions()
    if args.json:
        _print_json(
            [
                {
                    "version": one.version,
                    "published_at": _utc(one.published_at),
                    "digest": one.digest,
                    "by": one.by,
                }
                for one in lines
            ]
        )
    for one in () if args.json else lines:
        print(f"{one.version:4}  {_utc(one.published_at)}  {one.digest[:16]}  {one.by}")
    return DONE


def _path(args: argparse.Namespace) -> Path:
    from meldpunt.site import config

    return Path(args.file) if args.file else config.load().data / FILE


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")  # some editors put a mark in front, which is no part of the text
    except OSError as trouble:
        raise Unreadable("%(path)s cannot be read: %(why)s.", path=path, why=trouble.strerror) from None
    except UnicodeDecodeError:
        raise Unreadable("%(path)s is not a text in UTF-8.", path=path) from None


def _django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meldpunt.site.settings")
    django.setup()


def _refused(refusal: Refusal, args: argparse.Namespace, code: int) -> int:
    if args.json:
        _print_json({"error": str(refusal)})
    print(f"meldpunt: {refusal}", file=sys.stderr)
    return code


def _print_json(data: object) -> None:
    print(json.dumps(data, ensure_ascii=False))


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
