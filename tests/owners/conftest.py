"""A case with a reporter who leaves marks everywhere, and an owner who is invited to it."""

import re
from dataclasses import dataclass, replace
from email import message_from_bytes
from email.policy import default

import pytest
from tests.build import HEAD, House, reporters_key
from tests.cast import HANNA, HOUR, MONDAY_NINE

from meldpunt.cases import commands as cases
from meldpunt.cases.rules import Content, FileRef, Reporter
from meldpunt.conversation import commands as conversation
from meldpunt.conversation import posting
from meldpunt.conversation.models import OutboxLetter
from meldpunt.ground.values import OWNER, CaseRef
from meldpunt.owners import commands, passes
from meldpunt.owners.outgoing import Going
from meldpunt.owners.passes import Looking
from meldpunt.owners.rules import Invited
from meldpunt.privacy.rules import Kind
from meldpunt.triage.commands import assess
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.vault import files, keyring, openpgp
from meldpunt.works.followers import catch_up

ADDRESS = "ontwikkelaar@leverancier.example"
ACME = Invited(Kind.SUPPLIER, "Acme Software", ADDRESS, "en")
FINGERPRINT = openpgp.read_keys(openpgp.public_copy(reporters_key(), expires=None))[0].fingerprint
# Marks that may be on no page, in no name, mail or file of an owner
MARKS = (
    "Nachtuil",
    "nachtuil@",
    FINGERPRINT,
    FINGERPRINT[-16:],
    "zebrapad",  # in the report's signature
    "koolmees",  # in a letter of the reporter
    "waterval",  # in our letter to them
    "maanlicht",  # in an internal note
)
REPORT = """The lock of the tax page opens for anyone who adds ?open=1.

Regards,
Nachtuil
-- 
Nachtuil Zebrapad zebrapad@elders.example
"""
WEAK = Assessment(Verdict.CONFIRMED, severity=Severity.HIGH, expected_on=MONDAY_NINE.date().replace(day=27))
LATER = MONDAY_NINE + HOUR


@dataclass
class Owner:
    """One who was invited: what the desk calls them, and their link."""

    house: House
    ref: CaseRef
    id: str
    link: object

    def look(self, now=LATER) -> Looking:
        """In by link and code."""
        opened = passes.knock(self.link, "", HEAD, public=self.house.keys.public, by=OWNER, now=now)
        shown = passes.show_code(opened.door, code_in(self.house, now), by=OWNER, now=now)
        return passes.looking(shown.visit, now)


def a_file(house, name="proof.txt", content=b"GET /tax?open=1\n"):
    return FileRef(name, "text/plain", files.store(house.folder, content).plain())


@pytest.fixture
def ref(house):
    """A case, assessed, with letters both ways and a note."""
    reporter = Reporter(
        "Nachtuil", "nachtuil@example.org", openpgp.public_copy(reporters_key(), expires=None), FINGERPRINT
    )
    content = Content(REPORT, (a_file(house), a_file(house, "Nachtuil.txt", b"mine")))
    ref = house.a_case(REPORT, reporter=reporter, title="The lock of the tax page")
    arrival = house.arrival("It is still there: koolmees.", reporter=reporter)
    conversation.take_in(arrival, ref, house.receipt(), HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE)
    with_files = replace(house.arrival("Here are files.", reporter=reporter), content=content)
    conversation.take_in(with_files, ref, house.receipt(), HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE)
    assess(ref, WEAK, "It is real: waterval.", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE)
    cases.note(ref, "Ask the provider first: maanlicht.", keys=house.keys, by=HANNA, now=MONDAY_NINE)
    catch_up()
    return ref


def invite(house, ref, who=ACME, text="Adding ?open=1 opens the lock of the tax page.", chosen=(), now=MONDAY_NINE):
    link = house.receipt()
    owner = commands.invite(
        ref, who, Going(text, tuple(chosen)), link, HEAD, folder=house.folder, keys=house.keys, by=HANNA, now=now
    )
    return Owner(house, ref, owner, link)


@pytest.fixture
def owner(house, ref):
    return invite(house, ref)


def mails_to(house, address=ADDRESS):
    """What lies in the outbox for that address, the newest last."""
    key = keyring.outbox(house.folder, "operator")
    rows = OutboxLetter.objects.filter(state="waiting").exclude(sealed=b"").order_by("created_at")
    sent = [posting.unqueue(row, key) for row in rows]
    return [message_from_bytes(mail.raw, policy=default) for mail in sent if mail.recipient == address]


def words_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def code_in(house, now=None) -> str:
    """The code of the newest mail that has one."""
    found = [re.search(r"^(\d{4} \d{4})\s*$", words_of(mail), re.MULTILINE) for mail in mails_to(house)]
    return [one[1] for one in found if one][-1]
