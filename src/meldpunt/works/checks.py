"""What is looked at before anything starts.  Each trouble is one sentence."""

import fcntl
import os
from pathlib import Path

from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.policy.document import read as read_policy
from meldpunt.policy.errors import BadPolicy

LOCK, POLICY, FOUNDED = "up.lock", "policy.toml", Path("keys", "founded")


class AlreadyRunning(Conflict):
    """Somebody else runs on this data folder."""


class PolicyFileUnusable(Invalid):
    """``policy.toml`` cannot be used."""


class OnlyOne:
    """Holds the data folder for as long as this process lives, however it ends."""

    def __init__(self, data: Path) -> None:
        self._file = open(data / LOCK, "a+")  # noqa: SIM115  open until the end
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            who = self._file.read(20).strip() or "?"
            self._file.close()
            raise AlreadyRunning(
                "Meldpunt is running on the data folder %(data)s already (process %(who)s).",
                data=data,
                who=who,
            ) from None
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        self._file.close()


def is_held(data: Path) -> bool:
    """Whether somebody runs on this data folder at this moment."""
    try:
        OnlyOne(data).release()
    except AlreadyRunning:
        return True
    return False


def is_founded(data: Path) -> bool:
    """Whether this data folder has its organisation, its keys and its first handler."""
    return (data / FOUNDED).exists()


def check_policy(data: Path) -> None:
    """Refuse a ``policy.toml`` that could not be published, with its line and the reason."""
    path = data / POLICY
    try:
        read_policy(path.read_text("utf-8"))
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError):
        raise PolicyFileUnusable("%(path)s cannot be read as a text (UTF-8).", path=path) from None
    except BadPolicy as no:
        raise PolicyFileUnusable("%(path)s: %(why)s", path=path, why=no) from None
