"""Results: a floor, what we take, their ratio and the aim; as a table and as JSON."""

import json
import os
import platform
import sqlite3
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

HEADINGS = ("what", "floor", "ours", "ratio", "aim", "")


@dataclass(frozen=True, slots=True)
class Line:
    """One line.  ``floor`` and ``ours`` are seconds of the same work; ``shown`` says them in their own unit."""

    what: str
    floor: float
    ours: float
    aim: float
    shown: tuple[str, str]
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return self.ours / self.floor


def milliseconds(floor: float, ours: float) -> tuple[str, str]:
    return f"{floor * 1000:.1f} ms", f"{ours * 1000:.1f} ms"


def seconds(floor: float, ours: float) -> tuple[str, str]:
    return f"{floor:.2f} s", f"{ours:.2f} s"


def per_second(count: int, floor: float, ours: float) -> tuple[str, str]:
    """How many of them in a second."""
    return f"{count / floor:.0f}/s", f"{count / ours:.0f}/s"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], which: int) -> float:
    """The value that ``which`` per cent of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) * which // 100, len(ordered) - 1)]


def machine() -> dict[str, Any]:
    """Where the figures come from."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        "load": os.getloadavg()[0],
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "django": version("django"),
        "sqlite": sqlite3.sqlite_version,
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.machine()


def machine_line(about: dict[str, Any]) -> str:
    words = "{cpu}, {cores} cores, {memory_mib} MiB; {system}, Python {python}, Django {django}, SQLite {sqlite}"
    return f"{words.format(**about)}; load {about['load']:.1f} at the start"


def as_text(lines: Sequence[Line]) -> str:
    """The table; what else was noticed stands behind each line."""
    rows = [HEADINGS]
    for line in lines:
        met = "met" if line.ratio <= line.aim else "not met"
        rows.append((line.what, *line.shown, f"{line.ratio:.2f}", f"<= {line.aim:g}", met))
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    text = []
    for number, row in enumerate(rows):
        cells = [
            cell.ljust(width) if place in (0, 5) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        text.append("  ".join(cells).rstrip())
        if number and (more := lines[number - 1].more):
            text.append("    " + ", ".join(f"{name} {_short(value)}" for name, value in more.items()))
    return "\n".join(text)


def _short(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def write(path: Path, about: dict[str, Any], lines: Sequence[Line]) -> None:
    plain = [{**asdict(line), "ratio": line.ratio, "met": line.ratio <= line.aim} for line in lines]
    path.write_text(json.dumps({"machine": about, "lines": plain}, indent=2) + "\n")
