"""Reporters' keys that are looked up in key directories: who needs one, and what to do with what was found.

Commands as in ``commands.py``, for the one engine that holds the vault's key.  A reporter is looked
after while one of their cases is alive; see ``vault.keysearch`` for the to-do itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from meldpunt.cases import commands as cases
from meldpunt.cases import queries as case_queries
from meldpunt.cases.rules import KeySource, Reporter
from meldpunt.cases.senders import alive_cases
from meldpunt.conversation import keys as key_rules
from meldpunt.conversation.commands import hand_receipt
from meldpunt.conversation.posting import may_answer
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.vault import keysearch, openpgp
from meldpunt.vault import queries as vault
from meldpunt.vault.commands import learn_key
from meldpunt.vault.errors import CannotOpen
from meldpunt.vault.keyring import PublicKeys, VaultKeys
from meldpunt.vault.keysearch import Answer, Outcome
from meldpunt.vault.openpgp import Key
from meldpunt.vault.rules import Receipt

ALIVE = timedelta(days=90)  # after the last word in a case its reporter's key is looked up no more


@transaction.atomic
def look_after(token: str, finder: PublicKeys, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Decide whether the key of this sender is wanted now.

    Wanted: when a living case has no key that can be encrypted to, and when the key was found in a
    directory before.  A good key that came with a letter is left alone until it expires.
    """
    reporters = [case_queries.reporter_of(by, ref, keys) for ref in alive_cases(token, now - ALIVE)]
    if not reporters:
        keysearch.forget(token, by=by, now=now)
    elif keysearch.sought(token).found or any(not key_rules.usable(one).key for one in reporters):
        keysearch.ask(token, reporters[0].address, keys=finder, by=by, now=now)
    elif ends := [key.expires for one in reporters for key in openpgp.read_keys(one.key) if key.expires]:
        keysearch.rest(token, min(ends), by=by, now=now)
    else:
        keysearch.forget(token, by=by, now=now)


@transaction.atomic
def take_up(
    token: str,
    letterhead: Letterhead,
    new_receipt: Callable[[], Receipt],
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> None:
    """Do with an answer what is to be done, in all living cases of that sender.

    A case without a key gets it.  Where it is the key that is known already, its stored copy is
    renewed.  Another key than the known one is told to the handler and the reporter, once, and not used.
    """
    said, refs = _said(token, keys), alive_cases(token, now - ALIVE)
    found = _key_in(said, refs, keys, by)
    if found is None:
        outcome = Outcome.TROUBLE if said.outcome is Outcome.TROUBLE else Outcome.NONE
        keysearch.settle(token, outcome, "", by=by, now=now)
        return
    address, key = found
    mark = vault.fingerprint_token(key.fingerprint, keys)
    may_take = key.can_encrypt and not _other_known(address, key, keys)
    before = keysearch.sought(token)
    tell = before.told != mark
    taken = [_take(ref, key, may_take, tell, letterhead, new_receipt, keys, by, now) for ref in refs]
    if any(taken):
        learn_key(key.data, key.fingerprint, address, keys=keys, by=by, now=now)
    good = key.can_encrypt and (any(taken) or before.found)
    keysearch.settle(token, Outcome.FOUND if good else Outcome.NONE, mark, by=by, now=now)
    if good and key.expires and key.expires < now + keysearch.REFRESH:
        keysearch.rest(token, key.expires, by=by, now=now)


def _said(token: str, keys: VaultKeys) -> Answer:
    try:
        return keysearch.answer_of(token, keys)
    except CannotOpen:  # somebody wrote into our tables
        return Answer(Outcome.TROUBLE)


def _key_in(said: Answer, refs: Sequence[CaseRef], keys: VaultKeys, by: Actor) -> tuple[str, Key] | None:
    """The address and its key, when there is one and somebody who waits for it."""
    if said.outcome is not Outcome.FOUND or not refs:
        return None
    address = case_queries.reporter_of(by, refs[0], keys).address
    key = key_rules.key_for(address, said.data)
    return (address, key) if key else None


def _other_known(address: str, key: Key, keys: VaultKeys) -> bool:
    """Whether we know another good key of theirs, from a letter or from the operator."""
    known = (one for data in vault.known_keys([address], keys) for one in openpgp.read_keys(data))
    return any(one.can_encrypt and one.fingerprint != key.fingerprint for one in known)


def _take(
    ref: CaseRef,
    key: Key,
    may_take: bool,
    tell: bool,
    letterhead: Letterhead,
    new_receipt: Callable[[], Receipt],
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> bool:
    """What the key means for one case; whether it is the case's own from now on."""
    known = case_queries.reporter_of(by, ref, keys)
    if known.key and known.fingerprint == key.fingerprint:
        if renewed := key_rules.renewed(known, key.data):
            cases.pin_key(ref, renewed, keys=keys, by=by, now=now)
        return True
    if known.key:
        if tell:
            cases.other_key_found(ref, by=by, now=now)
        return False
    if may_take:
        reporter = replace(
            known,
            key=key.data,
            fingerprint=key.fingerprint,
            key_since=now.isoformat(),
            key_from=KeySource.DIRECTORY,
        )
        cases.pin_key(ref, reporter, keys=keys, by=by, now=now)
        _hand_receipt(ref, reporter, letterhead, new_receipt, keys, by, now)
    return may_take


def _hand_receipt(
    ref: CaseRef,
    reporter: Reporter,
    letterhead: Letterhead,
    new_receipt: Callable[[], Receipt],
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> None:
    """Who could be given no receipt yet gets it now, inside an encrypted letter."""
    has_one = any(entry.kind == "receipt.issued" for entry in log.read(ref))
    if has_one or not may_answer(reporter.address, keys, now):
        return
    answers = case_queries.last_message_id(by, ref, keys)
    hand_receipt(ref, reporter, new_receipt(), letterhead, answers, keys=keys, by=by, now=now)
