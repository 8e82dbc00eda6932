"""Pages as people read them, one at a time or several, beside a trivial page behind the same middleware."""

import contextlib
import itertools
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench import house, seed, table
from bench.client import Browser, sign_in
from bench.house import PASSWORD, House
from bench.table import Line

REQUESTS = 200
TOGETHER = 25  # requests of each client before the other page has its turn
AIM = 3.0
Take = Callable[[Browser], object]
Ask = Callable[[], float]


def lines(cases: int, clients: Sequence[int] = (1,)) -> Iterator[Line]:
    """Inbox, case page, search, policy page, form, and the reporter's case page; for each number of clients."""
    ours, about = seed.seeded(cases)
    refs = itertools.cycle(about["refs"])
    desk, portal = Browser(ours.desk), Browser(ours.web)
    with (
        ours.up(),
        _floor(ours, "portal") as portal_floor,
        _floor(ours, "desk") as desk_floor,
        signed_in(ours, desk),
    ):
        portal.send("/my/", {"receipt": about["receipt"]})

        def trivial(browser: Browser) -> object:
            return browser.get(f"/trivial/{next(refs)}/")

        at_the_desk, at_the_portal = (desk, Browser(desk_floor, desk.cookies)), (portal, Browser(portal_floor))
        measured: dict[str, tuple[tuple[Browser, Browser], Take]] = {
            "inbox": (at_the_desk, lambda browser: browser.get("/")),
            "case page": (at_the_desk, lambda browser: browser.get(f"/cases/{next(refs)}/")),
            "policy page": (at_the_portal, lambda browser: browser.get("/")),
            "form": (at_the_portal, lambda browser: browser.get("/report/")),
            "reporter's case page": (at_the_portal, lambda browser: browser.get("/my/report/")),
        }
        for many in clients:
            for name, ((mine, floor), take) in measured.items():
                at_once = f", {many} at once" if many > 1 else ""
                yield _line(
                    f"{name}, {cases} cases{at_once}, p95",
                    [_asking(floor, trivial) for _ in range(many)],
                    [_asking(mine, take) for _ in range(many)],
                    {"seeded in s": about["seconds"]},
                )


def _asking(like: Browser, take: Take) -> Ask:
    """A client of its own, with the cookies of ``like``; each call is one page, in seconds."""
    browser = Browser(f"{like.line.host}:{like.line.port}", like.cookies)

    def ask() -> float:
        began = time.perf_counter()
        take(browser)
        return time.perf_counter() - began

    return ask


def _line(what: str, floor: Sequence[Ask], ours: Sequence[Ask], more: dict[str, Any]) -> Line:
    """Floor and ours by turns, so that what disturbs the one disturbs the other."""
    for ask in (*floor, *ours):
        ask(), ask()
    floors: list[float] = []
    took: list[float] = []
    turns = 1 if len(ours) == 1 else TOGETHER
    for _ in range(REQUESTS // turns):
        floors += _together(floor, turns)
        took += _together(ours, turns)
    points = {which: (table.percentile(floors, which), table.percentile(took, which)) for which in (50, 95, 99)}
    said = {f"p{which}": " and ".join(table.milliseconds(*points[which])) for which in (50, 99)}
    more = {**said, "ratio of p50": points[50][1] / points[50][0], **more}
    return Line(what, *points[95], AIM, table.milliseconds(*points[95]), more)


def _together(clients: Sequence[Ask], turns: int) -> list[float]:
    """So many pages for each client, all clients at the same time."""
    if len(clients) == 1:
        return [clients[0]() for _ in range(turns)]
    with ThreadPoolExecutor(len(clients)) as pool:
        return [took for several in pool.map(lambda ask: [ask() for _ in range(turns)], clients) for took in several]


@contextlib.contextmanager
def signed_in(ours: House, desk: Browser) -> Iterator[None]:
    """A fresh handler every time: a code that was used is used up.  Gone afterwards, as the house is kept."""
    house.until(lambda: house.is_well(ours.desk))
    user = f"bench{time.time_ns() // 1_000_000_000}"
    secret = house.KEPT / f"{user}.password"
    secret.write_text(PASSWORD + "\n")
    try:
        made = ours.run("user", "add", user, "--password-file", str(secret))
    finally:
        secret.unlink()
    sign_in(desk, user, PASSWORD, made["totp_secret"])
    try:
        yield
    finally:
        ours.run("user", "disable", user)


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
