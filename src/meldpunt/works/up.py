"""Everything on one machine: what ``meldpunt up`` runs in the foreground.

It looks first, says one sentence if it cannot, brings the database up to date,
lets the first-run page ask for what it must know, and then starts the processes of the
house and watches them.  It opens no key, no database and no door of its own.
"""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from meldpunt.ground.errors import OutsideFailure
from meldpunt.works import checks, listening, prepare, process
from meldpunt.works.children import Child, Children

READY_WITHIN = 60.0  # seconds; a slow machine needs five
TURN = 0.25  # seconds
LAST_PAGE = 1.5  # seconds for the browser to fetch what belongs to the first-run page's last answer
HEALTH = "/healthz"
WEB = "meldpunt.works.web"
DOORS = 2  # so many are for strangers and mail: they stand open before the others begin, and take the machine from them


class NotReady(OutsideFailure):
    """Something that should answer does not."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What runs where.  Addresses are ``host:port``; ``found``: what to run instead of the first-run page."""

    data: Path
    web: str
    desk: str
    lmtp: str
    smtp: str
    database: str
    portal_address: str
    desk_address: str
    found: tuple[str, ...] = ()
    smtp_in: str = ""
    imap: str = ""
    key_lookup: str = "off"
    webhooks: str = "off"
    api: str = ""
    api_address: str = ""


def up(plan: Plan, show: Callable[[str], None]) -> int:
    """Run until Ctrl-C or SIGTERM; the exit code.  ``show`` gets the lines that the operator waits for.

    Raises a refusal or an ``OutsideFailure`` when it cannot start.
    """
    began = time.monotonic()
    os.umask(0o077)
    prepare.make_folder(plan.data)
    mine = checks.OnlyOne(plan.data)
    for what in ("web", "desk", "lmtp", *(name for name in ("api", "smtp_in") if getattr(plan, name))):
        listening.check_free(what, getattr(plan, what))
    checks.check_policy(plan.data)
    stop = process.Stop()
    children = Children(process.say, stop)
    try:
        _prepare(plan)
        if not checks.is_founded(plan.data):
            if not _found(plan, children, stop, show):
                return 0
            began = time.monotonic()  # what a person took to fill in a form is not our time
        _run(plan, children, stop, show, began)
    finally:
        children.end()
        mine.release()
    if stop.asked:
        process.say("Meldpunt has stopped.")
    return 0


def house(plan: Plan) -> list[Child]:
    """The processes: first the ``DOORS``, then those that somebody waits for."""
    return [
        Child("portal", "portal", (WEB, *map(str, listening.split(plan.web)))),
        Child("mailgate", "mailgate", ("meldpunt.works.mailgate",)),
        Child("desk", "desk", (WEB, *map(str, listening.split(plan.desk)))),
        *([Child("api", "api", (WEB, *map(str, listening.split(plan.api))))] if plan.api else []),
        Child("opener", "opener", ("meldpunt.works.opener",)),
        Child("post", "post", ("meldpunt.works.post",)),
        Child("tick", "tick", ("meldpunt.works.tick",)),
        *([Child("imap", "imapfetch", ("meldpunt.works.imapfetch",))] if plan.imap else []),
        *([Child("keys", "keyfinder", ("meldpunt.works.keyfinder",))] if plan.key_lookup == "wkd" else []),
        *([Child("hooks", "hooks", ("meldpunt.works.hooks",))] if plan.webhooks != "off" else []),
    ]


def _prepare(plan: Plan) -> None:
    if not prepare.is_due(plan.data, plan.database):
        return
    process.say("Preparing the database.")
    _run_once("meldpunt.works.prepare")


def _run_once(*module: str) -> None:
    """A step that must succeed before anything else; it says itself why it did not."""
    environ = {**os.environ, process.PARENT: str(os.getpid())}
    command = [sys.executable, "-m", *module]
    if subprocess.run(command, env=environ, check=False).returncode:  # noqa: S603  our own modules
        raise NotReady("Meldpunt was not started.")


def _found(plan: Plan, children: Children, stop: process.Stop, show: Callable[[str], None]) -> bool:
    """Have the organisation set up, without a browser or with one.  False when somebody stopped it."""
    if plan.found:
        _run_once(*plan.found)
        return True
    token = secrets.token_urlsafe(24)
    os.environ["MELDPUNT_SETUP_TOKEN"] = token
    children.start([Child("setup", "setup", (WEB, *map(str, listening.split(plan.web))))])
    path = f"/setup/{token}/"
    _await(children, stop, {"the first-run page": lambda: listening.speaks_http(plan.web, path)})
    if not stop.asked:
        show("Meldpunt is not set up yet.  Open this link, once, to say who you are:")
        show(f"  {plan.portal_address}{path}")
    while not stop.asked and not checks.is_founded(plan.data):
        children.turn(TURN)
    until = time.monotonic() + LAST_PAGE
    while not stop.asked and time.monotonic() < until:
        children.turn(TURN)
    children.end()
    del os.environ["MELDPUNT_SETUP_TOKEN"]
    return not stop.asked


def _run(plan: Plan, children: Children, stop: process.Stop, show: Callable[[str], None], began: float) -> None:
    everyone = house(plan)
    doors, others = everyone[:DOORS], everyone[DOORS:]
    children.start(doors)
    _await(
        children,
        stop,
        {
            "the portal": lambda: listening.speaks_http(plan.web, HEALTH),
            "LMTP": lambda: listening.speaks_lmtp(plan.lmtp),
            "SMTP": lambda: not plan.smtp_in or listening.speaks_lmtp(plan.smtp_in),  # they greet alike
        },
    )
    if not stop.asked:
        children.start(others)
    _await(
        children,
        stop,
        {
            "the desk": lambda: listening.speaks_http(plan.desk, HEALTH),
            "the JSON interface": lambda: not plan.api or listening.speaks_http(plan.api, HEALTH),
        },
    )
    if not stop.asked:
        for line in where(plan):
            show(line)
        process.say(f"Ready after {time.monotonic() - began:.1f} s.  Ctrl-C stops everything.")
    while not stop.asked:
        children.turn(TURN)


def where(plan: Plan) -> tuple[str, ...]:
    """A few lines: where everything is, and what to do next."""
    doors = [f"LMTP {plan.lmtp}", plan.smtp_in and f"SMTP {plan.smtp_in}", plan.imap and f"IMAP from {plan.imap}"]
    out = f"SMTP {plan.smtp}" if plan.smtp else "nowhere yet: letters wait until smtp is set"
    return (
        f"Portal  {plan.portal_address}/  for reporters: the policy, the form, their case",
        f"Desk    {plan.desk_address}/  for handlers: what is owed, to whom, by when",
        *([f"API     {plan.api_address}/  for programs, with a token from the desk"] if plan.api else []),
        f"Mail    in: {', '.join(filter(None, doors))}; out: {out}",
        f"Data    {plan.data}  (back this folder up; keys/ opens it)",
        "Next    sign in at the desk, read the policy page, and have your mail server deliver to LMTP",
    )


def _await(children: Children, stop: process.Stop, answers: dict[str, Callable[[], bool]]) -> None:
    """Until all of them answer.  ``NotReady`` names who does not."""
    until = time.monotonic() + READY_WITHIN
    waiting = dict(answers)
    while waiting and not stop.asked:
        children.turn(0.03)
        waiting = {name: ask for name, ask in waiting.items() if not ask()}
        if waiting and time.monotonic() > until:
            raise NotReady(f"{' and '.join(waiting)} did not answer within {READY_WITHIN:.0f} seconds.")
