"""``meldpunt policy``: arguments in, sentences or JSON out.

Exit codes: 0 done, 1 not so, 2 wrong usage.  What needs the database is imported where it is used:
``check`` needs neither a data folder nor Django.
"""

import argparse
import os
import pwd
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from meldpunt.ground import clock
from meldpunt.ground.errors import Refusal
from meldpunt.ground.values import Actor, Role
from meldpunt.policy.document import digest_of, read
from meldpunt.policy.errors import BadPolicy
from meldpunt.policy.plain import as_data
from meldpunt.policy.rules import calendar_warnings
from meldpunt.site import cli_deadline
from meldpunt.site.cli_deadline import (
    DONE,
    NOT_SO,
    WRONG_USAGE,
    Subparsers,
    Unreadable,
    parser,
    print_json,
    refused,
    text_of,
    utc,
)

FILE = "policy.toml"
EXAMPLE = """\
examples:
  meldpunt policy show
  meldpunt policy check my-policy.toml
  meldpunt policy preview my-policy.toml
  meldpunt policy publish
  meldpunt policy propose my-policy.toml --summary "Five working days instead of three."
  meldpunt policy versions --json
"""
SUMMARY = "what changes, in a sentence; the public reads it"
DEFAULT = "default: policy.toml in the data folder"


