"""The files that a browser fetches are kept by it for ever.

The address of every file of ours holds the hash of them all, so a browser that has one need never ask
again, and what a style sheet names beside itself is found under the same hash.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path


def version_of(folder: Path) -> str:
    """Twelve letters that change with any file below ``folder``."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(str(path.relative_to(folder)).encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:12]


def is_ours(folder: Path) -> Callable[[str, str], bool]:
    """Whether a file stands below ``folder``: then its address changes when it does."""
    return lambda path, _url: Path(path).is_relative_to(folder)
