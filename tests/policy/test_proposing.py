"""A change of the policy by two people."""

from datetime import UTC, datetime, timedelta

import pytest

from meldpunt.ground.values import REPORTER, Actor, Role
from meldpunt.ledger import log
from meldpunt.policy import queries
from meldpunt.policy.commands import approve, propose, publish, withdraw
from meldpunt.policy.document import default_text, digest_of
from meldpunt.policy.errors import (
    BadPolicy,
    BadProposal,
    DecidedAlready,
    MayNotPublish,
    NeedsSecondPerson,
    NoSuchProposal,
    PublishedMeanwhile,
    Unchanged,
)
from meldpunt.policy.proposing import STEPS, Act, State

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
OTTO = Actor(Role.OPERATOR, "otto")
HANNA, IMRAN = Actor(Role.LEAD, "hanna"), Actor(Role.COUNSEL, "imran")
ALONE = default_text(name="Gemeente Voorbeeldstad", contact="cvd@voorbeeldstad.example")
FIRST = ALONE.replace("second_person_for_policy = false", "second_person_for_policy = true")
SECOND = FIRST.replace('"3 working days"', '"5 working days"')


@pytest.fixture
def two_needed():
    """The first version, which asks for two people from then on."""
    return publish(FIRST, by=OTTO, now=MONDAY)


def kinds():
    return [entry.kind for entry in log.read("house")]


def test_the_table_of_steps_is_the_drawing():
    assert dict(STEPS) == {(State.OPEN, Act.APPROVE): State.PUBLISHED, (State.OPEN, Act.WITHDRAW): State.WITHDRAWN}


def test_one_proposes_another_approves(two_needed):
    made = propose(SECOND, "Five working days\n instead of three.", by=HANNA, now=MONDAY)
    assert (made.state, made.base, made.proposed_by) == (State.OPEN, 1, "lead:hanna")
    assert queries.proposals() == (made,)
    assert queries.current().version == 1, "a proposal changes nothing yet"

    assert approve(made.id, by=IMRAN, now=TUESDAY) == 2
    newest, _ = queries.versions()
    assert (newest.version, newest.published_at, newest.digest) == (2, TUESDAY, digest_of(SECOND))
    assert (newest.summary, newest.proposed_by, newest.by) == (
        "Five working days instead of three.",
        "lead:hanna",
        "counsel:imran",
    )
    assert queries.current().policy.assessment.count == 5
    assert queries.proposals() == ()
    done = queries.proposal(made.id)
    assert (done.state, done.version, done.decided_by, done.decided_at) == (
        State.PUBLISHED,
        2,
        "counsel:imran",
        TUESDAY,
    )
    assert kinds() == ["policy.published", "policy.proposed", "policy.published", "policy.approved"]


@pytest.mark.parametrize("myself", [HANNA, Actor(Role.OPERATOR, "Hanna")])
def test_nobody_approves_their_own_proposal(two_needed, myself):
    made = propose(SECOND, "Five.", by=HANNA, now=MONDAY)
    with pytest.raises(NeedsSecondPerson, match="You proposed this yourself"):
        approve(made.id, by=myself, now=TUESDAY)
    assert queries.proposals() == (made,)
    assert queries.current().version == 1
    assert kinds() == ["policy.published", "policy.proposed"]


def test_nobody_goes_around_it(two_needed):
    with pytest.raises(NeedsSecondPerson, match="two people"):
        publish(SECOND, by=OTTO, now=TUESDAY)
    assert queries.current().version == 1


def test_the_version_that_holds_decides_and_not_the_proposed_one():
    """To need two people from now on, one is enough; to need one again, it takes two."""
    publish(ALONE, by=OTTO, now=MONDAY)
    made = propose(FIRST, "From now on two people.", by=HANNA, now=MONDAY)
    assert approve(made.id, by=HANNA, now=MONDAY) == 2
    back = propose(ALONE, "One is enough.", by=HANNA, now=MONDAY)
    with pytest.raises(NeedsSecondPerson):
        approve(back.id, by=HANNA, now=MONDAY)


