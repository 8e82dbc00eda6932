"""Nothing about the reporter leaves but through the gate."""

import json
from dataclasses import replace

import pytest
from django.db import connection
from tests.build import HEAD, reporters_key
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER, OPERATOR

from meldpunt.cases.errors import NoSuchCase, NotYours
from meldpunt.cases.rules import Content, FileRef, Reporter
from meldpunt.cases.visits import open_visit, visiting
from meldpunt.conversation import commands as conversation
from meldpunt.conversation import outgoing, posting
from meldpunt.conversation.errors import NotWaiting
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.queries import due_letters
from meldpunt.conversation.rules import Mail
from meldpunt.ground.values import REPORTER
from meldpunt.ledger import log
from meldpunt.policy import commands as policy
from meldpunt.policy import queries as policy_queries
from meldpunt.privacy import commands, drafts, queries
from meldpunt.privacy.commands import share
from meldpunt.privacy.errors import AlreadyGiven, BadConsent, NoGround, NothingToShare, NotInForce, StillNamed
from meldpunt.privacy.models import Share
from meldpunt.privacy.rules import Ground, Kind, Leaving, Recipient, Scope, State, Use, What
from meldpunt.vault import keyring

OWNER = Recipient(Kind.OWNER, "Team Belastingen")
CANARIES = ("Zebra Vinkenoog", "zebrapad@example.org", "203.0.113.77")
TECHNICAL = Leaving(What.TECHNICAL, OWNER, Use.SOLVE, Ground.NOT_PERSONAL)
IDENTITY = Leaving(What.IDENTITY, OWNER, Use.SOLVE, Ground.CONSENT, Scope.CONTACT)


def visit_to(house, ref):
    secret = open_visit(house.receipts[-1], by=REPORTER, now=MONDAY_NINE)
    return visiting(secret, MONDAY_NINE)


@pytest.fixture
def ref(house):
    return house.a_case(reporter=Reporter(*CANARIES[:2]))


@pytest.fixture
def visit(house, ref):
    return visit_to(house, ref)


def give(visit, recipient=OWNER, scope=Scope.CONTACT, use=Use.SOLVE, until=None, now=MONDAY_NINE):
    return commands.give(visit, recipient, scope, use, until, by=REPORTER, now=now)


def leave(house, ref, leaving=IDENTITY, now=MONDAY_NINE, **more):
    return share(ref, leaving, keys=house.keys, by=HANNA, now=now, **more)


def kinds(ref):
    return [entry.kind for entry in log.read(ref)]


def test_with_a_consent_who_reported_leaves_and_stands_in_the_register(house, ref, visit):
    give(visit, until=MONDAY_NINE + 10 * DAY)
    package = leave(house, ref, note="asked by phone")
    assert (package.name, package.address, package.text) == (*CANARIES[:2], "")
    [line] = queries.register_for(visit)
    assert (line.what, line.recipient, line.ground, line.until) == (
        What.IDENTITY,
        OWNER,
        Ground.CONSENT,
        MONDAY_NINE + 10 * DAY,
    )
    assert line.by == "" and not line.desk
    [line] = queries.register_of(HANNA, ref, house.keys)
    assert line.by == "handler:hanna" and line.desk["note"] == "asked by phone"
    [told] = [entry for entry in log.read(ref) if entry.kind == "data.shared"]
    assert told.facts == {"what": "identity", "recipient_kind": "owner", "ground": "consent"}


def test_only_the_name_leaves_when_only_the_name_was_asked(house, ref, visit):
    give(visit)
    package = leave(house, ref, replace(IDENTITY, scope=Scope.NAME))
    assert (package.name, package.address) == (CANARIES[0], "")


def test_without_a_consent_nothing_leaves_and_nothing_changes(house, ref, visit):
    before = log.head(ref)
    with pytest.raises(NoGround):
        leave(house, ref)
    assert log.head(ref) == before and not Share.objects.exists()


