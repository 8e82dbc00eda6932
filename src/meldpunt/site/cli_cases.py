"""``meldpunt case`` and ``meldpunt due``."""

import argparse
import sys
from typing import Any

from meldpunt.ground import clock
from meldpunt.ground.values import CaseRef
from meldpunt.site.cli_shapes import Subparsers, command, moment, open_house, operator, plain, show

INDENT = "    "


def add_commands(sub: Subparsers) -> None:
    case = command(sub, "case", "show everything about a case", "meldpunt case MP-2026-0001", run_case)
    case.add_argument("ref", metavar="REF")
    due = command(sub, "due", "list what is owed, the most urgent first", "meldpunt due --json", run_due)
    due.add_argument("--redraw", action="store_true", help="draw the table of promises anew from the log, first")


def run_case(args: argparse.Namespace) -> int:
    """Everything that a handler may see of it."""
    settings = open_house()
    from meldpunt.conversation import queries
    from meldpunt.policy import queries as policy
    from meldpunt.vault import keyring

    page = queries.case_page(
        operator(),
        CaseRef(args.ref.upper()),
        keys=keyring.vault(settings.data, "operator"),
        calendar=policy.current().policy.calendar,
        now=clock.now(),
    )
    data = plain(page)
    for entry, item in zip(data["items"], page.items, strict=True):
        entry["item"] = type(item).__name__.lower()
    data["promises"] = [_promise_as_data(promise) for promise in page.promises]
    show(args, data, "" if args.json else _case_in_words(page))
    return 0


def _case_in_words(page: Any) -> str:
    case = page.case
    lines = [
        f"{case.ref}  {case.title}",
        f"received {moment(case.received_at)} by {case.door}, {case.protection or 'unprotected'}",
        f"handler: {case.handler or 'nobody'}; verdict: {case.verdict or 'none yet'}",
    ]
    lines += [_promise_in_words(promise) for promise in page.promises]
    for item in page.items:
        what = getattr(item, "kind", "note")
        lines.append(f"\n{moment(item.at)}  {what}  {item.by}")
        lines += [INDENT + line for line in getattr(item, "text", "").splitlines()]
    lines.append(f"\nlog: {page.entries} entries, fingerprint {page.head}")
    return "\n".join(lines)


def run_due(args: argparse.Namespace) -> int:
    """Every open promise.  With ``--redraw`` the table is thrown away and drawn anew first."""
    open_house()
    from meldpunt.policy import queries as policy
    from meldpunt.promises import commands, queries
    from meldpunt.works import followers

    if args.redraw:
        count = commands.rebuild(by=operator(), now=clock.now())
        print(f"The table of promises was drawn anew: {count}.", file=sys.stderr)
    followers.catch_up()
    promises = queries.due(clock.now(), policy.current().policy.calendar)
    data = [_promise_as_data(one) for one in promises]
    lines = [f"{one.case}  {_promise_in_words(one)}" for one in promises]
    show(args, data, "\n".join(lines) or "Nothing is owed.")
    return 0


def _promise_as_data(promise: Any) -> dict[str, Any]:
    """A promise as JSON: the sentence of the policy, and ``due``, the local day to whose end it may take."""
    from meldpunt.promises.rules import SENTENCE

    data = {name: value for name, value in plain(promise).items() if name != "bar"}
    return {**data, "sentence": SENTENCE[promise.kind], "due": data["due_on"]}


def _promise_in_words(promise: Any) -> str:
    from meldpunt.policy.words import day_in_words, left_in_words

    when = f"{promise.kind}: {promise.state}, by {day_in_words(promise.due_on, 'en')}"
    return when if promise.kept_at else f"{when} ({left_in_words(promise.left, 'en')})"
