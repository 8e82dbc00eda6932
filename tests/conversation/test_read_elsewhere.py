"""Our letters, as two OpenPGP programs read them that have nothing of ours inside: GnuPG and RNP."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage

import pytest
from tests.build import HEAD, organisation_key
from tests.cast import CONTACT, HANNA, HOUR, MONDAY_NINE
from tests.vault.gnupg import a_person
from tests.vault.rnp import a_reader

from meldpunt.cases.rules import Reporter
from meldpunt.conversation import commands
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.posting import unqueue
from meldpunt.vault import keyring, openpgp

pytestmark = [pytest.mark.django_db, pytest.mark.real]
ADDRESS = "rui@example.org"
LATER = MONDAY_NINE + HOUR
# what relays, mailboxes and editors like to change
LETTER = (
    "Beste Zoë,\n\nFrom here on we know.\n>From here too.\n.\n..\n.dot\n- dash\ntrailing  \n\ttab\t\n"
    + "-- \nGemeente: café €\n"
    + "long " * 400
    + "\n"
    + "x" * 1200
    + "\nlast line without an end"
)


@dataclass
class Programs:
    """The same person with two programs."""

    gpg: object
    rnp: object
    public: bytes


@pytest.fixture(params=["ed25519", "rsa"], scope="module")
def both(request):
    ours = openpgp.public_copy(organisation_key(), expires=None)
    with a_person(ADDRESS, key=request.param) as gpg:
        gpg.knows(ours)
        with a_reader(gpg.secret, ours) as rnp:
            yield Programs(gpg, rnp, gpg.public)


def parsed(raw) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def a_letter(house, public, text=LETTER):
    """What goes out to a reporter with this key, or with none."""
    fingerprint = openpgp.read_keys(public)[0].fingerprint if public else ""
    reporter = Reporter("Zoë Rui", ADDRESS, public, fingerprint)
    ref = house.a_case(reporter=reporter, protection="confidential")
    commands.write(ref, text, "reply", HEAD, keys=house.keys, by=HANNA, now=LATER)
    row = OutboxLetter.objects.order_by("-created_at").first()
    return ref, unqueue(row, keyring.outbox(house.folder, "post")).raw


def signer():
    return [openpgp.read_keys(organisation_key())[0].fingerprint]


def sealed_part(raw):
    return parsed(raw).get_payload(1).get_payload(decode=True)


def test_both_decrypt_it_and_know_who_signed_it(house, both):
    ref, raw = a_letter(house, both.public)
    plain, signers = both.gpg.reads(sealed_part(raw))
    assert signers == signer()
    assert both.rnp.reads(sealed_part(raw)) == (plain, signer())
    inner = parsed(plain)
    text, key = inner.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == LETTER + "\n"
    assert key.get_content_type() == "application/pgp-keys"
    assert openpgp.read_keys(key.get_content())[0].fingerprint == signer()[0]
    assert inner["Subject"] == f"About your report [{ref}]"


def test_what_stands_outside_says_nothing_and_inside_stands_all(house, both):
    ref, raw = a_letter(house, both.public)
    outer, inner = parsed(raw), parsed(both.rnp.reads(sealed_part(raw))[0])
    assert outer["Subject"] == "[...]" and ref.encode() not in raw
    assert outer["To"] == ADDRESS and "Zo" in str(inner["To"])
    assert (inner.get_param("hp"), inner.get_param("protected-headers")) == ("cipher", "v1")
    assert inner.get_param("hp-legacy-display") is None  # nobody is shown the subject twice
    told = {line.partition(":")[0]: line.partition(":")[2].strip() for line in map(str, inner.get_all("HP-Outer"))}
    assert told["Subject"] == "[...]" and told["To"] == ADDRESS
    for name in ("From", "Date", "Message-ID", "In-Reply-To", "References", "X-Meldpunt-Letter"):
        assert inner[name] == outer[name], name
        assert " ".join(told[name].split()) == " ".join(str(outer[name]).split()), name
    assert outer["In-Reply-To"] == outer["References"]
    assert str(outer["Message-ID"]).endswith(f"@{CONTACT.rpartition('@')[2]}>")
    assert outer["Autocrypt"].startswith(f"addr={CONTACT};")
    assert outer["Auto-Submitted"] is None  # a person wrote it


@pytest.mark.parametrize("mangled", [False, True])
def test_without_a_key_both_know_who_signed_it_by_its_exact_bytes(house, both, mangled):
    _, raw = a_letter(house, b"")
    mark = b"--" + parsed(raw).get_boundary().encode()
    exact = raw.split(mark + b"\r\n")[1].removesuffix(b"\r\n")
    signature = list(parsed(raw).iter_parts())[1].get_content()
    assert parsed(exact).get_param("hp") == "clear"
    assert max(map(len, exact.split(b"\r\n"))) <= 78 and exact.isascii()
    assert not any(line.startswith((b"From ", b".")) or line.endswith((b" ", b"\t")) for line in exact.split(b"\r\n"))
    data = exact.replace(b"Hello", b"Hallo") if mangled else exact
    assert both.gpg.verifies(data, signature) == both.rnp.verifies(data, signature) == ([] if mangled else signer())


def test_a_key_that_rnp_made_is_written_to(house):
    with a_reader(openpgp.public_copy(organisation_key(), expires=None)) as rnp:
        _, raw = a_letter(house, rnp.makes(ADDRESS))
        plain, signers = rnp.reads(sealed_part(raw))
        assert signers == signer() and parsed(plain)["Subject"].startswith("About your report")