def add_commands(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``deadline`` and ``policy``.  Each sets ``run`` to a function from arguments to exit code."""
    cli_deadline.add_command(sub)
    policy = sub.add_parser(
        "policy",
        help="show, check and publish the policy",
        description="Show, check and publish the policy.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = policy.add_subparsers(dest="verb", metavar="WHAT", required=True)
    _add_lists(verbs)
    for name, help, run in (
        ("check", "say whether a policy file can be used", check),
        ("preview", "say what a policy file would promise a report that arrives now", preview),
        ("publish", "make a policy file the policy from now on", publish),
        ("propose", "put a policy file forward, for somebody else to approve", propose),
    ):
        one = parser(verbs, name, help, f"example:\n  meldpunt policy {name} my-policy.toml\n", run)
        one.add_argument("file", nargs="?", metavar="FILE", help=DEFAULT)
        if run in (publish, propose):
            one.add_argument("--summary", default="", required=run is propose, help=SUMMARY)
    for name, help, run in (
        ("approve", "publish what somebody proposed", approve),
        ("withdraw", "take a proposal back", withdraw),
    ):
        one = parser(verbs, name, help, f"example:\n  meldpunt policy {name} 3\n", run)
        one.add_argument("proposal", type=int, metavar="NUMBER", help="of the proposal")


def _add_lists(verbs: Subparsers) -> None:
    for name, help, run in (
        ("show", "print the policy that holds now", show),
        ("versions", "list all versions", versions),
        ("proposals", "list what waits to be approved", proposals),
    ):
        parser(verbs, name, help, f"example:\n  meldpunt policy {name} --json\n", run)


def show(args: argparse.Namespace) -> int:
    """Print the policy that holds now."""
    _django()
    from meldpunt.policy import queries

    try:
        found = queries.current()
        text = queries.text_of(found.version)
    except Refusal as refusal:
        return refused(refusal, args, NOT_SO)
    if args.json:
        print_json(
            {
                "version": found.version,
                "published_at": utc(found.published_at),
                "digest": found.digest,
                "policy": as_data(found.policy),
            }
        )
    else:
        print(f"# Version {found.version}, published {utc(found.published_at)}, SHA-256 {found.digest}")
        print(text, end="" if text.endswith("\n") else "\n")
    return DONE


def check(args: argparse.Namespace) -> int:
    """Say whether a policy file can be used."""
    try:
        path = _path(args)
        policy = read(text_of(path))
    except BadPolicy as refusal:
        if args.json:
            print_json({"valid": False, "line": refusal.line, "why": str(refusal)})
            return NOT_SO
        return refused(refusal, args, NOT_SO)
    except Refusal as refusal:  # no such file, or no such setting
        return refused(refusal, args, WRONG_USAGE)
    warnings = [str(one) for one in calendar_warnings(policy.calendar, _today(policy.calendar.zone))]
    unkept = [clause.id for clause in policy.asks + policy.promises if not clause.enforced]
    if args.json:
        print_json({"valid": True, "not_enforced": unkept, "warnings": warnings})
    else:
        print(f"{path} can be published.")
        for warning in warnings:
            print(f"Beware: {warning}")
        if unkept:
            print(f"Sentences that the software does not enforce: {', '.join(unkept)}.")
    return DONE


def publish(args: argparse.Namespace) -> int:
    """Make a policy file the policy from now on."""
    _django()
    from meldpunt.policy import commands

    try:
        text = text_of(_path(args))
        number = commands.publish(text, args.summary, by=_by(), now=clock.now())
    except Unreadable as refusal:
        return refused(refusal, args, WRONG_USAGE)
    except Refusal as refusal:
        return refused(refusal, args, NOT_SO)
    if args.json:
        print_json({"version": number, "digest": digest_of(text)})
    else:
        print(f"Version {number} of the policy holds from now on.")
    return DONE


def versions(args: argparse.Namespace) -> int:
    """List all versions, newest first."""
    _django()
    from meldpunt.policy import queries

    lines = queries.versions()
    if args.json:
        print_json(
            [
                {
                    "version": one.version,
                    "published_at": utc(one.published_at),
                    "digest": one.digest,
                    "by": one.by,
                    "proposed_by": one.proposed_by or None,
                    "summary": one.summary,
                }
                for one in lines
            ]
        )
    for one in () if args.json else lines:
        print(f"{one.version:4}  {utc(one.published_at)}  {one.digest[:16]}  {one.by}  {one.summary}".rstrip())
    return DONE


def preview(args: argparse.Namespace) -> int:
    """Say what a policy file would promise a report that arrives now, and what it changes."""
    _django()
    from meldpunt.policy import queries

    try:
        found = queries.preview(text_of(_path(args)), clock.now())
    except Unreadable as refusal:
        return refused(refusal, args, WRONG_USAGE)
    except Refusal as refusal:
        return refused(refusal, args, NOT_SO)
    if args.json:
        clocks = [
            {"kind": one.kind, "term": str(one.term), "public": one.public, "due_on": one.due.due_on.isoformat()}
            | {"late_from": utc(one.due.late_from), "words": dict(one.words.by_language)}
            for one in found.clocks
        ]
        changes = [dict(one.by_language) for one in found.changes]
        print_json({"clocks": clocks, "changes": changes, "warnings": [str(one) for one in found.warnings]})
        return DONE
    for clock_ in found.clocks:
        print(clock_.words.said_in("en"))
    for one in found.changes:
        print(one.said_in("en"))
    for warning in found.warnings:
        print(f"Beware: {warning}")
    return DONE


def propose(args: argparse.Namespace) -> int:
    """Put a policy file forward, for somebody else to approve."""
    _django()
    from meldpunt.policy import commands

    try:
        made = commands.propose(text_of(_path(args)), args.summary, by=_by(), now=clock.now())
    except Unreadable as refusal:
        return refused(refusal, args, WRONG_USAGE)
    except Refusal as refusal:
        return refused(refusal, args, NOT_SO)
    if args.json:
        print_json({"proposal": made.id, "digest": made.digest})
    else:
        print(f"Proposal {made.id} waits for somebody to approve it: meldpunt policy approve {made.id}")
    return DONE


def approve(args: argparse.Namespace) -> int:
    """Publish what somebody proposed."""
    _django()
    from meldpunt.policy import commands

    try:
        number = commands.approve(args.proposal, by=_by(), now=clock.now())
    except Refusal as refusal:
        return refused(refusal, args, NOT_SO)
    if args.json:
        print_json({"version": number})
    else:
        print(f"Version {number} of the policy holds from now on.")
    return DONE


def withdraw(args: argparse.Namespace) -> int:
    """Take a proposal back."""
    _django()
    from meldpunt.policy import commands

    try:
        commands.withdraw(args.proposal, by=_by(), now=clock.now())
    except Refusal as refusal:
        return refused(refusal, args, NOT_SO)
    if args.json:
        print_json({"withdrawn": args.proposal})
    else:
        print(f"Proposal {args.proposal} is withdrawn.")
    return DONE


def proposals(args: argparse.Namespace) -> int:
    """List what waits to be approved, newest first."""
    _django()
    from meldpunt.policy import queries

    waiting = queries.proposals()
    if args.json:
        print_json(
            [
                {"proposal": one.id, "proposed_at": utc(one.proposed_at), "by": one.proposed_by}
                | {"digest": one.digest, "summary": one.summary, "follows": one.base}
                for one in waiting
            ]
        )
    for one in () if args.json else waiting:
        print(f"{one.id:4}  {utc(one.proposed_at)}  {one.proposed_by}  {one.summary}")
    return DONE


def _by() -> Actor:
    """Whoever has the command line, by the name of their account: a second person has another one."""
    try:
        return Actor(Role.OPERATOR, pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:  # a number without a name, as in containers
        return Actor(Role.OPERATOR, "operator")


def _today(zone: ZoneInfo) -> date:
    return clock.now().astimezone(zone).date()


def _path(args: argparse.Namespace) -> Path:
    from meldpunt.site import config

    return Path(args.file) if args.file else config.load().data / FILE


def _django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meldpunt.site.settings")
    django.setup()
