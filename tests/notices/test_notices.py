"""What happens is told to whom it concerns, as each of them wishes: reference and day, and nothing of the report."""

from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER, OPERATOR
from tests.vault.expired import expired_key

from meldpunt.cases import commands as cases
from meldpunt.cases import people
from meldpunt.cases.models import Case, Given
from meldpunt.conversation import posting
from meldpunt.conversation.models import OutboxLetter
from meldpunt.desk import accounts
from meldpunt.ground.values import Actor, Role
from meldpunt.intake import commands as intake
from meldpunt.intake.rules import Outcome
from meldpunt.ledger import log
from meldpunt.ledger.models import Bookmark
from meldpunt.notices import commands, mailing, queries, rules
from meldpunt.notices.errors import BadHook, BadWish, NoHook
from meldpunt.notices.models import Hook, Notice, Preference
from meldpunt.notices.rules import Form, How, Quiet, What, Wish
from meldpunt.policy import queries as policy
from meldpunt.promises import colleagues
from meldpunt.vault import keyring, openpgp
from meldpunt.works.followers import catch_up

pytestmark = pytest.mark.django_db
TICK = Actor(Role.MACHINE, "tick")
PIET = Actor(Role.HANDLER, "piet")
DESK = "https://desk.voorbeeldstad.example"
CANARY = "A canary sings in this report."


@pytest.fixture
def two(house):
    for who in (HANNA, PIET):
        people.set_roles(who.name, [Role.HANDLER], by=OPERATOR, now=MONDAY_NINE)
        address = f"{who.name}@voorbeeldstad.example"
        colleagues.set_address(who.name, address, "en", by=who, now=MONDAY_NINE)
    return house


def wishes(who, how, **more):
    quiet = more.get("quiet")
    key = more.get("key", b"")
    commands.wish(who.name, Wish(how, quiet), more.get("by_mail", True), key, by=who, now=MONDAY_NINE)


def mails(house, now):
    """What goes out at that moment: by address, the letter."""
    catch_up()
    old = set(OutboxLetter.objects.values_list("id", flat=True))
    mailing.mail(HEAD, DESK, public=keyring.public(house.folder), by=TICK, now=now)
    key = keyring.outbox(house.folder, "operator")
    found = [posting.unqueue(row, key) for row in OutboxLetter.objects.exclude(id__in=old)]
    return {mail.recipient.partition("@")[0]: message_from_bytes(mail.raw, policy=default) for mail in found}


def text(mail):
    return mail.get_content().replace("\r\n", "\n")


def test_a_new_report_is_told_to_who_wants_to_hear_of_it_at_once(two):
    wishes(HANNA, How.AT_ONCE)
    ref = two.a_case(CANARY)
    sent = mails(two, MONDAY_NINE)
    assert set(sent) == {"hanna"}, "who said nothing hears of what is due, and of nothing else"
    mail = sent["hanna"]
    assert mail["subject"] == "Meldpunt: something new at the desk"
    assert f"{ref}: a new report\n{DESK}/cases/{ref}/" in text(mail)
    assert "canary" not in mail.as_string() and "nachtuil" not in mail.as_string().lower()
    assert mail["auto-submitted"] == "auto-generated"
    assert mails(two, MONDAY_NINE + HOUR) == {}, "once"
    assert not Notice.objects.exists(), "what was told is gone"


def test_what_a_reporter_writes_goes_to_who_has_the_case(two):
    wishes(HANNA, How.AT_ONCE)
    wishes(PIET, How.AT_ONCE)
    ref = two.a_case(CANARY)
    mails(two, MONDAY_NINE)
    cases.take(ref, by=PIET, now=MONDAY_NINE)
    wrote(two, ref, MONDAY_NINE + HOUR)
    sent = mails(two, MONDAY_NINE + HOUR)
    assert set(sent) == {"piet"}
    assert f"{ref}: the reporter wrote" in text(sent["piet"])


def wrote(house, ref, now):
    arrival = house.arrival("One more thing.", now=now)
    cases.join(ref, arrival, keys=house.keys, by=OPENER, now=now)


def test_who_is_away_is_stood_in_for(two):
    wishes(HANNA, How.AT_ONCE)
    wishes(PIET, How.AT_ONCE)
    ref = two.a_case()
    cases.take(ref, by=HANNA, now=MONDAY_NINE)
    mails(two, MONDAY_NINE)
    colleagues.set_absence("hanna", date(2026, 3, 9), "piet", date(2026, 3, 2), by=HANNA, now=MONDAY_NINE)
    wrote(two, ref, MONDAY_NINE + HOUR)
    assert set(mails(two, MONDAY_NINE + HOUR)) == {"piet"}


