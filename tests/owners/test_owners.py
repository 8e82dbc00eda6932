"""Owners of systems: in by link and code, what they do, what the desk does, and what comes of it."""

from datetime import date, timedelta

import pytest
from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR
from tests.owners.conftest import ACME, ADDRESS, LATER, code_in, invite, mails_to, words_of

from meldpunt.cases.errors import BadAddress, NoSuchCase, NoSuchFile
from meldpunt.conversation.models import OutboxLetter
from meldpunt.ground.values import OWNER, REPORTER, Actor, Role
from meldpunt.intake.rules import Upload
from meldpunt.ledger import log
from meldpunt.owners import acting, commands, hearing, passes, queries
from meldpunt.owners.errors import (
    BadDay,
    BadInvitation,
    BadMessage,
    NoSuchDoor,
    NoSuchLink,
    NoSuchOwner,
    NotNow,
    TooManyCodes,
    WrongCode,
)
from meldpunt.owners.models import Pass
from meldpunt.owners.outgoing import Going
from meldpunt.owners.rules import Act, Asks, EntryKind, Invited, State, remind_at
from meldpunt.policy import queries as policy
from meldpunt.privacy.rules import Kind
from meldpunt.remediation import commands as remediation
from meldpunt.vault import files
from meldpunt.vault.rules import receipt_from_random
from meldpunt.works.followers import catch_up

TICK = Actor(Role.MACHINE, "tick")
FRIDAY = date(2026, 3, 20)


def knock(owner, browser="", now=LATER):
    return passes.knock(owner.link, browser, HEAD, public=owner.house.keys.public, by=OWNER, now=now)


def seen(owner):
    return queries.thread(HANNA, owner.ref, owner.id, owner.house.keys)


def kinds(entries):
    return [entry.kind for entry in entries]


def who(owner, now=LATER):
    return {"keys": owner.house.keys, "by": HANNA, "now": now}


def facts(ref, kind):
    return [entry for entry in log.read(ref) if entry.kind == kind]


# In


def test_the_mail_has_reference_and_link_and_no_content(house, ref, owner):
    [mail] = mails_to(house)
    text = words_of(mail)
    assert mail["Subject"] == f"Will you help us with {ref}?"
    assert owner.link.code in text and f"/owner/#{owner.link.code}" in text
    assert "lock" not in mail.as_string() and "tax" not in mail.as_string()


def test_a_new_browser_shows_a_code_and_a_known_one_does_not(owner):
    opened = knock(owner)
    assert opened.door and not opened.visit
    assert passes.waits_for_code(opened.door, LATER) == "o…@leverancier.example"
    shown = passes.show_code(opened.door, code_in(owner.house), by=OWNER, now=LATER)
    assert passes.looking(shown.visit, LATER).ref == owner.ref
    again = knock(owner, shown.browser, LATER + DAY)
    assert again.visit and not again.door
    assert knock(owner, "another browser", LATER + DAY).door
    assert knock(owner, shown.browser, LATER + timedelta(days=31)).door


def test_a_code_works_once(owner):
    opened, code = knock(owner), ""
    code = code_in(owner.house)
    passes.show_code(opened.door, code.replace(" ", ""), by=OWNER, now=LATER)
    with pytest.raises(NoSuchDoor):
        passes.show_code(opened.door, code, by=OWNER, now=LATER)


def test_a_code_is_for_one_browser_and_a_quarter_of_an_hour(owner):
    first = knock(owner)
    code = code_in(owner.house)
    second = knock(owner, now=LATER + timedelta(seconds=1))
    with pytest.raises(WrongCode):
        passes.show_code(second.door, code, by=OWNER, now=LATER)
    with pytest.raises(NoSuchDoor):
        passes.show_code(first.door, code, by=OWNER, now=LATER + timedelta(minutes=16))