@pytest.mark.parametrize("act", [approve, withdraw])
def test_a_proposal_is_decided_about_once(two_needed, act):
    made = propose(SECOND, "Five.", by=HANNA, now=MONDAY)
    withdraw(made.id, by=HANNA, now=MONDAY)
    before = (queries.proposal(made.id), kinds())
    with pytest.raises(DecidedAlready):
        act(made.id, by=IMRAN, now=TUESDAY)
    assert (queries.proposal(made.id), kinds()) == before
    assert queries.proposals(State.WITHDRAWN) == (before[0],)


def test_a_proposal_about_an_older_version_is_refused(two_needed):
    old = propose(SECOND, "Five.", by=HANNA, now=MONDAY)
    new = propose(FIRST.replace('"14 days"', '"10 days"'), "Ten days.", by=HANNA, now=MONDAY)
    approve(new.id, by=IMRAN, now=MONDAY)
    with pytest.raises(PublishedMeanwhile, match="propose it again"):
        approve(old.id, by=IMRAN, now=TUESDAY)
    assert queries.proposals() == (old,)


@pytest.mark.parametrize(
    ("text", "summary", "by", "refusal"),
    [
        (FIRST, "Nothing.", HANNA, Unchanged),
        ("x = 1", "Broken.", HANNA, BadPolicy),
        (SECOND, " \n", HANNA, BadProposal),
        (SECOND, "x" * 2001, HANNA, BadProposal),
        (SECOND, "Mine.", REPORTER, MayNotPublish),
        (SECOND, "Mine.", Actor(Role.MACHINE, "tick"), MayNotPublish),
    ],
)
def test_what_cannot_be_proposed_leaves_nothing(two_needed, text, summary, by, refusal):
    with pytest.raises(refusal):
        propose(text, summary, by=by, now=MONDAY)
    assert queries.proposals(None) == ()
    assert kinds() == ["policy.published"]


@pytest.mark.parametrize("act", [approve, withdraw])
def test_a_reporter_decides_nothing_and_an_unknown_proposal_is_refused(two_needed, act):
    made = propose(SECOND, "Five.", by=HANNA, now=MONDAY)
    with pytest.raises(MayNotPublish):
        act(made.id, by=REPORTER, now=MONDAY)
    with pytest.raises(NoSuchProposal, match="no proposal 99"):
        act(99, by=IMRAN, now=MONDAY)
    assert queries.proposals() == (made,)


def test_a_preview_says_what_a_report_that_arrives_now_would_be_promised(two_needed):
    found = queries.preview(SECOND, MONDAY)
    assert [one.kind for one in found.clocks] == ["assessment", "longest_gap"]
    assert found.clocks[0].words.said_in("en") == (
        "A report received now: assessment due Monday 30 November 2026, end of day, Amsterdam time (five working days)."
    )
    assert found.clocks[0].words.said_in("nl") == (
        "Een melding die nu binnenkomt: beoordeling uiterlijk maandag 30 november 2026, einde van de dag, "
        "Amsterdamse tijd (vijf werkdagen)."
    )
    assert [one.said_in("en") for one in found.changes] == [
        "Changed: the term for the assessment, from three working days to five working days."
    ]
    assert set(found.page) == {"nl", "en"}
    assert found.page["nl"].promises[0].title == "Antwoord binnen vijf werkdagen"
    assert queries.current().version == 1
    assert queries.proposals(None) == ()


def test_a_preview_before_anything_was_published_has_nothing_to_compare_with():
    found = queries.preview(FIRST, MONDAY)
    assert found.changes == ()
    with pytest.raises(BadPolicy):
        queries.preview("x = 1", MONDAY)


def test_a_published_version_stays_readable_when_the_rules_become_stricter(two_needed):
    """What contradicts itself is not published any more, and was perhaps published once."""
    from meldpunt.policy.models import Version

    text = FIRST.replace('lead = ""', 'lead = "x"').replace('# cut_off = "17:00"', 'cut_off = "00:00"')
    with pytest.raises(BadPolicy):
        queries.preview(text, MONDAY)
    Version.objects.create(number=2, text=text, digest=digest_of(text), published_at=MONDAY, by="operator:otto")
    assert queries.current().policy.team.lead == "x"
