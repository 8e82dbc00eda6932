"""``meldpunt``: everything that is done without a browser.

This file finds out which command is meant; what the commands do stands in the ``cli_*.py``
beside it, by subject.  Exit codes: 0 done, 1 not so, 2 wrong usage.  The house is opened by the
commands that need it and by no other, so ``--help`` and ``deadline`` answer at once.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence

from meldpunt.ground.errors import OutsideFailure, Refusal
from meldpunt.site import (
    cli_cases,
    cli_demo,
    cli_doctor,
    cli_intake,
    cli_keys,
    cli_policy,
    cli_score,
    cli_search,
    cli_start,
    cli_users,
)

EXAMPLE = """\
examples:
  meldpunt up                                   run everything on this machine
  meldpunt deadline "3 working days" --json     when a term ends
  meldpunt intake letters/ --json               take letters in from files
  meldpunt doctor                               is all well?

The data folder is ./data, or what MELDPUNT_DATA says.  Settings: meldpunt.toml in it, or the environment.
"""
INTERRUPTED, BROKEN_PIPE = 128 + signal.SIGINT, 128 + signal.SIGPIPE


class Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> None:
        from importlib.metadata import version

        print(f"meldpunt {version('meldpunt')}")
        parser.exit()


def main(argv: Sequence[str] | None = None) -> int:
    """Do one command and return its exit code."""
    args = parser().parse_args(argv)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except (Refusal, OutsideFailure) as no:
        print(f"meldpunt: {no}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # somebody read the first lines and left, as ``head`` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code


def parser() -> argparse.ArgumentParser:
    """All commands."""
    top = argparse.ArgumentParser(
        prog="meldpunt",
        description="Runs an organisation's disclosure policy, and proves that its promises are kept.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action=Version, nargs=0, help="say which version this is")
    sub = top.add_subparsers(metavar="COMMAND", required=True)
    subjects = (
        *(cli_start, cli_demo, cli_intake, cli_cases, cli_search),
        *(cli_score, cli_policy, cli_keys, cli_users, cli_doctor),
    )
    for subject in subjects:
        subject.add_commands(sub)
    return top


if __name__ == "__main__":
    sys.exit(main())