def test_five_wrong_codes_end_the_door_also_for_the_right_one(owner):
    opened = knock(owner)
    for _ in range(4):
        with pytest.raises(WrongCode):
            passes.show_code(opened.door, "0000 000x", by=OWNER, now=LATER)
    with pytest.raises(NoSuchDoor):
        passes.show_code(opened.door, "0000 000x", by=OWNER, now=LATER)
    with pytest.raises(NoSuchDoor):
        passes.show_code(opened.door, code_in(owner.house), by=OWNER, now=LATER)


def test_codes_are_few_and_the_next_hour_has_new_ones(owner):
    for _ in range(5):
        knock(owner)
    with pytest.raises(TooManyCodes):
        knock(owner)
    passes.forget(by=TICK, now=LATER + timedelta(minutes=30))  # what is over is still counted
    with pytest.raises(TooManyCodes):
        knock(owner, now=LATER + timedelta(minutes=31))
    assert knock(owner, now=LATER + HOUR + timedelta(minutes=1)).door


def test_what_never_was_and_what_was_withdrawn_get_the_same_answer(house, owner):
    looking = owner.look()
    with pytest.raises(NoSuchLink) as unknown:
        passes.knock(receipt_from_random(b"x" * 17), "", HEAD, public=house.keys.public, by=OWNER, now=LATER)
    with pytest.raises(NoSuchLink):  # a reporter's receipt is no link
        passes.knock(house.receipts[0], "", HEAD, public=house.keys.public, by=OWNER, now=LATER)
    commands.withdraw(owner.ref, owner.id, by=HANNA, now=LATER)
    with pytest.raises(NoSuchLink) as withdrawn:
        knock(owner)
    assert str(unknown.value) == str(withdrawn.value)
    with pytest.raises(NoSuchOwner):
        queries.page_for(looking)
    with pytest.raises(NoSuchOwner):
        acting.write(looking, "hello", (), "1", by=OWNER, now=LATER)
    assert not Pass.objects.exists()


def test_a_new_link_ends_the_old_one_and_every_browser(owner):
    opened = knock(owner)
    shown = passes.show_code(opened.door, code_in(owner.house), by=OWNER, now=LATER)
    fresh = owner.house.receipt()
    commands.renew_link(owner.ref, owner.id, fresh, HEAD, **who(owner))
    with pytest.raises(NoSuchLink):
        knock(owner, shown.browser)
    with pytest.raises(NoSuchDoor):
        passes.looking(shown.visit, LATER)
    owner.link = fresh
    assert knock(owner, shown.browser).door  # and not at once in
    assert queries.page_for(owner.look()).technical.text


def test_the_desk_sees_who_looked_and_when(owner):
    assert seen(owner).owner.state is State.INVITED and seen(owner).owner.looked_at is None
    owner.look()
    assert seen(owner).owner.looked_at == LATER and seen(owner).owner.state is State.WORKING
    assert len(facts(owner.ref, "owner.arrived")) == 1
    owner.look(LATER + DAY)
    assert seen(owner).owner.looked_at == LATER + DAY
    assert len(facts(owner.ref, "owner.arrived")) == 1


# What an owner does


def test_they_write_and_the_desk_answers(owner):
    looking = owner.look()
    assert acting.write(looking, "Which version?", (), "1", by=OWNER, now=LATER)
    assert not acting.write(looking, "Which version?", (), "1", by=OWNER, now=LATER)  # a double click
    assert [one.why for one in queries.waiting()] == [Asks.WROTE]
    commands.write(owner.ref, owner.id, Going("Version 4."), HEAD, folder=owner.house.folder, **who(owner))
    assert queries.waiting() == ()
    entries = queries.page_for(looking).entries
    assert kinds(entries) == [EntryKind.TECHNICAL, EntryKind.FROM_OWNER, EntryKind.TO_OWNER]
    assert [entry.text for entry in entries[1:]] == ["Which version?", "Version 4."]
    news = mails_to(owner.house)[-1]
    assert news["Subject"] == f"Something new for you [{owner.ref}]" and "Version 4" not in news.as_string()


