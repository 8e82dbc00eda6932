"""Bring the database up to date, at the first start and after an upgrade.

``python -m meldpunt.works.prepare``

Whether there is anything to do is a number inside the database itself, so that it goes
along with a backup and is read in a millisecond, without loading the house.
"""

import os
import sys
import zlib
from importlib.metadata import version
from pathlib import Path

from meldpunt.ground.errors import OutsideFailure
from meldpunt.works import process

OTHERS = ("django", "django-allauth")  # they bring tables of their own
DATABASE = "meldpunt.sqlite3"
MAGIC, HEADER = b"SQLite format 3\0", 100


class FolderUnusable(OutsideFailure):
    """The data folder cannot be written to."""


def is_due(data: Path, database: str) -> bool:
    """Whether ``bring_up_to_date`` has work.  ``database`` is the setting; empty for SQLite in ``data``."""
    return bool(database) or _number_in(data / DATABASE) != number()


def number() -> int:
    """Stands for all migrations of this version of the product; 31 bits, never 0."""
    package = Path(__file__).parent.parent
    found = package.glob("*/migrations/[0-9]*.py")
    names = sorted(f"{path.parent.parent.name}/{path.stem}" for path in found)
    names += [f"{name} {version(name)}" for name in OTHERS]
    return zlib.crc32("\n".join(names).encode()) & 0x7FFFFFFF or 1


def make_folder(data: Path) -> None:
    """The data folder, for its owner only.  ``FolderUnusable`` when it cannot be made or written to."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        trial = data / f".write-{os.getpid()}"
        trial.write_bytes(b"")
        trial.unlink()
        if data.stat().st_mode & 0o077:
            data.chmod(0o700)
    except OSError as trouble:
        why = (trouble.strerror or "unknown trouble").lower()
        raise FolderUnusable(f"The data folder {data} cannot be written to: {why}.") from None


def bring_up_to_date() -> int:
    """Apply what is missing.  Needs the house to be open; the role must be one that may change tables."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import DatabaseError, connection

    try:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA user_version={number():d}")
            os.chmod(settings.MELDPUNT_DATA / DATABASE, 0o600)
        connection.close()
    except DatabaseError as trouble:
        process.say(f"The database cannot be brought up to date: {trouble}.")
        return 1
    return 0


def _number_in(path: Path) -> int:
    """The ``user_version`` of an SQLite file, from its header; 0 when there is none."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER)
    except OSError:
        return 0
    return int.from_bytes(header[60:64], "big") if header.startswith(MAGIC) else 0


if __name__ == "__main__":
    sys.exit(process.run("prepare", bring_up_to_date))
