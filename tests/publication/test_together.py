"""A3, P7 and P5: an embargo from proposal to end, a publication together, and a name that comes and goes."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import pytest
from tests.build import HEAD, reporters_key
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE

from meldpunt.cases import giving, people, visits
from meldpunt.cases import queries as cases
from meldpunt.cases.errors import NoSuchCase, NotYours
from meldpunt.cases.rules import Reporter
from meldpunt.conversation import posting
from meldpunt.conversation.models import OutboxLetter
from meldpunt.ground.values import REPORTER, Actor, CaseRef, Role
from meldpunt.ledger import log
from meldpunt.privacy import crediting
from meldpunt.privacy.credit import Wish
from meldpunt.privacy.drafts import draft as letter_draft
from meldpunt.promises import colleagues
from meldpunt.publication import commands, ending, going, hall, publishing, queries
from meldpunt.publication.errors import BadDate, BadParty, MayNotBeNamed, NotAsShown, NotNow, TooEarly
from meldpunt.publication.models import Standing
from meldpunt.publication.rules import Act, Embargo, Kind, Moment, Side, Talk
from meldpunt.remediation import commands as remediation
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.vault import keyring, openpgp
from meldpunt.works.followers import catch_up
from meldpunt.works.publishing import Telling, end_embargoes

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TICK, OPENER = Actor(Role.MACHINE, "tick"), Actor(Role.MACHINE, "opener")
DESK = "https://desk.voorbeeldstad.example"
UNTIL = Moment(MONDAY_NINE + 10 * DAY, AMSTERDAM)
DRAFT = going.checked_draft("The lock of the tax page", "It opened for anyone.\nIt does not any more.", "en")


@pytest.fixture
def ref(house):
    return house.a_case(language="en")


def visit(house, now=MONDAY_NINE):
    return visits.visiting(visits.open_visit(house.receipts[-1], by=REPORTER, now=now), now)


def desk(house, now=MONDAY_NINE, by=HANNA):
    return {"keys": house.keys, "by": by, "now": now}


def them(now=MONDAY_NINE):
    return {"by": REPORTER, "now": now}


def kinds(ref):
    return [told.kind for told in log.read(ref)]


def agree(house, ref, until=UNTIL, now=MONDAY_NINE):
    commands.propose(ref, until, "May we?", HEAD, **desk(house, now))
    commands.answer_for(visit(house, now), Act.AGREE, until.at if until else None, **them(now))


def solve(house, ref, now=MONDAY_NINE + 2 * DAY):
    assessed = Assessment(Verdict.CONFIRMED, Severity.HIGH, expected_on=(now + 5 * DAY).date())
    triage.assess(ref, assessed, "Our assessment.", HEAD, **desk(house, now))
    remediation.landed(ref, now.date(), "It is solved.", HEAD, ask_retest=False, **desk(house, now))
    catch_up()


def name(house, now=MONDAY_NINE + 3 * DAY, shown="Nachtuil", link="https://uil.example/"):
    crediting.wish(visit(house, now), Wish.LINK, shown, link, **them(now))
    catch_up()


def ask_and_confirm(house, ref, now=MONDAY_NINE + 3 * DAY):
    name(house, now)
    crediting.ask(ref, "How?", HEAD, **desk(house, now))
    crediting.confirm(visit(house, now), **them(now))


def plan(house, ref, draft=DRAFT, at=UNTIL, before_fix=False, now=MONDAY_NINE + 3 * DAY):
    publishing.plan(ref, draft, at, before_fix, "Please read.", HEAD, **desk(house, now))


def publish(house, ref, draft=DRAFT, changed="", now=UNTIL.at + HOUR):
    return publishing.publish(ref, draft, "", changed, "It is out.", HEAD, **desk(house, now))


def ready(house, ref):
    """Solved, drafted, agreed, asked; the moment is UNTIL."""
    solve(house, ref)
    plan(house, ref)
    now = MONDAY_NINE + 4 * DAY
    publishing.answer_for(visit(house, now), Act.AGREE, UNTIL.at, **them(now))
    ask_and_confirm(house, ref)


def mails(house):
    key = keyring.outbox(house.folder, "operator")
    rows = OutboxLetter.objects.order_by("created_at", "id")
    return [message_from_bytes(posting.unqueue(row, key).raw, policy=default) for row in rows]


def tell(house, ref, now):
    OutboxLetter.objects.all().delete()
    ending.tell(ref, HEAD, DESK, keys=house.keys, by=OPENER, now=now)
    return mails(house)


def test_a3_an_embargo_is_agreed_ends_at_its_moment_and_everyone_is_told_once(house):
    public = openpgp.public_copy(reporters_key(), expires=None)
    theirs = Reporter("Nachtuil", "nachtuil@example.org", public, openpgp.read_keys(public)[0].fingerprint)
    ref = house.a_case(language="en", reporter=theirs)
    colleagues.set_address("hanna", "hanna@voorbeeldstad.example", "en", by=HANNA, now=MONDAY_NINE)
    people.set_roles("hanna", {Role.HANDLER}, by=HANNA, now=MONDAY_NINE)
    agree(house, ref)
    assert (queries.standing_of(ref).embargo, queries.standing_of(ref).until) == (Embargo.RUNNING, UNTIL)
    end_embargoes(TICK, UNTIL.at - timedelta(microseconds=1))
    assert queries.standing_of(ref).embargo is Embargo.RUNNING
    end_embargoes(TICK, UNTIL.at)
    end_embargoes(TICK, UNTIL.at)
    told = log.read(ref)[-1]
    assert (told.kind, told.facts, told.at) == ("embargo.ended", {"how": "moment"}, UNTIL.at)
    assert queries.untold() == (ref,)
    to_reporter, to_hanna = sorted(tell(house, ref, UNTIL.at), key=lambda mail: "hanna" in mail["To"])
    assert to_reporter["Auto-Submitted"] and to_reporter.get_content_type() == "multipart/encrypted"
    assert to_hanna["To"] == "hanna@voorbeeldstad.example" and f"{DESK}/cases/{ref}/" in to_hanna.get_content()
    assert "nachtuil" not in to_hanna.as_string().lower()
    assert tell(house, ref, UNTIL.at) == [] and queries.untold() == ()
    last = log.read(ref)[-1]
    assert (last.kind, last.facts["about"], last.facts["automatic"]) == ("letter.written", "embargo-ended", True)


def test_of_a_case_for_named_people_only_they_hear_that_its_embargo_ended(house, ref):
    for name in ("hanna", "joris"):
        colleagues.set_address(name, f"{name}@voorbeeldstad.example", "en", by=HANNA, now=MONDAY_NINE)
        people.set_roles(name, {Role.HANDLER}, by=HANNA, now=MONDAY_NINE)
    giving.restrict(ref, by=HANNA, now=MONDAY_NINE)
    agree(house, ref)
    end_embargoes(TICK, UNTIL.at)
    told = {mail["To"] for mail in tell(house, ref, UNTIL.at)}
    assert "hanna@voorbeeldstad.example" in told and "joris@voorbeeldstad.example" not in told


def test_without_a_key_the_mail_says_nothing_and_without_an_address_there_is_none(house, ref):
    agree(house, ref)
    end_embargoes(TICK, UNTIL.at)
    [notice] = tell(house, ref, UNTIL.at)
    assert "There is a letter for you" in notice["Subject"] and "embargo" not in notice.as_string().lower()
    nobody = house.a_case(reporter=Reporter())
    commands.report_leak(nobody, "In the paper.", by=HANNA, now=UNTIL.at)
    assert tell(house, nobody, UNTIL.at) == [] and queries.untold() == ()


def test_the_opener_tells_when_it_is_idle(house, ref):
    agree(house, ref)
    end_embargoes(TICK, UNTIL.at)
    Telling(house.keys, HEAD.base_url, DESK, tagged=False).turn()
    assert queries.untold() == () and log.read(ref)[-1].facts["about"] == "embargo-ended"


def test_the_reporter_proposes_with_a_zone_and_we_refuse_then_agree(house, ref):
    moment = Moment(datetime(2027, 1, 15, 14, 0, tzinfo=UTC), ZoneInfo("America/New_York"))
    commands.propose_for(visit(house), moment, **them())
    commands.answer(ref, Act.REFUSE, "Sooner, please.", HEAD, **desk(house))
    assert queries.standing_of(ref).talk is Talk.REFUSED and queries.standing_of(ref).embargo is Embargo.NONE
    commands.propose_for(visit(house), moment, **them())
    commands.answer(ref, Act.AGREE, "Fine.", HEAD, **desk(house))
    assert queries.standing_of(ref).until == moment  # the zone is kept
    with pytest.raises(BadDate, match="agreed already"):
        commands.propose_for(visit(house), moment, **them())


def test_an_agreed_moment_holds_until_both_agree_on_another(house, ref):
    agree(house, ref)
    later = Moment(UNTIL.at + 5 * DAY, AMSTERDAM)
    commands.propose(ref, later, "Longer?", HEAD, **desk(house))
    commands.answer_for(visit(house), Act.REFUSE, later.at, **them())
    assert queries.standing_of(ref).until == UNTIL
    commands.propose(ref, later, "Longer?", HEAD, **desk(house))
    commands.take_back(ref, by=HANNA, now=MONDAY_NINE)
    with pytest.raises(NotNow):
        commands.answer_for(visit(house), Act.AGREE, later.at, **them())
    assert queries.standing_of(ref).until == UNTIL


def test_a_yes_is_to_the_proposal_that_was_read(house, ref):
    commands.propose(ref, UNTIL, "May we?", HEAD, **desk(house))
    commands.propose(ref, Moment(UNTIL.at + DAY, AMSTERDAM), "Or this?", HEAD, **desk(house))
    with pytest.raises(NotNow, match="changed meanwhile"):
        commands.answer_for(visit(house), Act.AGREE, UNTIL.at, **them())
    assert queries.standing_of(ref).talk is Talk.OURS


def test_both_sides_can_end_it_early_and_begin_anew(house, ref):
    agree(house, ref)
    agree(house, ref, until=None)
    assert [queries.standing_of(ref).embargo, queries.standing_of(ref).how] == [Embargo.ENDED, "agreement"]
    assert queries.standing_of(ref).talk.by is None
    agree(house, ref, until=Moment(UNTIL.at + DAY, AMSTERDAM))
    assert queries.standing_of(ref).embargo is Embargo.RUNNING and queries.untold() == ()


def test_a_leak_that_the_reporter_sees_ends_it_when_a_person_says_so(house, ref):
    agree(house, ref)
    commands.report_leak_for(visit(house), "On a forum: zebrapad.", **them())
    assert queries.standing_of(ref).embargo is Embargo.RUNNING
    with pytest.raises(NotNow, match="told us already"):
        commands.report_leak_for(visit(house), "Again.", **them())
    commands.dismiss_leak(ref, "It is another lock.", HEAD, **desk(house))
    with pytest.raises(NotNow):
        commands.confirm_leak(ref, by=HANNA, now=MONDAY_NINE)
    commands.report_leak_for(visit(house), "Still.", **them(MONDAY_NINE + HOUR))
    commands.confirm_leak(ref, by=HANNA, now=MONDAY_NINE)
    assert log.read(ref)[-1].facts == {"how": "leak"} and queries.untold() == (ref,)
    with pytest.raises(NotNow, match="in the open already"):
        commands.propose(ref, UNTIL, "May we?", HEAD, **desk(house))
    said = queries.papers_for(visit(house)).leaks
    assert [(one.text, one.side) for one in said] == [("On a forum: zebrapad.", Side.THEM), ("Still.", Side.THEM)]
    assert not any("zebrapad" in str(told.facts) for told in log.read(ref))


def test_who_knows_by_name_at_the_desk_and_by_kind_for_the_reporter(house, ref):
    commands.note_party(ref, Kind.SUPPLIER, "Slotenmaker BV", by=HANNA, now=MONDAY_NINE)
    commands.note_party_for(visit(house), Kind.OTHER, "My colleague", **them())
    assert {one.name for one in queries.parties_of(HANNA, ref, house.keys)} == {"Slotenmaker BV", "My colleague"}
    assert [(one.kind, one.name) for one in queries.parties_for(visit(house)) if one.side is Side.US] == [
        (Kind.SUPPLIER, "")
    ]
    with pytest.raises(BadParty):
        commands.note_party(ref, Kind.OTHER, " ", by=HANNA, now=MONDAY_NINE)
    [theirs] = [one for one in queries.parties_of(HANNA, ref, house.keys) if one.side is Side.US]
    with pytest.raises(NotNow):
        commands.inform_party(ref, theirs.id, by=HANNA, now=MONDAY_NINE)
    commands.report_leak(ref, "In the paper.", by=HANNA, now=MONDAY_NINE)
    commands.inform_party(ref, theirs.id, by=HANNA, now=MONDAY_NINE)
    commands.inform_party(ref, theirs.id, by=HANNA, now=MONDAY_NINE)
    assert kinds(ref).count("embargo.party-informed") == 1
    commands.keep_leak_plan(ref, "Call the mayor.", by=HANNA, now=MONDAY_NINE)
    assert queries.leak_plan_of(HANNA, ref, house.keys) == "Call the mayor."


def test_p7_what_both_read_is_published_and_credited_as_wished(house, ref):
    ready(house, ref)
    published = publish(house, ref)
    assert published == "VB-ADV-2026-0001"
    shown = queries.advisory(published)
    assert (shown.title, shown.text, shown.shown, shown.link) == (
        DRAFT.title,
        DRAFT.text,
        "Nachtuil",
        "https://uil.example/",
    )
    [done] = [told for told in log.read(ref) if told.kind == "publication.done"]
    assert done.facts == {"credited_as_wished": True, "agreed": True, "changed": False}
    with pytest.raises(NotNow, match="already"):
        publish(house, ref)


def test_nothing_is_published_before_the_embargo_ends_and_nothing_changes(house, ref):
    ready(house, ref)
    agree(house, ref, until=Moment(UNTIL.at + 5 * DAY, AMSTERDAM), now=MONDAY_NINE + 5 * DAY)
    before, row = log.head(ref), Standing.objects.filter(pk=ref).values()[0]
    with pytest.raises(TooEarly, match="embargo lasts until"):
        publish(house, ref)
    assert (log.head(ref), Standing.objects.filter(pk=ref).values()[0], queries.advisories()) == (before, row, ())
    with pytest.raises(TooEarly):  # nor is it planned
        plan(house, ref, at=Moment(UNTIL.at + DAY, AMSTERDAM), now=MONDAY_NINE + 5 * DAY)
    # the clock's process was away: what has ended by the clock is still to be ended by it first
    with pytest.raises(TooEarly):
        publish(house, ref, now=UNTIL.at + 6 * DAY)
    end_embargoes(TICK, UNTIL.at + 6 * DAY)
    assert publish(house, ref, now=UNTIL.at + 6 * DAY)


def test_another_text_says_what_changed_and_the_reporter_reads_it(house, ref):
    ready(house, ref)
    other = going.checked_draft(DRAFT.title, "Something else.", "en")
    with pytest.raises(NotAsShown):
        publish(house, ref, other)
    publish(house, ref, other, "The lawyers took a sentence out.")
    assert queries.papers_for(visit(house)).changed == "The lawyers took a sentence out."
    assert next(told for told in log.read(ref) if told.kind == "publication.done").facts["changed"] is True


def test_without_their_yes_it_counts_as_not_agreed(house, ref):
    solve(house, ref)
    plan(house, ref)
    now = MONDAY_NINE + 4 * DAY
    publishing.answer_for(visit(house, now), Act.REFUSE, UNTIL.at, **them(now))
    crediting.ask(ref, "How?", HEAD, **desk(house, now))
    publish(house, ref)
    done = next(told for told in log.read(ref) if told.kind == "publication.done")
    assert done.facts == {"credited_as_wished": True, "agreed": False, "changed": False}
    assert queries.advisory_of(ref).shown == ""  # as long as we hear nothing, we name nobody


def test_before_it_is_solved_only_with_their_yes_to_that(house, ref):
    plan(house, ref, before_fix=True)
    crediting.ask(ref, "How?", HEAD, **desk(house, MONDAY_NINE + 3 * DAY))
    with pytest.raises(TooEarly, match="not solved yet"):
        publish(house, ref)
    now = MONDAY_NINE + 4 * DAY
    publishing.answer_for(visit(house, now), Act.AGREE, UNTIL.at, **them(now))
    assert publish(house, ref)


def test_the_reporter_comments_and_proposes_another_moment(house, ref):
    plan(house, ref)
    now = MONDAY_NINE + 4 * DAY
    publishing.comment_for(visit(house, now), "The version is wrong: zebrapad.", **them(now))
    assert queries.standing_of(ref).commented_at == now
    earlier = Moment(UNTIL.at - DAY, ZoneInfo("America/New_York"))
    publishing.propose_for(visit(house, now), earlier, **them(now))
    with pytest.raises(NotNow, match="Answer them first"):
        plan(house, ref, now=now)
    publishing.answer(ref, Act.AGREE, "Fine.", HEAD, **desk(house, now))
    here = queries.standing_of(ref)
    assert (here.planned, here.agreed) == (earlier, True)
    better = going.checked_draft(DRAFT.title, "The version is right.", "en")
    plan(house, ref, better, at=earlier, now=now)
    here = queries.standing_of(ref)
    assert (here.agreed, here.drafts, here.commented_at) == (True, 2, None)  # the moment stays agreed
    assert queries.papers_for(visit(house, now)).draft == better
    with pytest.raises(NotNow, match="nothing new"):
        plan(house, ref, better, at=earlier, now=now)
    assert not any("zebrapad" in str(told.facts) for told in log.read(ref))


def test_called_off_and_planned_anew(house, ref):
    with pytest.raises(NotNow):
        publishing.call_off(ref, "No.", HEAD, **desk(house))
    plan(house, ref)
    publishing.call_off(ref, "No.", HEAD, **desk(house, MONDAY_NINE + 4 * DAY))
    with pytest.raises(NotNow, match="called off"):
        publish(house, ref)
    with pytest.raises(NotNow):
        publishing.comment_for(visit(house), "Why?", **them())
    plan(house, ref, now=MONDAY_NINE + 5 * DAY)
    assert queries.standing_of(ref).planned == UNTIL


def test_p5_only_a_confirmed_wish_in_its_time_stands_in_the_hall(house, ref):
    now = MONDAY_NINE + 3 * DAY
    with pytest.raises(MayNotBeNamed):
        hall.enter(ref, **desk(house, now))
    name(house)
    with pytest.raises(MayNotBeNamed):
        hall.enter(ref, **desk(house, now))
    ready(house, ref)
    with pytest.raises(TooEarly, match="comes with the publication"):
        hall.enter(ref, **desk(house, now))
    publish(house, ref)
    hall.enter(ref, **desk(house, UNTIL.at + DAY))
    [one] = queries.hall()
    assert (one.shown, one.link, one.month.isoformat()) == ("Nachtuil", "https://uil.example/", "2026-03-01")
    with pytest.raises(NotNow, match="already"):
        hall.enter(ref, **desk(house, UNTIL.at + DAY))


def test_p5_a_withdrawn_name_is_gone_from_everywhere(house, ref):
    ready(house, ref)
    publish(house, ref)
    hall.enter(ref, **desk(house, UNTIL.at + HOUR))
    crediting.withdraw(visit(house, UNTIL.at + DAY), **them(UNTIL.at + DAY))
    catch_up()
    assert queries.hall() == () and queries.advisory_of(ref).shown == "" == queries.advisory_of(ref).link
    assert kinds(ref)[-2:] == ["credit.withdrawn", "hall.left"]
    with pytest.raises(MayNotBeNamed):
        hall.enter(ref, **desk(house, UNTIL.at + 2 * DAY))


def test_p5_another_name_takes_the_old_one_away_and_a_person_enters_the_new_one(house, ref):
    ready(house, ref)
    publish(house, ref)
    hall.enter(ref, **desk(house, UNTIL.at + HOUR))
    name(house, UNTIL.at + DAY, "Kerkuil")
    assert queries.hall() == () and queries.standing_of(ref).renamed_at
    hall.enter(ref, **desk(house, UNTIL.at + DAY))
    catch_up()
    assert [one.shown for one in queries.hall()] == ["Kerkuil"] == [queries.advisory_of(ref).shown]
    assert queries.standing_of(ref).renamed_at is None


def test_a_name_that_was_entered_knowing_the_wish_is_not_taken_away_by_a_follower_that_was_late(house, ref):
    ready(house, ref)
    publish(house, ref)
    hall.enter(ref, **desk(house, UNTIL.at + HOUR))
    wished = crediting.wish(visit(house, UNTIL.at + DAY), Wish.ALIAS, "Kerkuil", "", **them(UNTIL.at + DAY))
    assert wished == "confirmed"
    hall.enter(ref, **desk(house, UNTIL.at + DAY))  # before anybody read on
    catch_up()
    assert [one.shown for one in queries.hall()] == ["Kerkuil"]


def test_who_may_not_and_what_is_not_there(house, ref):
    with pytest.raises(NotYours):
        commands.propose(ref, UNTIL, "x", HEAD, **desk(house, by=OPENER))
    with pytest.raises(NotYours):
        publishing.publish(ref, DRAFT, "", "", "x", HEAD, **desk(house, by=OPENER))
    with pytest.raises(NoSuchCase):
        commands.propose(CaseRef("VB-2026-0099"), UNTIL, "x", HEAD, **desk(house))
    with pytest.raises(NoSuchCase):
        queries.parties_of(REPORTER, ref, house.keys)


def test_every_letter_stands_in_both_languages_and_its_subject_says_nothing(house):
    facts = {"until": "UNTIL", "planned": "PLANNED", "before_fix": True, "changed": True, "agree": True}
    for language, hello in (("nl", "Beste Nachtuil,"), ("en", "Dear Nachtuil,")):
        ref = house.a_case(language=language)
        for about in (
            "embargo-proposal",
            "embargo-answer",
            "embargo-leak",
            "embargo-ended",
            "publication-plan",
            "publication-answer",
            "publication-called-off",
            "publication-done",
        ):
            for more in ({}, {"agree": False, "until": "", "how": "leak", "shown": "Uil", "advisories": "ADDRESS"}):
                text = letter_draft(HANNA, ref, about, HEAD, keys=house.keys, **(facts | more))
                assert hello in text and "None" not in text and "{" not in text, about
    assert [one.text for one in cases.written(HANNA, ref, house.keys) if one.kind == "to-reporter"] == []