def test_files_go_both_ways_and_stay_in_their_thread(house, ref, owner):
    looking = owner.look()
    sealed = files.store(house.folder, b"<b>fix</b>").plain()
    acting.write(looking, "", (Upload("fix.patch", "text/x-diff", sealed),), "1", by=OWNER, now=LATER)
    entry = queries.page_for(looking).entries[-1]
    content = queries.file_for_owner(looking, f"{entry.id}-0", house.folder)
    assert b"".join(content.chunks) == b"<b>fix</b>"
    content = queries.file_for_handler(HANNA, ref, owner.id, f"{entry.id}-0", house.keys, house.folder)
    assert content.name == "fix.patch" and b"".join(content.chunks) == b"<b>fix</b>"
    other = invite(house, house.a_case("Another one."), now=LATER)
    theirs = other.look()
    for wrong in (f"{entry.id}-0", f"{entry.id}-1", "x", "-0", f"{queries.page_for(theirs).technical.id}-0"):
        with pytest.raises(NoSuchFile):
            queries.file_for_owner(theirs, wrong, house.folder)


def test_a_date_is_proposed_and_agreed_to_with_the_letter_that_moves_it(owner):
    looking = owner.look()
    acting.propose(looking, FRIDAY, "The next release is then.", "1", by=OWNER, now=LATER)
    assert [one.why for one in queries.waiting()] == [Asks.PROPOSED]
    with pytest.raises(NotNow):  # the reporter knows another one
        commands.agree(owner.ref, owner.id, HEAD, **who(owner))
    letter = "We moved the date: there is a release."
    remediation.move_date(owner.ref, FRIDAY, "there is a release", letter, HEAD, **who(owner))
    catch_up()
    page = queries.page_for(looking)
    assert (page.expected_on, page.proposed_on) == (FRIDAY, None)
    assert page.entries[-1].kind is EntryKind.AGREED and page.entries[-1].on == FRIDAY
    assert queries.waiting() == ()
    [answered] = facts(owner.ref, "owner.answered")
    assert answered.facts["agreed"] is True and answered.facts["on"] == "2026-03-20"


def test_a_date_that_the_reporter_knows_already_needs_no_letter(owner):
    looking = owner.look()
    known = queries.page_for(looking).expected_on
    acting.propose(looking, known, "That will do.", "1", by=OWNER, now=LATER)
    commands.agree(owner.ref, owner.id, HEAD, **who(owner))
    assert queries.page_for(looking).proposed_on is None and queries.waiting() == ()
    with pytest.raises(NotNow):
        commands.agree(owner.ref, owner.id, HEAD, **who(owner))


def test_another_date_than_the_proposed_one_answers_it_too(owner):
    looking = owner.look()
    acting.propose(looking, date(2026, 6, 1), "We are busy.", "1", by=OWNER, now=LATER)
    remediation.move_date(owner.ref, FRIDAY, "sooner", "It is sooner now.", HEAD, **who(owner))
    catch_up()
    assert facts(owner.ref, "owner.answered")[0].facts["agreed"] is False
    assert queries.page_for(looking).proposed_on is None


def test_a_date_is_declined_with_a_reason(owner):
    looking = owner.look()
    acting.propose(looking, date(2027, 1, 5), "We are busy.", "1", by=OWNER, now=LATER)
    with pytest.raises(BadMessage):
        commands.decline(owner.ref, owner.id, " ", HEAD, folder=owner.house.folder, **who(owner))
    commands.decline(owner.ref, owner.id, "Too long.", HEAD, folder=owner.house.folder, **who(owner))
    page = queries.page_for(looking)
    assert page.proposed_on is None and page.entries[-1].text == "Too long."


