"""What is owed, among many: what is due, the inbox, and the table of promises drawn anew from the ledger.

A house with a few dozen real cases, whose promises are the most urgent, and very many that exist in the ledger
alone: seven in ten of them are open.
"""

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench import crowd, house, pages, table
from bench.client import Browser
from bench.house import ROOT, House
from bench.table import Line

REAL = 60  # cases that are sealed for real: what one screen shows
TIMES = 15
AIM_DUE, AIM_PAGE, AIM_REBUILD = 2.0, 3.0, 4.0
ONE_QUERY = """\
from meldpunt.site.cli_shapes import open_house, print_json
open_house()
from bench.promises import one_query
print_json([one.case for one in one_query(1000)])
"""


def lines(cases: int, runs: int) -> Iterator[Line]:
    """One line each for what is due, the command, the inbox's page, and drawing the table anew."""
    with house.temporary() as ours:
        about = ours.data.parent / "promises.json"
        subprocess.run(
            [sys.executable, "-m", "bench.promises", str(cases), str(about)],
            env=ours.environ(role="operator"),
            cwd=ROOT,
            check=True,
        )
        found = json.loads(about.read_text())
        opened = f"{found['open']} open promises"
        shown = table.milliseconds(*found["due"])
        yield Line(f"what is due, {opened}", *found["due"], AIM_DUE, shown, {"rows": found["rows"]})
        yield _command(ours, opened, runs)
        yield _page(ours, found["refs"], opened)
        rate = table.per_second(cases, *found["rebuild"])
        more = {"entries": found["entries"], "promises": found["promises"], "seconds": found["rebuild"][1]}
        yield Line(f"table drawn anew, {cases} cases", *found["rebuild"], AIM_REBUILD, rate, more)
        yield Line(f"score counted, {cases} cases", *found["score"], AIM_REBUILD, table.seconds(*found["score"]))


def _command(ours: House, opened: str, runs: int) -> Line:
    """``meldpunt due --json`` beside a process that does one query of the same length."""
    program = [sys.executable, "-m", "meldpunt.site.cli", "due", "--json"]

    def took(command: list[str]) -> float:
        began = time.perf_counter()
        subprocess.run(command, env=ours.environ(), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began

    pairs = [(took([sys.executable, "-c", ONE_QUERY]), took(program)) for _ in range(runs + 1)][1:]
    floor, mine = (table.median(values) for values in zip(*pairs, strict=True))
    return Line(f"meldpunt due, {opened}", floor, mine, AIM_DUE, table.seconds(floor, mine))


def _page(ours: House, refs: list[str], opened: str) -> Line:
    turn = itertools.cycle(refs)
    desk = Browser(ours.desk)
    with ours.up(), pages._floor(ours, "desk") as floor, pages.signed_in(ours, desk):
        trivial = Browser(floor, desk.cookies)
        return pages._line(
            f"inbox, {opened}, p95",
            [pages._asking(trivial, lambda browser: browser.get(f"/trivial/{next(turn)}/"))],
            [pages._asking(desk, lambda browser: browser.get("/"))],
            {},
        )


def one_query(most: int) -> list[Any]:
    """The floor: what is due next, by one query over an index, as the framework gives it."""
    from meldpunt.promises.models import OPEN, Promise

    return list(Promise.objects.filter(OPEN, listed=True).order_by("late_from", "id")[:most])


def main(cases: int, about: Path) -> None:
    from meldpunt.works import process

    process.open_house()
    from meldpunt.ground import clock

    now = clock.now()
    refs = _real(now)
    crowd.tell(cases - REAL, now)
    found = {"refs": refs, **_rebuilt(now), **_due(now), **_score(now)}
    about.write_text(json.dumps(found) + "\n")


def _real(now: datetime) -> list[str]:
    """Cases made by the rooms' own commands, all of them overdue by now."""
    from bench.seed import Seeder
    from meldpunt.promises.models import Promise
    from meldpunt.works import opener

    seeder = Seeder(opener.house_here(), REAL, now - timedelta(days=40))
    seeder.some(range(REAL))
    seeder.finish()
    return list(Promise.objects.values_list("case", flat=True).distinct().order_by("case"))


def _rebuilt(now: datetime) -> dict[str, Any]:
    """The table drawn anew, beside reading the same entries and writing the same rows with nothing between."""
    from bench.seed import _actor
    from meldpunt.ledger import log
    from meldpunt.promises import commands
    from meldpunt.promises.models import OPEN, Promise

    by = _actor("operator", "bench")
    mine = _seconds(lambda: commands.rebuild(by=by, now=now))
    rows = list(Promise.objects.order_by("id").values_list("case", *commands.COLUMNS))
    floor = _seconds(lambda: _bare(rows))
    return {
        "rebuild": (floor, mine),
        "open": Promise.objects.filter(OPEN, listed=True).count(),
        "promises": len(rows),
        "entries": log.length(),
    }


def _bare(rows: list[tuple[Any, ...]]) -> None:
    from django.db import connection, transaction

    from meldpunt.promises import commands, drawing

    columns = ("case", *commands.COLUMNS)
    kinds = sorted(drawing.CONCERN)
    names, places = ", ".join(f'"{one}"' for one in columns), ", ".join(["%s"] * len(columns))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM promises_promise")
        wanted = ", ".join(["%s"] * len(kinds))
        cursor.execute(f"SELECT * FROM ledger_entry WHERE kind IN ({wanted}) ORDER BY stream, step", kinds)
        for entry in cursor:
            json.loads(entry[6])
        cursor.executemany(f"INSERT INTO promises_promise ({names}) VALUES ({places})", [*map(_plain, rows)])


def _plain(row: tuple[Any, ...]) -> list[Any]:
    """As SQLite keeps it."""
    return [str(one).removesuffix("+00:00") if hasattr(one, "year") else one for one in row]


def _due(now: datetime) -> dict[str, Any]:
    from meldpunt.policy import queries as policy
    from meldpunt.promises import queries

    calendar = policy.current().policy.calendar
    most = len(queries.due(now, calendar))
    pairs = [(_seconds(lambda: one_query(most)), _seconds(lambda: queries.due(now, calendar))) for _ in range(TIMES)]
    floor, mine = (table.median(values) for values in zip(*pairs, strict=True))
    return {"due": (floor, mine), "rows": most}


def _score(now: datetime) -> dict[str, Any]:
    """Beside reading three columns of every promise."""
    from meldpunt.oversight import queries
    from meldpunt.promises.models import Promise

    pairs = [
        (
            _seconds(lambda: list(Promise.objects.values_list("kind", "due_on", "kept_at"))),
            _seconds(lambda: queries.found(now)),
        )
        for _ in range(3)
    ]
    floor, mine = (table.median(values) for values in zip(*pairs, strict=True))
    return {"score": (floor, mine)}


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
