from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from tests.build import HEAD
from tests.cast import CONTACT, DAY, HANNA, MONDAY_NINE, OPERATOR

from meldpunt.cases import commands as cases
from meldpunt.cases import people
from meldpunt.cases.models import Case
from meldpunt.conversation import posting
from meldpunt.conversation.models import OutboxLetter
from meldpunt.ground.values import Actor, Role
from meldpunt.ledger import log
from meldpunt.notices import mailing
from meldpunt.notices.reminding import anybody_to_remind, remind
from meldpunt.promises import colleagues
from meldpunt.promises.errors import BadAbsence, BadAddress
from meldpunt.vault import keyring
from meldpunt.works.followers import catch_up

pytestmark = pytest.mark.django_db
TICK = Actor(Role.MACHINE, "tick")
DESK = "https://desk.voorbeeldstad.example"
# The assessment of a report of Monday 2 March is due on Thursday 5 March, end of day
BEFORE = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)  # Wednesday 08:00 in Amsterdam
ON_THE_DAY = datetime(2026, 3, 5, 7, 0, tzinfo=UTC)
AFTER = datetime(2026, 3, 5, 23, 0, tzinfo=UTC)


@pytest.fixture
def ref(house):
    ref = house.a_case("A canary sings in this report.")
    cases.take(ref, by=HANNA, now=MONDAY_NINE)
    catch_up()
    for name in ("hanna", "piet", "kees"):
        people.set_roles(name, [Role.HANDLER], by=OPERATOR, now=MONDAY_NINE)
    for name in ("hanna", "piet"):
        colleagues.set_address(name, f"{name}@voorbeeldstad.example", "en", by=HANNA, now=MONDAY_NINE)
    return ref


def reminded(house, now):
    """To whom mails went at that moment, and the mails."""
    old = set(OutboxLetter.objects.values_list("id", flat=True))
    catch_up()
    remind(by=TICK, now=now)
    mailing.mail(HEAD, DESK, public=keyring.public(house.folder), by=TICK, now=now)
    key = keyring.outbox(house.folder, "operator")
    mails = [posting.unqueue(row, key) for row in OutboxLetter.objects.exclude(id__in=old)]
    return sorted(mail.recipient for mail in mails), [message_from_bytes(mail.raw, policy=default) for mail in mails]


def test_the_handler_before_the_desk_on_the_day_and_who_is_responsible_after(house, ref):
    assert reminded(house, BEFORE.replace(hour=6, minute=59)) == ([], [])
    assert reminded(house, BEFORE)[0] == ["hanna@voorbeeldstad.example"]
    assert reminded(house, BEFORE)[0] == []  # once
    assert reminded(house, ON_THE_DAY)[0] == ["hanna@voorbeeldstad.example", "piet@voorbeeldstad.example"]
    assert reminded(house, AFTER)[0] == ["hanna@voorbeeldstad.example", "piet@voorbeeldstad.example"]
    assert not anybody_to_remind(AFTER)
    steps = [entry.facts["to"] for entry in log.read(ref) if entry.kind == "promise.reminded"]
    assert steps == [1, 2, 3]


def test_it_says_what_is_due_and_nothing_of_the_report(house, ref):
    _, [mail] = reminded(house, BEFORE)
    body = mail.get_content()
    assert mail["subject"] == "Meldpunt: a promise is due soon"
    assert f"{DESK}/cases/{ref}/" in body and "Thursday 5 March 2026" in body
    assert "canary" not in mail.as_string() and "nachtuil" not in mail.as_string().lower()
    assert (mail["auto-submitted"], mail["from"].addresses[0].addr_spec) == ("auto-generated", CONTACT)


def test_who_is_away_is_stood_in_for(house, ref):
    colleagues.set_absence("hanna", date(2026, 3, 4), "piet", date(2026, 3, 2), by=HANNA, now=MONDAY_NINE)
    assert reminded(house, BEFORE)[0] == ["piet@voorbeeldstad.example"]


def test_two_who_stand_in_for_each_other_leave_it_to_the_rest(house, ref):
    colleagues.set_address("kees", "kees@voorbeeldstad.example", "nl", by=HANNA, now=MONDAY_NINE)
    for name, cover in (("hanna", "piet"), ("piet", "hanna")):
        colleagues.set_absence(name, date(2026, 3, 9), cover, date(2026, 3, 2), by=HANNA, now=MONDAY_NINE)
    to, [mail] = reminded(house, BEFORE)
    assert to == ["kees@voorbeeldstad.example"]
    assert "Dag kees" in mail.get_content()


def test_several_things_come_in_one_mail(house, ref):
    other = house.a_case("Another one.")
    cases.take(other, by=HANNA, now=MONDAY_NINE)
    to, [mail] = reminded(house, BEFORE)
    assert to == ["hanna@voorbeeldstad.example"]
    assert mail["subject"] == "Meldpunt: 2 promises are due soon"


def test_without_an_address_nobody_is_said_to_have_been_reminded(house):
    people.set_roles("hanna", [Role.HANDLER], by=OPERATOR, now=MONDAY_NINE)
    ref = house.a_case()
    assert reminded(house, AFTER) == ([], [])
    assert not [entry for entry in log.read(ref) if entry.kind == "promise.reminded"]
    colleagues.set_address("hanna", "hanna@voorbeeldstad.example", "nl", by=HANNA, now=AFTER)
    assert reminded(house, AFTER + DAY)[0] == ["hanna@voorbeeldstad.example"]


@pytest.mark.parametrize(
    "wrong", ["x", "a b@c.example", "@c.example", "a@", "a@b\r\nBcc: x@y.example", "a" * 260 + "@x.nl"]
)
def test_what_is_no_address_is_refused(house, wrong):
    with pytest.raises(BadAddress):
        colleagues.set_address("hanna", wrong, "nl", by=HANNA, now=MONDAY_NINE)


@pytest.mark.parametrize(
    ("until", "cover"), [(date(2026, 3, 1), "piet"), (date(2026, 3, 9), ""), (date(2026, 3, 9), "hanna")]
)
def test_an_absence_needs_a_day_and_somebody_else(house, until, cover):
    with pytest.raises(BadAbsence):
        colleagues.set_absence("hanna", until, cover, date(2026, 3, 2), by=HANNA, now=MONDAY_NINE)


def test_who_may_not_know_of_a_case_is_not_reminded_of_it(house, ref):
    Case.objects.filter(ref=ref).update(named_only=True)
    people.set_roles("piet", [Role.AUDITOR], by=OPERATOR, now=MONDAY_NINE)
    people.set_roles("kees", [Role.LEAD], by=OPERATOR, now=MONDAY_NINE)
    colleagues.set_address("kees", "kees@voorbeeldstad.example", "nl", by=HANNA, now=MONDAY_NINE)
    assert reminded(house, ON_THE_DAY)[0] == ["kees@voorbeeldstad.example"], "a lead loses no case from sight"