def test_solved_waits_for_a_handler_and_is_no_fix(owner):
    looking = owner.look()
    acting.say_solved(looking, LATER.date(), "", (), "1", by=OWNER, now=LATER)
    assert [one.why for one in queries.waiting()] == [Asks.SOLVED]
    assert not facts(owner.ref, "fix.landed")
    acting.write(looking, "Do try it.", (), "2", by=OWNER, now=LATER)
    assert [one.why for one in queries.waiting()] == [Asks.SOLVED]  # the weightier one stays
    remediation.landed(owner.ref, LATER.date(), "It is solved.", HEAD, ask_retest=True, **who(owner))
    catch_up()
    assert queries.waiting() == ()


def test_not_solved_after_all_reaches_the_owner(owner):
    looking = owner.look()
    acting.say_solved(looking, LATER.date(), "", (), "1", by=OWNER, now=LATER)
    remediation.landed(owner.ref, LATER.date(), "It is solved.", HEAD, ask_retest=True, **who(owner))
    remediation.reopen(owner.ref, FRIDAY, "still open", "It is still open.", HEAD, **who(owner))
    catch_up()
    page = queries.page_for(looking)
    assert page.state is State.WORKING and page.expected_on == FRIDAY and EntryKind.AGAIN in kinds(page.entries)


def test_given_back_and_asked_again(owner):
    looking = owner.look()
    acting.give_back(looking, "That is not our product.", "1", by=OWNER, now=LATER)
    assert [one.why for one in queries.waiting()] == [Asks.BACK]
    with pytest.raises(NotNow):
        acting.give_back(looking, "Again.", "2", by=OWNER, now=LATER)
    commands.ask_again(owner.ref, owner.id, "It is: see the header.", HEAD, folder=owner.house.folder, **who(owner))
    assert queries.waiting() == () and queries.page_for(looking).state is State.WORKING


def test_days_that_cannot_be(owner):
    looking = owner.look()
    with pytest.raises(BadDay):
        acting.propose(looking, date(2026, 3, 1), "x", "1", by=OWNER, now=LATER)
    with pytest.raises(BadDay):
        acting.propose(looking, date(2099, 3, 1), "x", "1", by=OWNER, now=LATER)
    with pytest.raises(BadMessage):
        acting.propose(looking, FRIDAY, "", "1", by=OWNER, now=LATER)
    with pytest.raises(BadDay):
        acting.say_solved(looking, FRIDAY, "", (), "1", by=OWNER, now=LATER)
    assert queries.waiting() == ()


# What the desk does


@pytest.mark.parametrize(
    ("whom", "refusal"),
    [
        (Invited(Kind.SUPPLIER, " ", ADDRESS, "en"), BadInvitation),
        (Invited(Kind.AUTHORITY, "Acme", ADDRESS, "en"), BadInvitation),
        (Invited(Kind.SUPPLIER, "x" * 121, ADDRESS, "en"), BadInvitation),
        (Invited(Kind.SUPPLIER, "Acme", "no address", "en"), BadAddress),
        (Invited(Kind.SUPPLIER, "Acme", "two@a.example, three@b.example", "en"), BadAddress),
    ],
)
def test_an_invitation_says_whom(house, ref, whom, refusal):
    before = log.head(ref)
    with pytest.raises(refusal):
        invite(house, ref, whom)
    assert log.head(ref) == before and mails_to(house) == []


def test_only_the_desk_acts_and_absent_looks_like_another_case(house, ref, owner):
    elsewhere = house.a_case("Another one.")
    for by in (OWNER, REPORTER):
        with pytest.raises(NoSuchCase):
            queries.owners_of(by, ref, house.keys)
    for case, no in ((elsewhere, NoSuchOwner), ("VB-2026-9999", NoSuchCase)):
        with pytest.raises(no):
            commands.withdraw(case, owner.id, by=HANNA, now=LATER)
    with pytest.raises(NoSuchOwner):
        queries.thread(HANNA, elsewhere, owner.id, house.keys)


