"""``meldpunt init`` and ``meldpunt up``."""

import argparse
import os
from dataclasses import asdict

from meldpunt.ground import clock
from meldpunt.ground.errors import Conflict, Invalid
from meldpunt.site import config
from meldpunt.site.cli_shapes import Subparsers, command, first_line, operator, show
from meldpunt.works import checks, prepare, process
from meldpunt.works.up import Plan, up

INIT_EXAMPLE = "meldpunt init --name 'Voorbeeldstad' --contact meldpunt@voorbeeldstad.example --handler hanna"
UP_EXAMPLE = "meldpunt up --web 127.0.0.1:8090"
FOUND = ("meldpunt.site.cli", "init")
WORDS = {  # argument: what it is, and where its default comes from
    "name": "the organisation's name",
    "contact": "the mail address at which reports arrive",
    "languages": "of the policy (nl,en)",
    "handler": "user name of the first handler",
    "handler-name": "their name",
    "password-file": "a file with their password; without it they get a one-time link",
    "url": "the organisation's web address, for the policy",
}


class AlreadyFounded(Conflict):
    """There is a house in this data folder already."""


LISTENERS = ("web", "desk", "api", "lmtp", "smtp_in")


def add_commands(sub: Subparsers) -> None:
    init = command(sub, "init", "make a data folder without asking anything", INIT_EXAMPLE, run_init)
    for name, help in WORDS.items():
        variable = _variable(name)
        init.add_argument(f"--{name}", default=os.environ.get(variable, ""), help=f"{help} [{variable}]")
    start = command(sub, "up", "run everything on this machine, in the foreground", UP_EXAMPLE, run_up)
    for name in LISTENERS:
        start.add_argument(f"--{name.replace('_', '-')}", metavar="HOST:PORT", help=f"where {name} listens")


def _variable(argument: str) -> str:
    return config.PREFIX + config.FOUNDING + argument.upper().replace("-", "_")


def run_init(args: argparse.Namespace) -> int:
    """Make the house; say how the first handler comes in."""
    if not args.name or not args.contact:
        print("meldpunt init: --name and --contact are needed.")
        return 2
    settings = config.load()
    if checks.is_founded(settings.data):
        raise AlreadyFounded("There is a Meldpunt in %(data)s already.", data=settings.data)
    password = first_line(args.password_file) if args.password_file else None
    os.umask(0o077)
    prepare.make_folder(settings.data)
    os.environ.setdefault("MELDPUNT_ROLE", "operator")
    process.open_house()
    if prepare.is_due(settings.data, settings.database) and prepare.bring_up_to_date():
        return 1
    return _found(args, settings, password)


def _found(args: argparse.Namespace, settings: config.Config, password: str | None) -> int:
    from meldpunt.desk import accounts, founding, links
    from meldpunt.policy.errors import BadPolicy

    username = args.handler or ("" if password is None else "handler")
    handler = founding.FirstHandler(username, args.handler_name or username, password) if username else None
    try:
        made = founding.found(
            settings.data,
            name=args.name,
            contact=args.contact,
            languages=[part.strip() for part in (args.languages or "nl,en").split(",") if part.strip()],
            url=args.url or None,
            handler=handler,
            by=operator(),
            now=clock.now(),
        )
    except BadPolicy as no:  # nobody has seen the file yet whose line it names
        raise Invalid(no.sentence.removeprefix("Line %(line)d: "), **no.words) from None
    data = {"data": str(settings.data), **asdict(made)}
    lines = [f"Made {settings.data}.", f"OpenPGP key {made.fingerprint}."]
    if handler and password is None:
        data["link"] = links.one_time_link(username, now=clock.now())
        lines.append(f"For {username}, once, within 24 hours: {data['link']}")
    elif handler:
        enrolled = accounts.enrol_totp(username, now=clock.now())
        data |= {"totp_secret": enrolled.secret, "totp_url": enrolled.url}
        lines.append(f"Code generator of {username}: {enrolled.secret}  ({enrolled.url})")
    else:
        lines.append("Next: meldpunt user add USER, then meldpunt up.")
    show(args, data, "\n".join(lines))
    return 0


def run_up(args: argparse.Namespace) -> int:
    """Run everything until Ctrl-C."""
    for name in LISTENERS:
        if getattr(args, name):
            os.environ[config.PREFIX + name.upper()] = getattr(args, name)
    settings = config.load()
    if settings.theme:
        from meldpunt.site import theme

        theme.load(settings.data, settings.theme)  # refused here, rather than by each of those that serve pages
    os.environ[config.PREFIX + "DATA"] = str(settings.data)
    by_environment = all(os.environ.get(_variable(name)) for name in ("name", "contact"))
    plan = Plan(
        data=settings.data,
        web=settings.web,
        desk=settings.desk,
        api=settings.api,
        api_address=settings.api_address,
        lmtp=settings.lmtp,
        smtp_in=settings.smtp_in,
        imap=settings.imap,
        key_lookup=settings.key_lookup,
        webhooks=settings.webhooks,
        smtp=settings.smtp,
        database=settings.database,
        portal_address=settings.portal_address,
        desk_address=settings.desk_address,
        found=FOUND if by_environment else (),
    )
    return up(plan, lambda line: show(args, {"line": line}, line))
