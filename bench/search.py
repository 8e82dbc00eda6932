"""Search among many reports: our keyed tokens beside the same engine over plain text, asked the same questions.

Both indexes are made in a database of their own, from the same reports of a made-up language whose words are as
frequent as those of a real one.  Ours is made by the product's own code, from word to token to engine; only sealing
is left out, which search does not touch before it shows something.  Counted is time of the processor: both engines
run inside the process that asks, so a busy machine changes nothing.
"""

import itertools
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench import house, table
from bench.house import KEPT, ROOT
from bench.table import Line

AIM = 1.5
VOCABULARY, WORDS = 40_000, 90  # of the language; of a report
QUESTIONS = 120
BATCH = 500
ENDINGS = ("", "s", "ing", "ed", "en")


def lines(reports: int) -> Iterator[Line]:
    """One line for each kind of question, and one for all of them together."""
    KEPT.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="search-", dir=KEPT))
    try:
        ours = house.House(folder / "data")
        ours.found()
        about = folder / "search.json"
        command = [sys.executable, "-m", "bench.search", str(reports), str(folder), str(about)]
        subprocess.run(command, env=ours.environ(role="operator"), cwd=ROOT, check=True)
        measured = json.loads(about.read_text())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for kind, (floor, mine) in measured["taken"].items():
        low, high = table.percentile(floor, 95), table.percentile(mine, 95)
        half = [table.percentile(floor, 50), table.percentile(mine, 50)]
        more = {"p50": " and ".join(table.milliseconds(*half)), **(measured["more"] if kind == "all" else {})}
        what = f"search, {kind}, {reports} reports, p95"
        yield Line(what, low, high, AIM, table.milliseconds(low, high), more)


def main(reports: int, folder: Path, about: Path) -> None:
    from meldpunt.works import process

    os.umask(0o077)
    process.open_house()
    from meldpunt.vault import keyring

    keys = keyring.vault(Path(os.environ["MELDPUNT_DATA"]), "operator")
    chance = random.Random(8352)  # the same reports in every run
    language = _language(chance)
    plain = sqlite3.connect(folder / "plain.sqlite3", isolation_level=None)
    plain.execute("PRAGMA journal_mode=WAL")
    plain.execute("CREATE TABLE report (id INTEGER PRIMARY KEY, ref TEXT, title TEXT, body TEXT)")
    plain.execute(
        "CREATE VIRTUAL TABLE found USING fts5 (title, body, content='report', content_rowid='id',"
        " tokenize='porter unicode61 remove_diacritics 2', prefix='3 4 5 6 7')"
    )
    took = [0.0, 0.0]
    for first in range(0, reports, BATCH):
        texts = [language() for _ in range(min(BATCH, reports - first))]
        for which, make in enumerate((_index_plain, _index_ours)):
            began = time.process_time()
            make(plain if which == 0 else keys, texts, first)
            took[which] += time.process_time() - began
        if sys.stderr.isatty():
            print(f"\r{first + BATCH} reports", end="", file=sys.stderr, flush=True)
    _settle(plain)
    taken = _ask(plain, keys, language, chance)
    sizes = [path.stat().st_size / 1e6 for path in (folder / "plain.sqlite3", folder / "data" / "meldpunt.sqlite3")]
    more = {"MB": f"{sizes[0]:.0f} and {sizes[1]:.0f}", "made in s": f"{took[0]:.0f} and {took[1]:.0f}"}
    about.write_text(json.dumps({"taken": taken, "more": more}) + "\n")