def test_a_consent_given_twice_is_refused_and_nothing_changes(visit, ref):
    give(visit)
    before = log.head(ref)
    for again in ({}, {"scope": Scope.NAME}, {"until": MONDAY_NINE + DAY}):
        with pytest.raises(AlreadyGiven):
            give(visit, **again)
    assert log.head(ref) == before
    with pytest.raises(BadConsent):
        give(visit, use=Use.THANK, until=MONDAY_NINE - HOUR)
    with pytest.raises(BadConsent):
        give(visit, Recipient(Kind.OTHER_ORGANISATION))
    assert log.head(ref) == before


def test_withdrawn_is_withdrawn_at_once_and_can_be_given_anew(house, ref, visit):
    first = give(visit)
    commands.withdraw(visit, first, by=REPORTER, now=MONDAY_NINE)
    with pytest.raises(NoGround):
        leave(house, ref)
    with pytest.raises(NotInForce):
        commands.withdraw(visit, first, by=REPORTER, now=MONDAY_NINE)
    give(visit)
    assert leave(house, ref).address == CANARIES[1]


def queued(ref, house, attempts=0):
    """A mail in the outbox that carries a share, as the hand-over makes one."""
    letter = posting.queue(ref, Mail("a@b.example", "c@d.example", b"x"), False, house.keys, MONDAY_NINE)
    OutboxLetter.objects.filter(pk=letter).update(attempts=attempts)
    return letter


def test_a_withdrawn_consent_stops_the_letter_in_the_outbox(house, ref, visit):
    consent = give(visit)
    package = leave(house, ref)
    letter, other = queued(ref, house), queued(ref, house)
    commands.goes_with(package.share, letter, by=HANNA, now=MONDAY_NINE)
    assert commands.withdraw(visit, consent, by=REPORTER, now=MONDAY_NINE + HOUR) == 1
    row = OutboxLetter.objects.get(pk=letter)
    assert (row.state, bytes(row.sealed)) == ("recalled", b"")
    assert OutboxLetter.objects.get(pk=other).state == "waiting"
    assert queries.register_for(visit)[0].called_back_at == MONDAY_NINE + HOUR
    assert log.read(ref)[-1].facts == {"recipient_kind": "owner", "called_back": 1}


def test_what_may_have_left_already_is_not_said_to_be_stopped(house, ref, visit):
    consent = give(visit)
    package = leave(house, ref)
    letter = queued(ref, house, attempts=1)
    commands.goes_with(package.share, letter, by=HANNA, now=MONDAY_NINE)
    assert commands.withdraw(visit, consent, by=REPORTER, now=MONDAY_NINE) == 0
    assert OutboxLetter.objects.get(pk=letter).state == "recalled"  # and it is not tried again
    assert queries.register_for(visit)[0].called_back_at is None


def test_narrowing_to_the_name_stops_the_address(house, ref, visit):
    consent = give(visit)
    package = leave(house, ref)
    letter = queued(ref, house)
    commands.goes_with(package.share, letter, by=HANNA, now=MONDAY_NINE)
    commands.narrow(visit, consent, Scope.NAME, None, by=REPORTER, now=MONDAY_NINE)
    assert OutboxLetter.objects.get(pk=letter).state == "recalled"
    with pytest.raises(NoGround):
        leave(house, ref)
    assert leave(house, ref, replace(IDENTITY, scope=Scope.NAME)).address == ""


