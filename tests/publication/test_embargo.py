"""A3: an embargo from proposal to end, and who is told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.build import HEAD, reporters_key
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE
from tests.publication.acts import AMSTERDAM, DESK, TICK, UNTIL, agree, desk, kinds, tell, them, visit

from meldpunt.cases import giving, people
from meldpunt.cases.rules import Reporter
from meldpunt.ground.values import Role
from meldpunt.ledger import log
from meldpunt.promises import colleagues
from meldpunt.publication import commands, queries
from meldpunt.publication.errors import BadDate, BadParty, NotNow
from meldpunt.publication.rules import Act, Embargo, Kind, Moment, Side, Talk
from meldpunt.vault import openpgp
from meldpunt.works.publishing import Telling, end_embargoes

pytestmark = pytest.mark.django_db


@pytest.fixture
def ref(house):
    return house.a_case(language="en")


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
