"""``meldpunt keys`` and ``meldpunt ledger``."""

import argparse
import sys
from dataclasses import asdict
from typing import TextIO

from meldpunt.ground import clock
from meldpunt.site.cli_shapes import (
    Subparsers,
    command,
    first_line,
    group,
    moment,
    open_house,
    operator,
    read_file,
    show,
)


def add_commands(sub: Subparsers) -> None:
    verbs = group(sub, "keys", "manage the OpenPGP keys", "meldpunt keys export > key.asc")
    command(verbs, "list", "list the organisation's keys", "meldpunt keys list --json", run_list)
    take = command(
        verbs,
        "import",
        "take keys in: secret ones become the organisation's, public ones a correspondent's",
        "meldpunt keys import old-key.asc --passphrase-file pass.txt",
        run_import,
    )
    take.add_argument("file", metavar="FILE", help="armoured or binary; - for what comes in")
    take.add_argument("--passphrase-file", metavar="F", help="the passphrase of the secret key")
    take.add_argument("--use", action="store_true", help="sign with this key and be written to with it")
    command(verbs, "export", "print the key that reporters write to", "meldpunt keys export > key.asc", run_export)
    ledger = group(sub, "ledger", "prove that nothing was rewritten", "meldpunt ledger verify")
    verify = command(ledger, "verify", "recompute the whole ledger", "meldpunt ledger verify --json", run_verify)
    verify.add_argument("--case", metavar="REF", help="with --head: whether a letter's fingerprint still stands")
    verify.add_argument("--head", metavar="HEX", help="the log's fingerprint as a letter carried it")


def run_list(args: argparse.Namespace) -> int:
    open_house()
    from meldpunt.vault import queries

    keys = queries.own_keys()
    data = [{"fingerprint": one.fingerprint, "in_use": one.in_use, "added_at": moment(one.added_at)} for one in keys]
    lines = [f"{one.fingerprint}  {'in use' if one.in_use else 'reads only'}" for one in keys]
    show(args, data, "\n".join(lines) or "There is no key yet.")
    return 0


def run_import(args: argparse.Namespace) -> int:
    settings = open_house()
    from meldpunt.vault import commands, keyring

    passphrase = first_line(args.passphrase_file) if args.passphrase_file else ""
    found = commands.import_keys(
        read_file(args.file),
        passphrase,
        args.use,
        keys=keyring.vault(settings.data, "operator"),
        by=operator(),
        now=clock.now(),
    )
    data = [{"fingerprint": one.fingerprint, "secret": one.secret} for one in found]
    lines = [f"{one.fingerprint}  {'ours' if one.secret else 'a correspondent'}" for one in found]
    show(args, data, "\n".join(lines))
    if any(one.secret for one in found):
        _try_held_letters(sys.stderr if args.json else sys.stdout)
    return 0


def _try_held_letters(out: TextIO) -> None:
    """A letter that could not be decrypted may open with a key that is new here."""
    from meldpunt.works import followers, opener, rereading

    opened, closed = rereading.try_again(opener.house_here(), by=operator(), now=clock.now())
    followers.catch_up()
    if opened:
        words = "held letter opens" if len(opened) == 1 else "held letters open"
        print(f"{len(opened)} {words} now: {', '.join(opened)}.", file=out)
    if closed:
        print(f"{closed} held letter{'s' if closed > 1 else ''} still cannot be decrypted.", file=out)


def run_export(args: argparse.Namespace) -> int:
    open_house()
    from meldpunt.vault import openpgp, queries

    key = queries.own_key()
    armoured = openpgp.armor(key.public)
    show(args, {"fingerprint": key.fingerprint, "key": armoured}, armoured.rstrip("\n"))
    return 0


def run_verify(args: argparse.Namespace) -> int:
    """Exit code 1 when anything is not as it was written."""
    if bool(args.case) != bool(args.head):
        print("meldpunt ledger verify: --case and --head go together.")
        return 2
    open_house()
    from meldpunt.ledger import proof

    verdict = proof.verify()
    stands = proof.stands(args.case, args.head) if args.case else None
    whole = verdict.whole and stands is not False
    data = {"whole": whole, **asdict(verdict), **({} if stands is None else {"head_stands": stands})}
    lines = list(verdict.faults)
    if verdict.whole:
        lines.append(f"The ledger is whole: {verdict.entries} entries in {verdict.streams} streams.")
    if stands is not None:
        lines.append(f"That fingerprint {'stands' if stands else 'does not stand'} in the log of {args.case}.")
    show(args, data, "\n".join(lines))
    return 0 if whole else 1
