"""Pages as one person reads them, one after the other, beside a trivial page behind the same middleware."""

import contextlib
import itertools
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench import house, seed, table
from bench.client import Browser, sign_in
from bench.house import PASSWORD, House
from bench.table import Line

REQUESTS = 200
AIM = 3.0
Take = Callable[[], float]


def lines(cases: int) -> Iterator[Line]:
    """Inbox, case page, policy page and the reporter's case page."""
    ours, about = seed.seeded(cases)
    refs = itertools.cycle(about["refs"])
    with ours.up(), _floor(ours, "portal") as portal_floor, _floor(ours, "desk") as desk_floor:
        desk = Browser(ours.desk)
        _sign_in(ours, desk)
        portal = Browser(ours.web)
        portal.send("/my/", {"receipt": about["receipt"]})
        trivial_desk, trivial_portal = Browser(desk_floor, desk.cookies), Browser(portal_floor)

        def trivial(browser: Browser) -> Take:
            return lambda: _seconds(browser, f"/trivial/{next(refs)}/")

        measured = {
            "inbox": (trivial(trivial_desk), lambda: _seconds(desk, "/")),
            "case page": (trivial(trivial_desk), lambda: _seconds(desk, f"/cases/{next(refs)}/")),
            "policy page": (trivial(trivial_portal), lambda: _seconds(portal, "/")),
            "reporter's case page": (trivial(trivial_portal), lambda: _seconds(portal, "/my/report/")),
        }
        for name, (floor, take) in measured.items():
            yield _line(f"{name}, {cases} cases, p95", floor, take, {"seeded in s": about["seconds"]})


def _line(what: str, floor: Take, take: Take, more: dict[str, Any]) -> Line:
    """Floor and ours by turns, so that what disturbs the one disturbs the other."""
    for _ in range(10):
        floor(), take()
    floors, took = zip(*((floor(), take()) for _ in range(REQUESTS)), strict=True)
    low, mine = table.percentile(floors, 95), table.percentile(took, 95)
    half = [table.percentile(floors, 50), table.percentile(took, 50)]
    more = {"p50": " and ".join(table.milliseconds(*half)), "ratio of p50": half[1] / half[0], **more}
    return Line(what, low, mine, AIM, table.milliseconds(low, mine), more)


def _seconds(browser: Browser, path: str) -> float:
    began = time.perf_counter()
    browser.get(path)
    return time.perf_counter() - began


def _sign_in(ours: House, desk: Browser) -> None:
    """A fresh handler every time: a code that was used is used up."""
    user = f"bench{time.time_ns() // 1_000_000_000}"
    secret = house.KEPT / f"{user}.password"
    secret.write_text(PASSWORD + "\n")
    try:
        made = ours.run("user", "add", user, "--password-file", str(secret))
    finally:
        secret.unlink()
    sign_in(desk, user, PASSWORD, made["totp_secret"])


@contextlib.contextmanager
def _floor(ours: House, role: str) -> Iterator[str]:
    """The trivial page, in the same web server, in one of the two roles; its address."""
    address = house.free_address()
    settings = {**ours.environ(role=role), "DJANGO_SETTINGS_MODULE": "bench.floor_settings"}
    host, _, port = address.rpartition(":")
    server = subprocess.Popen(
        [sys.executable, "-m", "meldpunt.works.web", host, port],
        env=settings,
        cwd=house.ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    request = b"GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    try:
        house.until(lambda: house.said(address, request).startswith(b"HTTP/1.1"))
        yield address
    finally:
        server.terminate()
        server.wait(30)
