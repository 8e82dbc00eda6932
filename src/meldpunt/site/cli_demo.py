"""``meldpunt demo``: a house of its own that is filled with an example."""

import argparse
import os
import secrets
import sys
from datetime import datetime, timedelta
from typing import Any

from meldpunt.ground import clock
from meldpunt.ground.errors import Conflict
from meldpunt.site import config
from meldpunt.site.cli_shapes import Subparsers, command, show
from meldpunt.works import checks, prepare, process

FOLDER = "data-demo"
NAME, CONTACT = "Gemeente Voorbeeldstad", "meldpunt@voorbeeldstad.example"
URL = "https://www.voorbeeldstad.example"
HANDLERS = {"hanna": "Hanna de Wit", "joris": "Joris Bakker"}
SHOWN = "bookings"  # the case in the story whose receipt is printed


class DemoExists(Conflict):
    """There is a house in this data folder already."""


def add_commands(sub: Subparsers) -> None:
    demo = command(sub, "demo", "make a house that is filled with an example", "meldpunt demo --up", run)
    demo.add_argument("--up", action="store_true", help="and run it, in the foreground")


def run(args: argparse.Namespace) -> int:
    """Make it, say how to come in, and run it when that was asked for."""
    variable = config.PREFIX + "DATA"
    os.environ[variable] = os.environ.get(variable) or FOLDER
    settings = config.load()
    if checks.is_founded(settings.data):
        raise DemoExists(
            "There is a Meldpunt in %(data)s already. Remove that folder for a fresh example, or start what is"
            " there: MELDPUNT_DATA=%(data)s meldpunt up",
            data=settings.data,
        )
    print("Making the example; this takes a few seconds.", file=sys.stderr, flush=True)
    os.umask(0o077)
    prepare.make_folder(settings.data)
    os.environ.setdefault("MELDPUNT_ROLE", "operator")
    process.open_house()
    if prepare.is_due(settings.data, settings.database) and prepare.bring_up_to_date():
        return 1
    made = _make(settings)
    show(args, made, _in_words(made, settings))
    return _up(settings, args) if args.up else 0


def _make(settings: config.Config) -> dict[str, Any]:
    """Found the house, let two people in, and tell the story."""
    from meldpunt.desk import accounts, founding
    from meldpunt.desk.roles import FOR_A_HOUSE_OF_ONE
    from meldpunt.policy import queries as policy
    from meldpunt.site import demo
    from meldpunt.vault import keyring
    from meldpunt.works.opener import House

    now = clock.now()
    began = now - timedelta(days=demo.BEFORE)
    founding.found(settings.data, name=NAME, contact=CONTACT, url=URL, now=began)
    handlers = []
    for username, name in HANDLERS.items():
        password = secrets.token_urlsafe(12)
        accounts.create_handler(username, name, password, now=began, as_what=FOR_A_HOUSE_OF_ONE)
        codes = accounts.enrol_totp(username, now=began)
        handlers.append({"user": username, "password": password, "totp_secret": codes.secret, "totp_url": codes.url})
    keys = keyring.vault(settings.data, "operator")
    teller = demo.Teller(
        House(keys, settings.data, settings.portal_address),
        keyring.outbox(settings.data, "operator"),
        policy.current().policy.calendar,
        now,
    )
    teller.tell(demo.story())
    _settle(now)
    receipts = {name: receipt.code for name, receipt in teller.receipts.items()}
    return {
        "data": str(settings.data),
        "cases": sorted(teller.refs.values()),
        "handlers": handlers,
        "receipt": receipts[SHOWN],
        "by_name": teller.refs,
        "receipts": receipts,
        "links": {name: link.code for name, link in teller.links.items()},
    }


def _settle(now: datetime) -> None:
    """What the two arranged among themselves: a change of the policy, and who stands in for whom."""
    from meldpunt.cases import people
    from meldpunt.policy import commands, queries
    from meldpunt.policy.amending import amend
    from meldpunt.promises import colleagues

    hanna, joris = (people.actor(name) for name in HANDLERS)
    text = amend(queries.text_of(1), ("promises", "P4", "longest_gap"), "10 days")
    made = commands.propose(text, "U hoort vaker van ons: om de tien dagen in plaats van veertien.", by=hanna, now=now)
    commands.approve(made.id, by=joris, now=now)
    today = now.astimezone(queries.current().policy.calendar.zone).date()
    for one in (hanna, joris):
        colleagues.set_address(one.name, f"{one.name}@voorbeeldstad.example", "nl", by=one, now=now)
    colleagues.set_absence(joris.name, today + timedelta(days=9), hanna.name, today, by=joris, now=now)


def _in_words(made: dict[str, Any], settings: config.Config) -> str:
    """Who may come in, and the five lines on how to start it.  For a demonstration only."""
    people = [
        f"  {one['user']:<6} password {one['password']}  code generator {one['totp_secret']}"
        for one in made["handlers"]
    ]
    return "\n".join(
        (
            "Two handlers, with what you need to sign in (this is a demonstration; nothing in it is secret):",
            *people,
            f"One reporter's receipt: {made['receipt']}",
            "",
            f"Made    {made['data']}: {NAME} with {len(made['cases'])} cases.",
            f"Start   MELDPUNT_DATA={made['data']} meldpunt up",
            f"Portal  {settings.portal_address}/  for reporters; show the receipt at {settings.portal_address}/my/",
            f"Desk    {settings.desk_address}/  for handlers; the code comes from any authenticator app",
            f"Remove  rm -r {made['data']}  when you have seen enough",
        )
    )


def _up(settings: config.Config, args: argparse.Namespace) -> int:
    """Become ``meldpunt up``: it opens no key and holds nothing of what was made here."""
    from django.db import connection

    from meldpunt.vault import pgpengine

    connection.close()
    pgpengine.close()
    sys.stdout.flush()
    here = {**os.environ, "MELDPUNT_DATA": str(settings.data)}
    del here["MELDPUNT_ROLE"]
    shape = ["--json"] if args.json else []
    os.execve(sys.executable, [sys.executable, "-m", "meldpunt.site.cli", "up", *shape], here)  # noqa: S606  ourselves
