"""50 MiB through the form, sealed and on the disk, beside a copy through the cipher alone."""

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from nacl import bindings

from bench import house, table
from bench.client import Browser, hidden
from bench.house import House
from bench.table import Line

SIZE = 50 << 20
PIECE = 64 << 10
AIM, MOST_MEMORY = 2.0, 64  # MiB
REPORT = {
    "system": "https://www.voorbeeldstad.example/",
    "description": "The recording shows it.",
    "contact": "anonymous",
    "conditions": "on",
    "policy_version": "1",
}


def lines(runs: int) -> Iterator[Line]:
    content = secrets.token_bytes(SIZE)
    with house.temporary() as ours, ours.up() as program:
        portals = [pid for pid, name in house.family(program.pid).items() if name == "portal"]
        browser = Browser(ours.web)
        _send(browser, content[: 1 << 20])
        before = max(house.memory(pid, "VmRSS") for pid in portals)
        for pid in portals:
            house.forget_peak(pid)
        pairs = [(_floor(ours, content), _send(browser, content)) for _ in range(runs)]
        peak = max(house.memory(pid) for pid in portals)
    floor, mine = (table.median(column) for column in zip(*pairs, strict=True))
    more = {"portal's MiB before": before, "its peak": peak, f"peak below {MOST_MEMORY}": peak < MOST_MEMORY}
    yield Line("50 MiB through the form", floor, mine, AIM, table.seconds(floor, mine), more)


def _send(browser: Browser, content: bytes) -> float:
    """Seconds from the first byte until the receipt is there.  The form is fetched before."""
    page = browser.get("/report/")
    fields = {**REPORT, **{name: hidden(page, name) for name in ("once", "ticket")}}
    mark = secrets.token_hex(16)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = 'Content-Disposition: form-data; name="files"; filename="recording.mkv"\r\nContent-Type: video/x-matroska'
    body = "".join(parts).encode() + f"--{mark}\r\n{file}\r\n\r\n".encode() + content + f"\r\n--{mark}--\r\n".encode()
    kind = {
        "Content-Type": f"multipart/form-data; boundary={mark}",
        "Origin": f"http://{browser.line.host}:{browser.line.port}",
    }
    began = time.perf_counter()
    status, _ = browser.ask("POST", "/report/", body, **kind)
    took = time.perf_counter() - began
    if status != 201:
        raise RuntimeError(f"the form was not taken: {status}")
    return took


def _floor(ours: House, content: bytes) -> float:
    """The same bytes through the cipher into a file, synced."""
    path = ours.data.parent / f"copy-{secrets.token_hex(4)}"
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    began = time.perf_counter()
    with path.open("wb") as out:
        out.write(bindings.crypto_secretstream_xchacha20poly1305_init_push(state, os.urandom(32)))
        for at in range(0, len(content), PIECE):
            out.write(bindings.crypto_secretstream_xchacha20poly1305_push(state, content[at : at + PIECE]))
        out.flush()
        os.fsync(out.fileno())
    took = time.perf_counter() - began
    Path(path).unlink()
    return took
