"""``meldpunt doctor``: is all well?  One line per question, with what to do when it is not."""

import argparse

from meldpunt.site.cli_shapes import Subparsers, command, open_house, print_json


def add_commands(sub: Subparsers) -> None:
    command(sub, "doctor", "look whether all is well", "meldpunt doctor --json", run)


def run(args: argparse.Namespace) -> int:
    """Exit code 1 when anything fails; a warning alone is 0."""
    settings = open_house()
    from meldpunt.site import doctor

    findings = doctor.examine(settings)
    for finding in findings:
        if args.json:
            print_json(finding)
        else:
            advice = f"  -> {finding.advice}" if finding.advice else ""
            print(f"{finding.state:<4}  {finding.what}: {finding.found}{advice}")
    return 1 if any(finding.state == "fail" for finding in findings) else 0