def test_a_consent_is_asked_by_letter_and_answered_on_the_page(house, ref, visit):
    asked = commands.ask_consent(
        ref, OWNER, Scope.CONTACT, Use.SOLVE, "May we?", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE
    )
    with pytest.raises(NoGround):
        leave(house, ref)
    with pytest.raises(NotInForce):
        commands.ask_consent(
            ref, OWNER, Scope.CONTACT, Use.SOLVE, "May we?", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE
        )
    commands.agree(visit, asked, Scope.NAME, None, by=REPORTER, now=MONDAY_NINE)
    assert leave(house, ref, replace(IDENTITY, scope=Scope.NAME)).name == CANARIES[0]
    with pytest.raises(NotInForce):
        commands.decline(visit, asked, by=REPORTER, now=MONDAY_NINE)
    assert [kind for kind in kinds(ref) if kind.startswith(("consent", "data"))] == [
        "consent.asked",
        "consent.given",
        "data.shared",
    ]


def test_no_is_an_answer(house, ref, visit):
    asked = commands.ask_consent(
        ref, OWNER, Scope.NAME, Use.SOLVE, "May we?", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE
    )
    commands.decline(visit, asked, by=REPORTER, now=MONDAY_NINE)
    assert queries.consents_for(visit)[0].state is State.DECLINED
    with pytest.raises(NoGround):
        leave(house, ref, replace(IDENTITY, scope=Scope.NAME))


def test_a_consent_of_another_case_is_as_good_as_none(house, ref, visit):
    mine = give(visit)
    other = house.a_case("Another one.", reporter=Reporter(*CANARIES[:2]))
    with pytest.raises(NotInForce):
        commands.withdraw(visit_to(house, other), mine, by=REPORTER, now=MONDAY_NINE)
    with pytest.raises(NoGround):
        leave(house, other)


def test_anonymous_stays_anonymous(house):
    nobody = house.a_case(reporter=Reporter())
    law = replace(IDENTITY, ground=Ground.LAW, source="art. 1", decided_by="Hanna", scope=Scope.NAME)
    for leaving in (law, replace(law, scope=Scope.CONTACT)):
        with pytest.raises(NothingToShare):
            leave(house, nobody, leaving)
    with pytest.raises(NoGround):
        commands.ask_consent(
            nobody, OWNER, Scope.NAME, Use.SOLVE, "May we?", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE
        )


def a_full_case(house):
    """A report with everything in it that could give its reporter away."""
    name, address, ip = CANARIES
    key = reporters_key()
    text = f"The lock opens.\n\nGreetings, Zebra\n-- \n{name}\n{address}\n{ip}\n"
    sealed = {"id": "f", "key": "00", "header": "00", "size": 3, "sha256": "0" * 64}
    files = (FileRef("log.txt", "text/plain", sealed), FileRef("zebrapad@example.org.txt", "text/plain", sealed))
    reporter = Reporter(name, address, key, "F" * 24 + "0123456789ABCDEF", MONDAY_NINE.isoformat())
    arrival = house.arrival(text, reporter=reporter, message_id="<quagga-1@example.org>", raw=text.encode())
    arrival = replace(arrival, content=Content(text, files))
    _, ref = conversation.take_in(arrival, None, house.receipt(), HEAD, keys=house.keys, by=OPENER, now=MONDAY_NINE)
    return ref


def test_owners_get_the_technical_part_only(house):
    ref = a_full_case(house)
    draft = drafts.technical_draft(HANNA, ref, house.keys)
    assert "The lock opens." in draft.text and CANARIES[1] not in draft.text  # the signature stays here
    assert any(piece.marked and "Greetings" in piece.text for piece in draft.marked(draft.text))
    package = leave(house, ref, TECHNICAL, text="The lock opens.", files=(draft.files[0].id,))
    out = json.dumps([str(getattr(package, name)) for name in package.__slots__])
    for canary in (*CANARIES, "Zebra", "0123456789ABCDEF", "quagga", "PGP"):
        assert canary not in out
    assert (package.name, package.address) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "Seen by ZEBRA vinkenoog.",
        "Mail: zebrapad@example.org",
        "Key 0123 4567 89AB CDEF",
        "In reply to <quagga-1@example.org>",
    ],
)
def test_a_text_that_still_says_who_is_refused(house, text):
    ref = a_full_case(house)
    with pytest.raises(StillNamed):
        leave(house, ref, TECHNICAL, text=text)
    with pytest.raises(StillNamed):
        draft = drafts.technical_draft(HANNA, ref, house.keys)
        leave(house, ref, TECHNICAL, text="The lock opens.", files=(draft.files[1].id,))
    assert not Share.objects.exists()


