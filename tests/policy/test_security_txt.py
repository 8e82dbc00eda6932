"""``security.txt`` as it is drawn from the policy, judged by the checker that governments use."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sectxt import Parser
from tests.cast import BASE, CONTACT

from meldpunt.policy import security_txt
from meldpunt.policy.document import default_text, read
from meldpunt.policy.rules import Term
from meldpunt.policy.values import Channel, ChannelKind, SecurityTxt, Wording

FINGERPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
NOW = datetime.now(UTC)  # noqa: TID251  # the checker goes by the machine's clock
POLICY = read(default_text(name="Gemeente Voorbeeldstad", contact=CONTACT))


def drawn(policy=POLICY, base=BASE, fingerprint=FINGERPRINT, thanks="", now=NOW):
    fields = security_txt.fields(policy, base, fingerprint, thanks)
    return security_txt.text(fields, security_txt.expires(policy, now))


def values(name, text):
    return [value for line in text.splitlines() for key, _, value in [line.partition(": ")] if key == name]


def codes(text):
    """Everything that sectxt has to say about it."""
    judged = Parser(text.encode(), urls=BASE + security_txt.PATH)
    return [said["code"] for said in judged.errors + judged.recommendations + judged.notifications]


def test_it_says_what_the_policy_says():
    policy = replace(
        POLICY,
        report_languages=("nl", "en", "de"),
        security_txt=SecurityTxt(
            ("https://www.example.nl/.well-known/security.txt",), hiring="https://example.nl/work"
        ),
    )
    text = drawn(policy, thanks="/thanks/")
    assert values("Contact", text) == [f"{BASE}/report/", f"mailto:{CONTACT}"]
    assert values("Encryption", text) == [f"{BASE}/key.asc", f"openpgp4fpr:{FINGERPRINT}"]
    assert values("Preferred-Languages", text) == ["nl, en, de"]
    assert values("Canonical", text) == [f"{BASE}/.well-known/security.txt", *policy.security_txt.canonical]
    assert values("Policy", text) == [f"{BASE}/"]
    assert values("Hiring", text) == ["https://example.nl/work"]
    assert values("Acknowledgments", text) == [f"{BASE}/thanks/"]
    assert codes(text) == ["not_signed"]


def test_the_preferred_way_to_report_comes_first():
    elsewhere = Channel(ChannelKind.ELSEWHERE, Wording((("en", "The platform"),)), "https://platform.example/us")
    channels = (elsewhere, Channel(ChannelKind.MAIL), Channel(ChannelKind.FORM))
    found = values("Contact", drawn(replace(POLICY, channels=channels)))
    assert found == ["https://platform.example/us", f"mailto:{CONTACT}", f"{BASE}/report/"]


def test_it_can_be_checked_line_by_line():
    """The checker is one that finds what is wrong."""
    text = drawn()
    assert "no_uri" in codes(text.replace("mailto:", ""))
    assert "no_line_separators" in codes(text.rstrip("\n"))
    assert codes(text) == codes(text.replace("\n", "\r\n")) == ["not_signed"]


@pytest.mark.parametrize("base", ["http://127.0.0.1:8080", "HTTP://meld.example"])
def test_without_https_no_web_address_is_named_and_the_rest_stands(base):
    settings = SecurityTxt(hiring="http://example.nl/work")
    text = drawn(replace(POLICY, security_txt=settings), base=base)
    assert "http" not in text.lower()
    assert values("Contact", text) == [f"mailto:{CONTACT}"]
    assert codes(text) == ["not_signed"]


def test_somebody_can_always_be_reached():
    """A policy that takes reports by the form only, on a portal without https."""
    only_form = replace(POLICY, channels=(Channel(ChannelKind.FORM),))
    assert values("Contact", drawn(only_form, base="http://127.0.0.1:8080")) == [f"mailto:{CONTACT}"]
    assert values("Contact", drawn(only_form)) == [f"{BASE}/report/"]


def test_no_value_makes_a_line_of_its_own():
    settings = SecurityTxt(hiring="https://example.nl/\nContact: mailto:evil@example.org")
    assert "evil" not in drawn(replace(POLICY, security_txt=settings))


def test_an_odd_address_is_a_proper_uri():
    odd = replace(POLICY, organisation=replace(POLICY.organisation, contact="cvd#1?a&b%c@example.nl"))
    text = drawn(odd)
    assert values("Contact", text)[1] == "mailto:cvd%231%3Fa%26b%25c@example.nl"
    assert codes(text) == ["not_signed"]


@pytest.mark.parametrize(
    ("term", "longest"), [("180 days", 181), ("36 hours", 2), ("5 months", 155), ("14 months", 364)]
)
def test_it_ends_when_the_policy_says_and_within_a_year(term, longest):
    policy = replace(POLICY, security_txt=SecurityTxt(expires_in=Term.read(term)))
    until = security_txt.expires(policy, NOW)
    assert NOW < until <= NOW + timedelta(days=longest)
    assert values("Expires", drawn(policy)) == [f"{until:%Y-%m-%dT%H:%M:%SZ}"]
    assert codes(drawn(policy)) == ["not_signed"]


def test_one_that_has_run_out_is_found_out():
    assert "expired" in codes(drawn(now=NOW - timedelta(days=200)))