def test_a_held_letter_is_told_without_a_word_of_it(two):
    wishes(HANNA, How.AT_ONCE)
    token = two.receive(b"Subject: canary\r\n\r\ncanary\r\n")
    intake.set_aside(token, Outcome.HELD, "smime", by=OPENER, now=MONDAY_NINE)
    mail = mails(two, MONDAY_NINE)["hanna"]
    assert f"A letter is held\n{DESK}/held/" in text(mail) and "canary" not in mail.as_string()
    token = two.receive(b"Subject: bounce\r\n\r\nx\r\n")
    intake.set_aside(token, Outcome.IGNORED, "bounce", by=OPENER, now=MONDAY_NINE + HOUR)
    assert mails(two, MONDAY_NINE + HOUR) == {}


def test_once_a_day_is_one_mail_on_the_next_working_morning(two):
    wishes(HANNA, How.DAILY)
    friday = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)
    refs = [two.a_case(f"{CANARY} {n}", now=friday + n * HOUR) for n in range(2)]
    monday = datetime(2026, 3, 9, 7, 15, tzinfo=UTC)  # 08:15 in Amsterdam
    assert mails(two, monday - timedelta(minutes=1)) == {}
    mail = mails(two, monday)["hanna"]
    assert mail["subject"] == "Meldpunt: 2 new things at the desk"
    assert all(ref in text(mail) for ref in refs)


def test_quiet_hours_hold_it_back(two):
    wishes(HANNA, How.AT_ONCE, quiet=Quiet(time(18), time(8)))
    evening = datetime(2026, 3, 2, 19, 30, tzinfo=UTC)  # 20:30 in Amsterdam
    two.a_case(CANARY, now=evening)
    assert mails(two, evening + HOUR) == {}
    assert mails(two, datetime(2026, 3, 3, 6, 59, tzinfo=UTC)) == {}
    assert set(mails(two, datetime(2026, 3, 3, 7, 0, tzinfo=UTC))) == {"hanna"}


@pytest.mark.parametrize(
    ("since", "until", "at", "told"),
    [
        ((18, 8), None, (20, 0), (8, 0)),
        ((18, 8), None, (3, 0), (8, 0)),
        ((18, 8), None, (8, 0), (8, 0)),
        ((18, 8), None, (17, 59), (17, 59)),
        ((12, 13), None, (12, 30), (13, 0)),
        ((12, 13), None, (13, 30), (13, 30)),
    ],
)
@pytest.mark.usefixtures("house")
def test_when_the_quiet_hours_end(since, until, at, told):
    calendar = policy.current().policy.calendar
    now = datetime(2026, 3, 3, *at, tzinfo=calendar.zone).astimezone(UTC)
    wish = Wish(How.AT_ONCE, Quiet(time(since[0]), time(since[1])))
    moment = rules.moment_for(wish, What.CASE, now, calendar)
    assert moment.astimezone(calendar.zone).time() == time(*told) and moment >= now


def test_a_flood_of_reports_is_no_flood_of_mail(two):
    wishes(HANNA, How.AT_ONCE)
    two.a_case("One.")
    assert len(mails(two, MONDAY_NINE)) == 1
    for n in range(40):
        two.a_case(f"Flood {n}", now=MONDAY_NINE + timedelta(seconds=n + 1))
    assert mails(two, MONDAY_NINE + timedelta(minutes=4)) == {}
    mail = mails(two, MONDAY_NINE + timedelta(minutes=6))["hanna"]
    assert mail["subject"] == "Meldpunt: 40 new things at the desk"
    assert text(mail).count("a new report") == 30 and "And 10 more" in text(mail)


def test_with_a_key_the_mail_is_encrypted_and_its_subject_too(two):
    key = openpgp.make_key("Hanna", "hanna@voorbeeldstad.example")
    wishes(HANNA, How.AT_ONCE, key=openpgp.armor(openpgp.public_copy(key, expires=None)).encode())
    ref = two.a_case(CANARY)
    mail = mails(two, MONDAY_NINE)["hanna"]
    assert mail["subject"] == "[...]" and ref not in mail.as_string()
    inside = openpgp.decrypt(mail.get_payload(1).get_content(), [key]).plain
    assert f"{ref}: a new report".encode() in inside and b"Subject: Meldpunt: something new" in inside


