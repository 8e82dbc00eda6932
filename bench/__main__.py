"""``python -m bench``: measure and print the table."""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import intake, pages, promises, search, starting, table, upload
from bench.table import Line

Measure = Callable[[argparse.Namespace], Iterator[Line]]
LINES: dict[str, tuple[str, Measure]] = {
    "intake": ("PGP letters in, as durable cases", lambda args: intake.lines(args.runs)),
    "pages": ("pages of desk and portal", lambda args: pages.lines(args.cases, args.clients)),
    "promises": ("what is owed, among many", lambda args: promises.lines(args.promises, args.runs)),
    "search": (
        "search, beside the same engine over plain text",
        lambda args: (line for reports in args.reports for line in search.lines(reports)),
    ),
    "start": ("start, warm", lambda args: starting.lines(args.runs)),
    "upload": ("50 MiB through the form", lambda args: upload.lines(args.runs)),
}


def main() -> int:
    args = _parser().parse_args()
    about = table.machine()
    print(table.machine_line(about), flush=True)
    done: list[Line] = []
    for name in args.line or LINES:
        print(f"measuring {name}: {LINES[name][0]}", file=sys.stderr, flush=True)
        done += LINES[name][1](args)
    print(table.as_text(done))
    if args.json:
        table.write(args.json, about, done)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure the real program, beside a floor taken in the same run."
    )
    names = ", ".join(LINES)
    parser.add_argument("line", nargs="*", metavar="LINE", help=f"only these: {names}", choices=[*LINES, []])
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured; the median counts (3)")
    parser.add_argument("--cases", type=int, default=10_000, metavar="N", help="how many cases for the pages (10000)")
    parser.add_argument(
        "--clients", type=int, nargs="+", default=[1, 8], metavar="N", help="how many read pages at once (1 8)"
    )
    parser.add_argument("--promises", type=int, default=100_000, metavar="N", help="cases for the promises (100000)")
    parser.add_argument(
        "--reports",
        type=int,
        nargs="+",
        default=[10_000, 100_000],
        metavar="N",
        help="how many reports to search among (10000 100000)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there, too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
