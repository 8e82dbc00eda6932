"""``security.txt`` lies ready signed, and the published key gets a new expiry in time."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.cast import BASE, CONTACT, DAY, MONDAY_NINE, OPENER, OPERATOR
from tests.vault.gnupg import a_person

from meldpunt.ledger import log
from meldpunt.policy import commands as policy_commands
from meldpunt.policy import queries as policy
from meldpunt.vault import commands, openpgp, published, queries
from meldpunt.vault.models import OrganisationKey

NOW = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  # signatures go by the machine's clock
HALF = timedelta(days=90)


def sign(house, now=NOW, base=BASE):
    return published.sign_security_txt(base, keys=house.keys, by=OPENER, now=now)


def renew(house, now=NOW):
    return published.renew_key(keys=house.keys, by=OPENER, now=now)


def told(kind):
    return [entry.facts for entry in log.read(log.HOUSE) if entry.kind == kind]


def test_it_lies_ready_signed_by_the_key_in_use(house):
    assert published.signed_security_txt() is None
    assert sign(house)
    ready = published.signed_security_txt()
    content, signers = openpgp.verify_clear(ready.content, [queries.own_key().public])
    assert signers == (queries.own_key().fingerprint,) == (ready.signer,)
    assert f"Contact: mailto:{CONTACT}\n".encode() in content
    assert ready.content.endswith(b"-----END PGP SIGNATURE-----\n") and b"\r" not in ready.content
    assert [fact["signer"] for fact in told("security-txt.signed")] == [ready.signer]


def test_gpg_believes_it(house):
    sign(house)
    with a_person("rui@example.org") as rui:
        rui.knows(queries.own_key().public)
        status = rui.home / "status"
        rui.run("--status-file", str(status), "--verify", given=published.signed_security_txt().content)
        assert f"VALIDSIG {queries.own_key().fingerprint}" in status.read_text(errors="replace")


def test_nothing_is_done_while_nothing_has_changed(house):
    assert sign(house)
    assert not sign(house, NOW + DAY)
    assert not published.is_due(BASE, NOW + HALF - DAY)
    assert len(told("security-txt.signed")) == 1


def test_it_is_renewed_when_half_of_its_time_has_passed(house):
    sign(house)
    before = published.signed_security_txt()
    assert published.is_due(BASE, NOW + HALF + DAY)
    assert sign(house, NOW + HALF + DAY)
    assert published.signed_security_txt().expires_at == before.expires_at + HALF + DAY


def test_one_from_a_clock_that_went_wrong_is_replaced(house):
    sign(house, NOW + timedelta(days=900))
    assert sign(house)
    assert published.signed_security_txt().expires_at < NOW + timedelta(days=182)


def test_another_address_policy_or_key_is_another_file(house):
    sign(house)
    assert sign(house, base="https://elders.example")
    text = policy.text_of(1).replace(CONTACT, "nieuw@voorbeeldstad.example")
    policy_commands.publish(text, by=OPERATOR, now=NOW)
    assert sign(house, base="https://elders.example")
    assert b"mailto:nieuw@voorbeeldstad.example" in published.signed_security_txt().content
    commands.import_keys(openpgp.make_key("Twee", CONTACT), "", True, keys=house.keys, by=OPERATOR, now=NOW)
    assert sign(house, base="https://elders.example")
    assert published.signed_security_txt().signer == queries.own_key().fingerprint


def test_what_changes_nothing_in_it_is_no_reason(house):
    sign(house)
    text = policy.text_of(1).replace('"3 working days"', '"5 working days"')
    policy_commands.publish(text, by=OPERATOR, now=NOW)
    assert not sign(house)


def test_without_a_key_it_is_unsigned_and_names_none(house):
    OrganisationKey.objects.all().delete()
    assert sign(house) and not renew(house)
    ready = published.signed_security_txt()
    assert ready.signer == "" and ready.content.startswith(b"Contact: ") and b"Encryption" not in ready.content


@pytest.fixture
def own_key(house):
    """A key that this house has made, and not imported."""
    commands.make_organisation_key("Gemeente", CONTACT, keys=house.keys, by=OPERATOR, now=NOW)
    return queries.own_key()


def test_the_published_key_is_renewed_long_before_it_expires(house, own_key):
    ends = published.ends_at(own_key)
    assert ends == NOW + timedelta(days=400)
    assert not renew(house, NOW + timedelta(days=199))
    at = NOW + timedelta(days=201)
    assert renew(house, at) and not renew(house, at)
    renewed = queries.own_key()
    assert published.ends_at(renewed) == at + timedelta(days=400)
    assert renewed.fingerprint == own_key.fingerprint
    assert told("key.renewed") == [
        {"fingerprint": own_key.fingerprint, "expires_at": (at + timedelta(days=400)).isoformat()}
    ]
    opened = openpgp.decrypt(openpgp.encrypt(b"still ours", [renewed.public]), queries.own_secrets(house.keys))
    assert opened.plain == b"still ours"


def test_an_imported_key_keeps_what_its_owner_decided(house):
    assert published.ends_at(queries.own_key()) is None and not renew(house, NOW + timedelta(days=4000))
    with a_person("cvd2@voorbeeldstad.example") as owner:
        owner.gpg("--quick-set-expire", owner.fingerprint, "30d")
        commands.import_keys(owner.secret, "", True, keys=house.keys, by=OPERATOR, now=NOW)
    ends = published.ends_at(queries.own_key())
    assert NOW + timedelta(days=29) < ends < NOW + timedelta(days=31)
    assert not renew(house)
    assert published.ends_at(queries.own_key()) == ends


def test_whose_key_it_is(house):
    key = queries.own_key()
    assert published.names(key, CONTACT.upper()) and not published.names(key, "x" + CONTACT)


def test_times_are_whole_and_in_utc(house):
    sign(house, MONDAY_NINE)
    ready = published.signed_security_txt()
    assert ready.signed_at == MONDAY_NINE and ready.expires_at.microsecond == 0
