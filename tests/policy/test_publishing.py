from datetime import UTC, datetime, timedelta

import pytest

from meldpunt.ground.values import REPORTER, Actor, Role
from meldpunt.ledger import log
from meldpunt.policy import queries
from meldpunt.policy.commands import publish
from meldpunt.policy.document import default_text, digest_of
from meldpunt.policy.errors import BadPolicy, MayNotPublish, NoPolicy, NoSuchVersion, Unchanged

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
OTTO = Actor(Role.OPERATOR, "otto")
FIRST = default_text(name="Gemeente Voorbeeldstad", contact="cvd@voorbeeldstad.example")
SECOND = FIRST.replace('"3 working days"', '"2 working days"')


def test_before_anything_is_published_there_is_no_policy():
    with pytest.raises(NoPolicy):
        queries.current()
    assert queries.versions() == ()


def test_publishing_makes_a_version_and_tells_the_ledger():
    assert publish(FIRST, by=OTTO, now=MONDAY) == 1
    found = queries.current()
    assert (found.version, found.published_at, found.digest) == (1, MONDAY, digest_of(FIRST))
    assert found.policy.assessment.count == 3
    [entry] = log.read("house")
    assert (entry.kind, entry.by, entry.at) == ("policy.published", "operator:otto", MONDAY)
    assert entry.facts == {"version": 1, "digest": digest_of(FIRST)}


def test_a_change_makes_a_new_version_and_the_old_one_stays():
    publish(FIRST, by=OTTO, now=MONDAY)
    assert publish(SECOND, by=OTTO, now=MONDAY + timedelta(days=1)) == 2
    assert queries.current().policy.assessment.count == 2
    assert queries.version(1).policy.assessment.count == 3
    assert queries.text_of(1) == FIRST
    assert [line.version for line in queries.versions()] == [2, 1]


def test_going_back_to_an_older_text_is_a_new_version():
    for text in (FIRST, SECOND):
        publish(text, by=OTTO, now=MONDAY)
    assert publish(FIRST, by=OTTO, now=MONDAY) == 3


def test_an_unchanged_policy_is_refused_and_nothing_is_written():
    publish(FIRST, by=OTTO, now=MONDAY)
    with pytest.raises(Unchanged, match="Version 1"):
        publish(FIRST, by=OTTO, now=MONDAY)
    assert len(queries.versions()) == len(log.read("house")) == 1


def test_an_invalid_policy_is_refused_and_nothing_is_written():
    with pytest.raises(BadPolicy, match=r"^Line \d+: "):
        publish(FIRST.replace("14 days", "a while"), by=OTTO, now=MONDAY)
    assert queries.versions() == ()
    assert log.read("house") == []


def test_a_reporter_publishes_nothing():
    with pytest.raises(MayNotPublish):
        publish(FIRST, by=REPORTER, now=MONDAY)


def test_an_unknown_version_is_refused():
    for ask in (queries.version, queries.text_of):
        with pytest.raises(NoSuchVersion, match="version 7"):
            ask(7)


def test_a_version_is_parsed_once(django_assert_num_queries):
    publish(FIRST, by=OTTO, now=MONDAY)
    first = queries.current()
    with django_assert_num_queries(1):
        assert queries.current().policy is first.policy
