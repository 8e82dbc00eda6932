"""Copies of a key that is known already: a newer one renews it, an older or a foreign one changes nothing."""

from datetime import UTC, datetime

import pytest
from tests.build import HEAD, reporters_key
from tests.cast import HANNA, HOUR, MONDAY_NINE, OPENER
from tests.vault.expired import expired_key

from meldpunt.cases import queries as cases
from meldpunt.cases.rules import Reporter
from meldpunt.conversation import commands as conversation
from meldpunt.conversation import keys as key_rules
from meldpunt.ledger import log
from meldpunt.vault import openpgp
from meldpunt.vault import queries as vault

ADDRESS = "nachtuil@example.org"
LATER = datetime(2099, 1, 1, tzinfo=UTC)


def shown(key: bytes) -> Reporter:
    [one] = openpgp.read_keys(key)
    return Reporter("Nachtuil", ADDRESS, one.data, one.fingerprint, MONDAY_NINE.isoformat())


@pytest.fixture
def first():
    return openpgp.public_copy(reporters_key(), expires=None)


@pytest.fixture
def newer():
    return openpgp.public_copy(reporters_key(), expires=LATER)


@pytest.fixture
def ref(house, first):
    return house.a_case(reporter=shown(first))


def comes(house, ref, key, number):
    arrival = house.arrival(f"Letter {number}", reporter=shown(key), now=MONDAY_NINE + number * HOUR)
    conversation.take_in(
        arrival, ref, house.receipt(), HEAD, keys=house.keys, by=OPENER, now=MONDAY_NINE + number * HOUR
    )


def expires(house, ref):
    [key] = openpgp.read_keys(cases.reporter_of(HANNA, ref, house.keys).key)
    return key.expires


def kinds(ref):
    return [entry.kind for entry in log.read(ref)]


def test_a_newer_copy_renews_the_stored_one_everywhere(house, ref, newer):
    assert expires(house, ref) is None
    comes(house, ref, newer, 1)
    assert expires(house, ref) == LATER
    assert kinds(ref).count("reporter.key-renewed") == 1
    [known] = vault.known_keys([ADDRESS], house.keys)
    assert openpgp.read_keys(known)[0].expires == LATER


def test_an_older_copy_does_not_roll_it_back(house, ref, first, newer):
    comes(house, ref, newer, 1)
    comes(house, ref, first, 2)
    comes(house, ref, newer, 3)
    assert expires(house, ref) == LATER
    assert kinds(ref).count("reporter.key-renewed") == 1


def test_since_when_it_is_known_stays(house, ref, newer):
    since = cases.reporter_of(HANNA, ref, house.keys).key_since
    comes(house, ref, newer, 1)
    assert cases.reporter_of(HANNA, ref, house.keys).key_since == since


def test_different_keys_are_not_put_together(first):
    other = openpgp.public_copy(openpgp.make_key("Nachtuil", ADDRESS), expires=None)
    assert key_rules.renewed(shown(first), other) is None
    assert key_rules.renewed(shown(first), b"no key") is None


def test_trouble_has_a_word(first):
    assert key_rules.trouble_of(Reporter()) == key_rules.trouble_of(shown(first)) == ""
    assert key_rules.trouble_of(shown(expired_key(ADDRESS))) == "expired"
    assert key_rules.trouble_of(Reporter(key=b"junk", fingerprint="X")) == "unreadable"