def test_a_key_that_expired_gets_a_mail_that_names_nothing(two):
    with pytest.raises(BadWish):
        wishes(HANNA, How.AT_ONCE, key=expired_key("hanna@voorbeeldstad.example"))
    wishes(HANNA, How.AT_ONCE)
    Preference.objects.update(key=expired_key("hanna@voorbeeldstad.example"))  # it expired meanwhile
    ref = two.a_case(CANARY)
    mail = mails(two, MONDAY_NINE)["hanna"]
    assert "nothing can be encrypted to your OpenPGP key" in text(mail).replace("\n", " ")
    assert ref not in mail.as_string()


@pytest.mark.parametrize("key", [b"rubbish", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxx\n-----END"])
def test_what_is_no_key_is_refused(two, key):
    with pytest.raises(Exception) as refused:
        wishes(HANNA, How.AT_ONCE, key=key)
    assert "OpenPGP" in str(refused.value)


def test_a_secret_key_is_refused(two):
    with pytest.raises(BadWish):
        wishes(HANNA, How.AT_ONCE, key=openpgp.make_key("Hanna", "hanna@voorbeeldstad.example"))


def test_who_may_not_sign_in_any_more_hears_of_nothing(two, django_user_model):
    django_user_model.objects.create(username="hanna")
    wishes(HANNA, How.AT_ONCE)
    accounts.disable("hanna", now=MONDAY_NINE)
    catch_up()
    two.a_case(CANARY, now=MONDAY_NINE + DAY)
    assert "hanna" not in mails(two, MONDAY_NINE + DAY) and "hanna" not in colleagues.everybody()


def test_what_happened_before_the_wish_is_not_told(two):
    two.a_case(CANARY, now=MONDAY_NINE - HOUR)
    wishes(HANNA, How.AT_ONCE)
    Bookmark.objects.filter(name="notices").update(upto=0)
    assert mails(two, MONDAY_NINE) == {}


@pytest.mark.parametrize(
    "url",
    [
        *("http://chat.example/hooks/x", "ftp://chat.example/", "chat.example/x", "https://", "https:///x"),
        *("https://u:p@chat.example/", "https://chat.example/#x", "https://chat.example/a b", "javascript:alert(1)"),
        *("https://chat.example:99999/", "https://[::1", "https://chat.example/" + "x" * 2000, "https://chät.example/"),
        "https://chat.example/\r\nX: y",
    ],
)
def test_what_is_no_webhook_is_refused(url):
    with pytest.raises(BadHook):
        rules.check_url(url)


def test_a_webhook_rests_sealed_and_is_told_without_its_address(house):
    with pytest.raises(NoHook):
        commands.set_hook("hanna", Form.SLACK, "https://x.example/", keys=house.keys.public, by=HANNA, now=MONDAY_NINE)
    keyring.hooks(house.folder, "hooks")
    keys = keyring.public(house.folder)
    made = commands.set_hook(
        "hanna", Form.SLACK, "https://chat.example/hooks/canary", keys=keys, by=HANNA, now=MONDAY_NINE
    )
    sealed = bytes(Hook.objects.get().sealed)
    assert b"canary" not in sealed and made.secret.startswith("whsec_")
    told = log.read(log.HOUSE)[-1]
    assert (told.kind, told.facts) == ("hook.set", {"name": "hanna", "form": "slack"})
    assert queries.own(HANNA).hook.form is Form.SLACK and queries.own(PIET).hook is None


@pytest.mark.parametrize(("since", "until"), [("18:00", ""), ("x", "8"), ("25:00", "08:00"), ("08:00", "08:00")])
def test_quiet_hours_that_make_no_sense(since, until):
    with pytest.raises(BadWish):
        rules.quiet_from(since, until)
    assert rules.quiet_from("", " ") is None


def test_a_case_for_named_people_is_told_to_them_alone(two):
    wishes(HANNA, How.AT_ONCE)
    wishes(PIET, How.AT_ONCE)
    ref = two.a_case(CANARY)
    mails(two, MONDAY_NINE)
    Case.objects.filter(ref=ref).update(named_only=True)
    Given.objects.create(case=Case.objects.get(ref=ref), person="piet", at=MONDAY_NINE)
    wrote(two, ref, MONDAY_NINE + HOUR)
    assert set(mails(two, MONDAY_NINE + HOUR)) == {"piet"}
