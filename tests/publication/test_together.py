"""P7 and P5: a publication together, and a name that comes and goes."""

from zoneinfo import ZoneInfo

import pytest
from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE
from tests.publication.acts import (
    AMSTERDAM,
    DRAFT,
    OPENER,
    TICK,
    UNTIL,
    agree,
    desk,
    kinds,
    name,
    plan,
    publish,
    ready,
    solve,
    them,
    visit,
)

from meldpunt.cases import queries as cases
from meldpunt.cases.errors import NoSuchCase, NotYours
from meldpunt.ground.values import REPORTER, CaseRef
from meldpunt.ledger import log
from meldpunt.privacy import crediting
from meldpunt.privacy.credit import Wish
from meldpunt.privacy.drafts import draft as letter_draft
from meldpunt.publication import commands, going, hall, publishing, queries
from meldpunt.publication.errors import MayNotBeNamed, NotAsShown, NotNow, TooEarly
from meldpunt.publication.models import Standing
from meldpunt.publication.rules import Act, Moment
from meldpunt.works.followers import catch_up
from meldpunt.works.publishing import end_embargoes

pytestmark = pytest.mark.django_db


@pytest.fixture
def ref(house):
    return house.a_case(language="en")


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
