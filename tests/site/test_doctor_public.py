"""What the doctor says about that which the world sees: the address, ``security.txt``, the key."""

from datetime import UTC, datetime, timedelta

from tests.cast import BASE, CONTACT, OPENER, OPERATOR
from tests.vault.gnupg import a_person

from meldpunt.policy import commands as policy_commands
from meldpunt.policy import queries as policy
from meldpunt.site import doctor
from meldpunt.site.config import Config
from meldpunt.vault import commands, published
from meldpunt.vault.models import SignedText

NOW = datetime.now(UTC)  # noqa: TID251  # the doctor goes by the machine's clock


def said(look, house, url=BASE):
    return [(one.state, one.found) for one in look(Config(data=house.folder, public_url=url))]


def test_security_txt(house):
    assert said(doctor._security_txt, house) == [("warn", "is not there yet")]
    published.sign_security_txt(BASE, keys=house.keys, by=OPENER, now=NOW)
    [(state, found)] = said(doctor._security_txt, house)
    assert state == "ok" and found.startswith("signed, until ")
    policy_commands.publish(policy.text_of(1).replace(CONTACT, "x" + CONTACT), by=OPERATOR, now=NOW)
    assert said(doctor._security_txt, house)[0][1].startswith("out of date")
    SignedText.objects.update(expires_at=NOW - timedelta(days=1))
    assert said(doctor._security_txt, house) == [("fail", f"expired on {NOW - timedelta(days=1):%Y-%m-%d}")]


def test_the_key(house):
    assert said(doctor._published_key, house) == [("ok", "does not expire")]
    commands.make_organisation_key("Gemeente", CONTACT, keys=house.keys, by=OPERATOR, now=NOW)
    assert said(doctor._published_key, house) == [("ok", f"valid until {NOW + timedelta(days=400):%Y-%m-%d}")]
    with a_person("elders@example.org") as owner:
        owner.gpg("--quick-set-expire", owner.fingerprint, "20d")
        commands.import_keys(owner.secret, "", True, keys=house.keys, by=OPERATOR, now=NOW)
    soon, nameless = said(doctor._published_key, house)
    assert soon[0] == "warn" and soon[1].startswith("expires on ")
    assert nameless == ("warn", f"does not name {CONTACT}")


def test_the_address(house):
    assert said(doctor._address, house) == [("ok", BASE)]
    assert said(doctor._address, house, "") == [("warn", "http://127.0.0.1:8080 is not https")]
