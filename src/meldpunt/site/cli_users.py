"""``meldpunt user``: who may sit at the desk."""

import argparse
from datetime import date

from meldpunt.ground import clock
from meldpunt.ground.values import AT_THE_DESK, Language, Role
from meldpunt.site.cli_shapes import Subparsers, command, first_line, group, moment, open_house, operator, plain, show


def add_commands(sub: Subparsers) -> None:
    verbs = group(sub, "user", "say who may sit at the desk", "meldpunt user add hanna --name Hanna")
    command(verbs, "list", "list everybody, and what they are", "meldpunt user list --json", run_list)
    add = command(verbs, "add", "add somebody", "meldpunt user add hanna --name Hanna", run_add)
    add.add_argument("user", metavar="USER")
    add.add_argument("--name", default="", help="their name, as colleagues see it")
    add.add_argument("--password-file", metavar="F", help="their password; without it they get a one-time link")
    told = "what they are; more than one is possible (default: handler, and everything for the first account)"
    add.add_argument("--role", action="append", default=[], choices=[str(role) for role in AT_THE_DESK], help=told)
    role = command(verbs, "role", "say what somebody is", "meldpunt user role hanna handler lead", run_role)
    role.add_argument("user", metavar="USER")
    role.add_argument("roles", metavar="ROLE", nargs="+", choices=[str(role) for role in AT_THE_DESK], help=_roles())
    link = command(verbs, "link", "give a link to set password and codes anew", "meldpunt user link hanna", run_link)
    link.add_argument("user", metavar="USER")
    disable = command(verbs, "disable", "let somebody sign in no more", "meldpunt user disable hanna", run_disable)
    disable.add_argument("user", metavar="USER")
    enable = command(verbs, "enable", "let somebody sign in again", "meldpunt user enable hanna", run_enable)
    enable.add_argument("user", metavar="USER")
    _add_reminders(verbs)


def _roles() -> str:
    return f"all of them; the others are taken away: {', '.join(AT_THE_DESK)}"


def _add_reminders(verbs: Subparsers) -> None:
    """Where reminders go, and who stands in: what each handler can say at the desk as well."""
    example = "meldpunt user mail hanna hanna@example.org --language nl"
    mail = command(verbs, "mail", "say where somebody's reminders go", example, run_mail)
    mail.add_argument("user", metavar="USER")
    mail.add_argument("address", metavar="ADDRESS", help='"" for nowhere')
    mail.add_argument("--language", choices=[str(one) for one in Language], help="default: as it was, or nl")
    example = "meldpunt user absent hanna --until 2026-12-31 --cover piet"
    absent = command(verbs, "absent", "say that somebody is away, and who stands in", example, run_absent)
    absent.add_argument("user", metavar="USER")
    when = absent.add_mutually_exclusive_group(required=True)
    when.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="the last day away: 2026-12-31")
    when.add_argument("--back", action="store_true", help="they are back")
    absent.add_argument("--cover", default="", metavar="USER", help="who is reminded instead")


def run_list(args: argparse.Namespace) -> int:
    open_house()
    from meldpunt.desk import accounts

    handlers = accounts.list_handlers()
    lines = [
        f"{one.username:<16} {one.name:<24} {'active' if one.active else 'disabled':<9}"
        f" {'codes' if one.has_code else 'no codes yet':<13}"
        f" {'last seen ' + moment(one.last_seen) if one.last_seen else 'never seen'}  {', '.join(one.roles)}"
        for one in handlers
    ]
    show(args, plain(handlers), "\n".join(lines) or "There are no handlers yet.")
    return 0


def run_add(args: argparse.Namespace) -> int:
    """Add somebody; with a password they get their code generator here, else a link."""
    open_house()
    from meldpunt.desk import accounts

    password = first_line(args.password_file) if args.password_file else None
    as_what = [Role(role) for role in args.role]
    accounts.create_handler(
        args.user, args.name or args.user, password, now=clock.now(), by=operator(), as_what=as_what
    )
    if password is None:
        return run_link(args)
    enrolled = accounts.enrol_totp(args.user, now=clock.now(), by=operator())
    data = {"user": args.user, "totp_secret": enrolled.secret, "totp_url": enrolled.url}
    show(args, data, f"Code generator of {args.user}: {enrolled.secret}  ({enrolled.url})")
    return 0


def run_role(args: argparse.Namespace) -> int:
    """Give somebody these roles and no other."""
    open_house()
    from meldpunt.desk import roles

    roles.set_roles(args.user, [Role(role) for role in args.roles], by=operator(), now=clock.now())
    told = [role for role in AT_THE_DESK if role in args.roles]
    show(args, {"user": args.user, "roles": told}, f"{args.user} is {', '.join(told)}.")
    return 0


def run_link(args: argparse.Namespace) -> int:
    open_house()
    from meldpunt.desk import links

    link = links.one_time_link(args.user, now=clock.now(), by=operator())
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


def run_mail(args: argparse.Namespace) -> int:
    """Keep the address; the language stays as it was unless it is given."""
    open_house()
    from meldpunt.promises import colleagues

    _check_known(args.user)
    known = colleagues.everybody().get(args.user)
    language = args.language or (known.language if known else Language.DUTCH)
    colleagues.set_address(args.user, args.address, language, by=operator(), now=clock.now())
    address = args.address.strip()
    words = f"Reminders of {args.user} go to {address}." if address else f"{args.user} gets no reminders."
    show(args, {"user": args.user, "address": address, "language": language}, words)
    return 0


def run_absent(args: argparse.Namespace) -> int:
    """Away until a day, or back."""
    open_house()
    from meldpunt.policy import queries as policy
    from meldpunt.promises import colleagues

    _check_known(args.user)
    if args.cover:
        _check_known(args.cover, active=True)
    now = clock.now()
    today = now.astimezone(policy.current().policy.calendar.zone).date()
    colleagues.set_absence(args.user, args.until, args.cover, today, by=operator(), now=now)
    cover = args.cover if args.until else ""
    words = f"{args.user} is away up to and with {args.until}; {cover} stands in." if cover else f"{args.user} is back."
    show(args, {"user": args.user, "until": args.until, "cover": cover}, words)
    return 0


def _check_known(username: str, active: bool = False) -> None:
    """A slip in a name would leave somebody without reminders, and nobody would see it."""
    from meldpunt.desk import accounts
    from meldpunt.desk.errors import NoSuchHandler

    if not any(one.username == username and (one.active or not active) for one in accounts.list_handlers()):
        raise NoSuchHandler("No handler called %(username)s.", username=username)