def test_the_policy_is_a_ground_for_the_technical_part_and_for_whom_it_names(house, ref):
    with pytest.raises(NoGround):
        leave(house, ref, replace(TECHNICAL, ground=Ground.STANDING_POLICY), text="The lock opens.")
    with pytest.raises(NoGround):
        leave(house, ref, replace(IDENTITY, ground=Ground.STANDING_POLICY))


def test_what_the_policy_always_shares_stands_in_the_register(house):
    words = "\n".join(
        f'[standing_shares.{part}]\nnl = "{said}"\nen = "{said}"'
        for part, said in (("to", "Sector CSIRT Noord"), ("ground", "Convenant 2026."))
    )
    text = policy_queries.text_of(1) + f'\n[[standing_shares]]\nwhat = "all"\n{words}\n'
    policy.publish(text, by=OPERATOR, now=MONDAY_NINE)
    ref = house.a_case(reporter=Reporter(*CANARIES[:2]), policy_version=2)
    [standing] = queries.standing_shares(2)
    assert standing.to.said_in("en") == "Sector CSIRT Noord"
    csirt = Recipient(Kind.SECTOR_CSIRT, "sector csirt noord")
    leaving = replace(TECHNICAL, ground=Ground.STANDING_POLICY, recipient=csirt)
    assert leave(house, ref, leaving, text="The lock opens.").text == "The lock opens."
    with pytest.raises(NoGround):  # "all" in a policy is no consent of anybody
        leave(house, ref, replace(IDENTITY, ground=Ground.STANDING_POLICY, recipient=csirt))
    with pytest.raises(NoGround):
        leave(house, ref, replace(leaving, recipient=OWNER), text="The lock opens.")


def test_a_letter_that_is_called_back_while_it_goes_out_stops_nothing_else(house, ref, visit):
    consent = give(visit)
    letter = queued(ref, house)
    commands.goes_with(leave(house, ref).share, letter, by=HANNA, now=MONDAY_NINE)
    outgoing.sending(letter, outbox_key=keyring.outbox(house.folder, "operator"), by=OPENER, now=MONDAY_NINE)
    commands.withdraw(visit, consent, by=REPORTER, now=MONDAY_NINE)
    with pytest.raises(NotWaiting):  # which the sender of mail knows how to take
        outgoing.sent(letter, by=OPENER, now=MONDAY_NINE)
    assert letter not in due_letters(MONDAY_NINE + 9 * DAY, 50)


def test_only_a_handler_shares_and_absent_looks_like_absent(house, ref):
    with pytest.raises(NotYours):
        share(ref, TECHNICAL, text="x", keys=house.keys, by=OPENER, now=MONDAY_NINE)
    with pytest.raises(NoSuchCase):
        share(ref, TECHNICAL, text="x", keys=house.keys, by=REPORTER, now=MONDAY_NINE)
    with pytest.raises(NoSuchCase):
        leave(house, "VB-2026-0099", TECHNICAL, text="x")


def test_nothing_that_was_typed_rests_readable(house, ref, visit):
    give(visit, Recipient(Kind.OTHER_ORGANISATION, "Quagga Holding"))
    other = Recipient(Kind.OTHER_ORGANISATION, "Quagga Holding")
    leave(house, ref, replace(IDENTITY, recipient=other), note="Quagga said so")
    with connection.cursor() as cursor:
        for table in [name for name in connection.introspection.table_names() if not name.startswith("sqlite")]:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                assert "Quagga" not in repr(row) and "Vinkenoog" not in repr(row), table