def test_withdrawn_is_the_end_and_the_desk_keeps_the_thread(owner):
    commands.withdraw(owner.ref, owner.id, by=HANNA, now=LATER)
    assert seen(owner).technical.text and seen(owner).owner.acts == ()
    with pytest.raises(NotNow):
        commands.write(owner.ref, owner.id, Going("x"), HEAD, folder=owner.house.folder, **who(owner))
    with pytest.raises(NotNow):
        commands.withdraw(owner.ref, owner.id, by=HANNA, now=LATER)


def test_notice_takes_away_what_waits_but_not_a_date(owner):
    looking = owner.look()
    acting.write(looking, "Thanks.", (), "1", by=OWNER, now=LATER)
    commands.notice(owner.ref, owner.id, by=HANNA, now=LATER)
    assert queries.waiting() == ()
    acting.propose(looking, FRIDAY, "Then.", "2", by=OWNER, now=LATER)
    commands.notice(owner.ref, owner.id, by=HANNA, now=LATER)
    assert [one.why for one in queries.waiting()] == [Asks.PROPOSED]


# Reminders


def test_reminders_go_a_week_and_a_day_before_and_say_that_they_are_automatic(owner):
    week, day = (
        remind_at(date(2026, 3, 27), at, policy.current().policy.calendar.zone) for at in (LATER, LATER + 20 * DAY)
    )
    assert not hearing.anybody_to_remind(week - HOUR)
    assert hearing.remind(by=TICK, now=week) == 1 and hearing.remind(by=TICK, now=week) == 0
    mail = mails_to(owner.house)[-1]
    assert mail["Subject"] == f"A day comes near [{owner.ref}]" and mail["Auto-Submitted"] == "auto-generated"
    assert "This message is automatic." in words_of(mail) and not mail["Date"]
    assert hearing.remind(by=TICK, now=day) == 1 and not hearing.anybody_to_remind(day + 400 * DAY)
    assert [entry.facts["due_on"] for entry in facts(owner.ref, "owner.reminded")] == ["2026-03-27"] * 2


def test_what_lay_ready_gets_its_date_when_it_goes(owner, house):
    from meldpunt.conversation import outgoing
    from meldpunt.vault import keyring

    week = LATER + 18 * DAY
    hearing.remind(by=TICK, now=week)
    row = OutboxLetter.objects.filter(created_at=week).get()
    mail = outgoing.sending(row.pk, outbox_key=keyring.outbox(house.folder, "operator"), by=TICK, now=week + HOUR)
    assert mail.raw.startswith(b"Date: Fri, 20 Mar 2026 09:00:00 +0000\r\nFrom: ")


def test_who_has_solved_given_back_or_gone_is_not_reminded(house, ref):
    solved, back, gone, late = (invite(house, ref) for _ in range(4))
    acting.say_solved(solved.look(), LATER.date(), "", (), "1", by=OWNER, now=LATER)
    acting.give_back(back.look(), "No.", "1", by=OWNER, now=LATER)
    commands.withdraw(ref, gone.id, by=HANNA, now=LATER)
    assert hearing.remind(by=TICK, now=LATER + 19 * DAY) == 1  # the fourth
    assert late.id == facts(ref, "owner.reminded")[0].facts["owner"]


def test_the_clock_stood_still_and_nobody_is_reminded_of_a_day_that_passed(owner):
    assert hearing.remind(by=TICK, now=LATER + 60 * DAY) == 0
    assert not hearing.anybody_to_remind(LATER + 61 * DAY)


def test_acts_on_a_case_without_owners_change_nothing(ref):
    before = log.head(ref)
    catch_up()
    assert log.head(ref) == before


def test_every_state_can_be_left_but_the_last():
    from meldpunt.owners.rules import acts_for

    assert {state for state in State if not acts_for(state)} == {State.WITHDRAWN}
    assert all(Act.WITHDRAW in acts_for(state) for state in State if state is not State.WITHDRAWN)
    assert ACME.checked() == ACME
