"""What a handler sees of the reporter's key: where it came from, and that it can no longer be used."""

from tests.build import reporters_key
from tests.cast import MONDAY_NINE, OPENER
from tests.vault.expired import expired_key

from meldpunt.cases import commands as cases
from meldpunt.cases.rules import KeySource, Reporter
from meldpunt.vault import openpgp

WRITER = Reporter("Nachtuil", "nachtuil@example.org")


def pin(desk, ref, key, source=KeySource.KNOWN):
    [one] = openpgp.read_keys(key)
    who = Reporter("Nachtuil", "nachtuil@example.org", key, one.fingerprint, MONDAY_NINE.isoformat(), source)
    cases.pin_key(ref, who, keys=desk.house.keys, by=OPENER, now=MONDAY_NINE)


def page(desk, ref):
    return " ".join(desk.text(f"/cases/{ref}/").split())


def test_where_it_came_from(desk):
    ref = desk.house.a_case(reporter=WRITER)
    assert "no key is known" in page(desk, ref)
    pin(desk, ref, openpgp.public_copy(reporters_key(), expires=None), KeySource.DIRECTORY)
    found = page(desk, ref)
    assert "found at their mail domain, Monday 2 March 2026" in found and "by mail, encrypted" in found
    assert "OpenPGP key of the reporter found" in found and "Looked up at their mail domain." in found


def test_a_key_that_has_expired_is_said(desk):
    """It says how a letter really goes: before, the page promised encryption."""
    ref = desk.house.a_case(reporter=WRITER)
    pin(desk, ref, expired_key("nachtuil@example.org"))
    found = page(desk, ref)
    assert "known since Monday 2 March 2026" in found
    assert "their key has expired" in found and "by mail, encrypted" not in found


def test_another_key_is_shown(desk):
    ref = desk.house.a_case(reporter=WRITER)
    pin(desk, ref, openpgp.public_copy(reporters_key(), expires=None))
    cases.other_key_found(ref, by=OPENER, now=MONDAY_NINE)
    assert "mail domain has another OpenPGP key for them" in page(desk, ref)
