"""``meldpunt score``: how many promises were kept, kept late and missed."""

import argparse
import json
from typing import Any

from meldpunt.ground import clock
from meldpunt.site.cli_shapes import Subparsers, command, open_house, operator, plain, show


def add_commands(sub: Subparsers) -> None:
    score = command(sub, "score", "count the promises kept, kept late and missed", "meldpunt score --json", run)
    score.add_argument("--public", action="store_true", help="as the public sees it, without small numbers")
    score.add_argument("--draw", action="store_true", help="draw the public score now; else it is done once a day")


def run(args: argparse.Namespace) -> int:
    """Exact, or with ``--public`` as it was drawn: exit code 1 when there is none."""
    open_house()
    from meldpunt.works import followers, score

    followers.catch_up()
    if args.draw:
        score.draw(by=operator(), now=clock.now())
    return _public(args) if args.public else _exact(args)


def _public(args: argparse.Namespace) -> int:
    from meldpunt.oversight import queries

    public = queries.public()
    if public is None:
        show(args, {"error": "There is no public score."}, "There is no public score.")
        return 1
    if args.json:
        show(args, json.loads(public.text), "")
        return 0
    for promise in public.document["promises"]:
        for period in promise["periods"]:
            print(f"{promise['id']}  {period['from']} to {period['to']}: {_numbers(period)}")
    print(f"drawn {plain(public.at)}, SHA-256 {public.digest}")
    return 0


def _numbers(period: dict[str, Any]) -> str:
    from meldpunt.oversight.document import cell_of
    from meldpunt.oversight.rules import Outcome

    said = []
    for outcome in Outcome:
        cell = cell_of(period[outcome.replace("-", "_")])
        number = str(cell.low) if cell.exact else f"{cell.low} to {cell.high}"
        said.append(f"{outcome.replace('-', ' ')} {number}")
    return ", ".join(said)


def _exact(args: argparse.Namespace) -> int:
    from meldpunt.oversight import queries
    from meldpunt.oversight.rules import Outcome, midpoint

    found = queries.score(operator(), clock.now())
    data, lines = [], []
    for sentence, quarters in found.found.items():
        for quarter, tally in sorted(quarters.items()):
            numbers = {outcome.replace("-", "_"): tally.counts.get(outcome, 0) for outcome in Outcome}
            cases = {
                outcome.replace("-", "_"): found.named.get((sentence, quarter, outcome), ())
                for outcome in (Outcome.LATE, Outcome.MISSED)
            }
            line = {"promise": sentence, "quarter": str(quarter), **numbers, "cases": cases}
            data.append({**line, "median_working_days": midpoint(tally.took)})
            said = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in numbers.items())
            lines.append(f"{sentence}  {quarter}: {said}")
    days = {severity: midpoint(values) for severity, values in found.days_to_fix.items()}
    whole = {"since": found.since, "log_entries": found.entries, "promises": data, "median_days_to_fix": days}
    show(args, whole, "\n".join(lines) or "Nothing has been promised yet.")
    return 0
