"""``meldpunt user``: who may sit at the desk."""

import argparse

from meldpunt.ground import clock
from meldpunt.site.cli_shapes import Subparsers, command, first_line, group, moment, open_house, operator, plain, show


def add_commands(sub: Subparsers) -> None:
    verbs = group(sub, "user", "say who may sit at the desk", "meldpunt user add hanna --name Hanna")
    command(verbs, "list", "list the handlers", "meldpunt user list --json", run_list)
    add = command(verbs, "add", "add a handler", "meldpunt user add hanna --name Hanna", run_add)
    add.add_argument("user", metavar="USER")
    add.add_argument("--name", default="", help="their name, as colleagues see it")
    add.add_argument("--password-file", metavar="F", help="their password; without it they get a one-time link")
    link = command(verbs, "link", "give a link to set password and codes anew", "meldpunt user link hanna", run_link)
    link.add_argument("user", metavar="USER")
    disable = command(verbs, "disable", "let somebody sign in no more", "meldpunt user disable hanna", run_disable)
    disable.add_argument("user", metavar="USER")
    enable = command(verbs, "enable", "let somebody sign in again", "meldpunt user enable hanna", run_enable)
    enable.add_argument("user", metavar="USER")


def run_list(args: argparse.Namespace) -> int:
    open_house()
    from meldpunt.desk import accounts

    handlers = accounts.list_handlers()
    lines = [
        f"{one.username:<16} {one.name:<24} {'active' if one.active else 'disabled':<9}"
        f" {'codes' if one.has_code else 'no codes yet':<13}"
        f" {'last seen ' + moment(one.last_seen) if one.last_seen else 'never seen'}"
        for one in handlers
    ]
    show(args, plain(handlers), "\n".join(lines) or "There are no handlers yet.")
    return 0


def run_add(args: argparse.Namespace) -> int:
    """Add somebody; with a password they get their code generator here, else a link."""
    open_house()
    from meldpunt.desk import accounts

    password = first_line(args.password_file) if args.password_file else None
    accounts.create_handler(args.user, args.name or args.user, password, now=clock.now(), by=operator())
    if password is None:
        return run_link(args)
    enrolled = accounts.enrol_totp(args.user, now=clock.now(), by=operator())
    data = {"user": args.user, "totp_secret": enrolled.secret, "totp_url": enrolled.url}
    show(args, data, f"Code generator of {args.user}: {enrolled.secret}  ({enrolled.url})")
    return 0


def run_link(args: argparse.Namespace) -> int:
    open_house()
    from meldpunt.desk import accounts

    link = accounts.one_time_link(args.user, now=clock.now(), by=operator())
    show(args, {"user": args.user, "link": link}, f"For {args.user}, once, within 24 hours: {link}")
    return 0


def run_disable(args: argparse.Namespace) -> int:
    open_house()
    from meldpunt.desk import accounts

    accounts.disable(args.user, now=clock.now(), by=operator())
    show(args, {"user": args.user, "active": False}, f"{args.user} can sign in no more.")
    return 0


def run_enable(args: argparse.Namespace) -> int:
    open_house()
    from meldpunt.desk import accounts

    accounts.enable(args.user, now=clock.now(), by=operator())
    show(args, {"user": args.user, "active": True}, f"{args.user} can sign in again.")
    return 0
