"""A house with many cases, made by the rooms' own commands and kept: ``python -m bench.seed COUNT``.

Half of the cases came by letter, half by the form; six in ten are assessed, and half of those have an
expected date.  Some have a longer correspondence: those are the ones whose pages are measured.  The first
``SEALED`` of them are sealed for real.  What is more than that stands in the tables and the ledger as the others
do, later due and with a seal that nobody opens: it makes the tables as long as they are, and is on no page.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.house import CONTACT, KEPT, ROOT, House
from meldpunt.ground import clock
from meldpunt.works import prepare

VERSION = 2  # of what is made here
SEALED = 3000  # cases that could be opened
LONG = 200  # cases with a longer correspondence
TOGETHER = 100  # cases in one transaction
ABOUT = "seed.json"
BETWEEN = timedelta(minutes=40)


def seeded(count: int) -> tuple[House, dict[str, Any]]:
    """The kept house with that many cases, made when it is not there, and what is known of it."""
    folder = KEPT / f"seed-{count}-{prepare.number():08x}-{VERSION}"
    if not (folder / ABOUT).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        house = House(folder / "data")
        house.found()
        print(f"making a house with {count} cases; it is kept", file=sys.stderr, flush=True)
        subprocess.run(
            [sys.executable, "-m", "bench.seed", str(count), str(folder / ABOUT)],
            env=house.environ(role="operator"),
            cwd=ROOT,
            check=True,
        )
    return House(folder / "data"), json.loads((folder / ABOUT).read_text())


def main(count: int, about: Path) -> None:
    from meldpunt.works import process

    os.umask(0o077)
    process.open_house()
    began = time.perf_counter()
    sealed = min(count, SEALED)
    seeder = _seeder(sealed)
    for first in range(0, sealed, TOGETHER):
        seeder.some(range(first, min(first + TOGETHER, sealed)))
        if sys.stderr.isatty():
            print(f"\r{first + TOGETHER} cases", end="", file=sys.stderr, flush=True)
    seeder.finish()
    if count > sealed:
        from bench import crowd

        crowd.add(count - sealed, clock.now())
    took = time.perf_counter() - began
    about.write_text(json.dumps({"seconds": took, "receipt": seeder.receipt, "refs": seeder.long}) + "\n")


@dataclass
class Seeder:
    """Makes cases one after the other; ``now`` goes with them."""

    house: Any  # works.opener.House, which cannot be imported before the house is open
    count: int
    start: datetime
    long: list[str] = field(default_factory=list)
    receipt: str = ""

    def some(self, numbers: range) -> None:
        from django.db import transaction

        from meldpunt.works import followers

        with transaction.atomic():
            for number in numbers:
                self.one(number)
        followers.catch_up()

    def one(self, number: int) -> None:
        now = self.start + number * BETWEEN
        token, code = self._form(number, now) if number % 2 else (self._letter(number, now), "")
        ref = self._open(token, now)
        if number % max(self.count // LONG, 1) == 1 % max(self.count // LONG, 1):
            self._assess(ref, number, now)
            self._converse(ref, number, now)
            self.long.append(ref)
            self.receipt = code or self.receipt
        elif number % 10 < 6:
            self._assess(ref, number, now)

    def finish(self) -> None:
        """What has run out is told, as the clock would have done."""
        from meldpunt.promises import commands as promises
        from meldpunt.works import followers, searching

        followers.catch_up()
        now = clock.now()
        while promises.note_missed(by=_actor("machine", "tick"), now=now):
            followers.catch_up()
        while searching.catch_up(self.house.keys, now):
            pass

    def _letter(self, number: int, now: datetime) -> str:
        from meldpunt.intake import commands
        from meldpunt.intake.rules import Door, Envelope

        raw = (
            f"From: Reporter {number} <reporter{number}@mail.example>\r\nTo: {CONTACT}\r\n"
            f"Subject: Records of others can be read, number {number}\r\nMessage-ID: <seed.{number}@mail.example>\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n\r\n" + _text(number)
        )
        return commands.receive(
            raw.encode(),
            door=Door.LMTP,
            envelope=Envelope(),
            keys=self.house.keys.public,
            folder=self.house.folder,
            by=_actor("machine", "mailgate"),
            now=now,
        )

    def _form(self, number: int, now: datetime) -> tuple[str, str]:
        from meldpunt.ground.values import REPORTER
        from meldpunt.intake import commands
        from meldpunt.intake.rules import Submission
        from meldpunt.vault.rules import receipt_from_random

        receipt = receipt_from_random(os.urandom(17))
        report = Submission(f"https://www{number}.voorbeeldstad.example/", _text(number), "en", 1, impact="Much.")
        token = commands.receive_submission(report, receipt, keys=self.house.keys.public, by=REPORTER, now=now)
        return token, receipt.code

    def _open(self, token: str, now: datetime) -> str:
        from meldpunt.works import opener

        done = opener.open_one(token, self.house, now=now)
        if not done.case:
            raise RuntimeError(f"not opened: {done.outcome} {done.why}")
        return done.case

    def _assess(self, ref: Any, number: int, now: datetime) -> None:
        from meldpunt.triage import commands, queries
        from meldpunt.triage.rules import Assessment, Severity, Verdict

        later = now + timedelta(hours=20)
        by = _handler(number)
        expected = (later + timedelta(days=30 + number % 300)).date() if number % 2 else None
        found = Assessment(
            Verdict.CONFIRMED,
            list(Severity)[number % 5],
            expected_on=expected,
            why_no_date="" if expected else "It is solved already.",
            none_needed=expected is None,
        )
        letter = queries.draft(by, ref, found, _letterhead(), keys=self.house.keys)
        commands.assess(ref, found, letter, _letterhead(), keys=self.house.keys, by=by, now=later)

    def _converse(self, ref: Any, number: int, now: datetime) -> None:
        """A note, two letters each way."""
        from meldpunt.cases import commands as cases
        from meldpunt.conversation import commands as conversation
        from meldpunt.ground.values import REPORTER
        from meldpunt.intake import commands as intake

        by, keys = _handler(number), self.house.keys
        cases.note(ref, "Ask the supplier first.", keys=keys, by=by, now=now + timedelta(hours=21))
        for day in (2, 4):
            later = now + timedelta(days=day)
            conversation.write(ref, _text(number), "reply", _letterhead(), keys=keys, by=by, now=later)
            later += timedelta(hours=5)
            token = intake.receive_message(_text(number), (), ref, keys=keys.public, by=REPORTER, now=later)
            self._open(token, later)


def _seeder(count: int) -> Seeder:
    from meldpunt.works import opener

    return Seeder(opener.house_here(), count, clock.now() - count * BETWEEN)


def _letterhead() -> Any:
    from meldpunt.conversation.queries import letterhead

    return letterhead("https://melden.voorbeeldstad.example")


def _handler(number: int) -> Any:
    return _actor("handler", ("hanna", "joris", "noor")[number % 3])


def _actor(role: str, name: str) -> Any:
    from meldpunt.ground.values import Actor, Role

    return Actor(Role(role), name)


def _text(number: int) -> str:
    line = f"The page answers with a record of somebody else when the number {number} in the address is raised.\r\n"
    return line * 12


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