def _language(chance: random.Random) -> Callable[[], str]:
    """Makes reports: words by Zipf's law, with endings."""
    stems = ["".join(chance.choices("abcdefghiklmnoprstuvwz", k=chance.randint(2, 9))) for _ in range(VOCABULARY)]
    weights = list(itertools.accumulate(1 / (place + 8) for place in range(VOCABULARY)))

    def report() -> str:
        drawn = chance.choices(stems, cum_weights=weights, k=WORDS)
        small = chance.choices(("the", "of", "and", "is", "to", "a", "in"), k=WORDS // 3)
        drawn = [stem + (chance.choice(ENDINGS) if len(stem) > 4 else "") for stem in drawn] + small
        chance.shuffle(drawn)
        return " ".join(drawn)

    return report


def _index_plain(line: Any, texts: list[str], first: int) -> None:
    line.execute("BEGIN")
    for number, text in enumerate(texts, first + 1):
        title = " ".join(text.split()[:8])
        line.execute("INSERT INTO report VALUES (?, ?, ?, ?)", (number, f"MP-2026-{number:07}", title, text))
        line.execute("INSERT INTO found (rowid, title, body) VALUES (?, ?, ?)", (number, title, text))
    line.execute("COMMIT")


def _index_ours(keys: Any, texts: list[str], first: int) -> None:
    from django.db import transaction

    from meldpunt.triage import indexing
    from meldpunt.triage.models import Searchable

    with transaction.atomic():
        Searchable.objects.bulk_create(
            Searchable(ref=f"MP-2026-{number:07}", **indexing.columns(_case(number, text), keys))
            for number, text in enumerate(texts, first + 1)
        )


def _case(number: int, text: str) -> Any:
    from meldpunt.cases.rules import RecordKind, Reporter
    from meldpunt.cases.texts import Text, Texts
    from meldpunt.ground import clock
    from meldpunt.ground.values import CaseRef

    reporter = Reporter(f"Reporter {number % 5000}", f"reporter{number % 5000}@mail.example")
    written = Text(RecordKind.REPORT, clock.now(), "reporter:reporter", text)
    ref = CaseRef(f"MP-2026-{number:07}")
    return Texts(ref, "en", " ".join(text.split()[:8]), reporter, "confirmed", "high", "hanna", (written,))


def _settle(plain: Any) -> None:
    """Both as they are after a night: merged, and written to the file itself."""
    from django.db import connection

    plain.execute("INSERT INTO found (found) VALUES ('optimize')")
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO triage_words (triage_words) VALUES ('optimize')")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _ask(plain: Any, keys: Any, language: Callable[[], str], chance: random.Random) -> dict[str, Any]:
    """The same questions by turns.  What is asked stands in reports that were not indexed."""
    from meldpunt.triage import asked, fulltext, searching

    def floor(question: str) -> float:
        began = time.process_time()
        plain.execute(
            "SELECT ref FROM (SELECT rowid AS found, rank AS score FROM found WHERE found MATCH ?"
            " ORDER BY rank LIMIT 16) JOIN report ON id = found ORDER BY score, id DESC",
            (question,),
        ).fetchall()
        return time.process_time() - began

    def ours(question: str) -> float:
        began = time.process_time()
        fulltext.find(searching.in_tokens(asked.read(question), keys), 0, 16)
        return time.process_time() - began

    taken: dict[str, Any] = {}
    for kind in ("a word", "two words", "a phrase", "a beginning"):
        floors, mine = [], []
        for _ in range(QUESTIONS):
            theirs, question = _question(kind, language(), chance)
            floor(theirs), ours(question)
            floors.append(floor(theirs))
            mine.append(ours(question))
        taken[kind] = (floors, mine)
    taken["all"] = [[one for pair in taken.values() for one in pair[which]] for which in (0, 1)]
    return taken


def _question(kind: str, text: str, chance: random.Random) -> tuple[str, str]:
    """As FTS5 wants it, and as somebody types it for us."""
    drawn = [word for word in text.split() if len(word) > 3]
    at = chance.randrange(len(drawn) - 1)
    one, other = drawn[at], drawn[at + 1]
    match kind:
        case "a word":
            return f'"{one}"', f"{one} "
        case "two words":
            return f'"{one}" "{other}"', f"{one} {other} "
        case "a phrase":
            words = text.split()
            at = chance.randrange(len(words) - 1)
            return f'"{words[at]} {words[at + 1]}"', f'"{words[at]} {words[at + 1]}"'
    return f'"{one[:5]}"*', one[:5]


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
