"""The tables and conditions of embargo and publication."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.policy.rules import read_moment, read_zone
from meldpunt.privacy import credit
from meldpunt.publication import going, queries, rules
from meldpunt.publication.errors import BadDate, BadText, NotAsShown, NotNow, TooEarly
from meldpunt.publication.rules import Act, Embargo, Moment, Side, Talk, Turn

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOUR = timedelta(hours=1)


def test_the_drawing_of_the_talk_is_the_table():
    rows = {}
    for line in rules.__doc__.splitlines():
        cells = line.split("   ")
        words = [cell.strip() for cell in cells if cell.strip()]
        if words and words[0] in set(Talk):
            rows[words[0]] = words[1:]
    assert set(rows) == set(Talk)
    for talk, (propose, agree, refuse, back) in rows.items():
        assert propose == "ours, theirs"
        assert {rules.TALKS[Talk(talk), side, Act.PROPOSE] for side in Side} == {Talk.OURS, Talk.THEIRS}
        who = Talk(talk).by
        for act, drawn, side in ((Act.AGREE, agree, who and who.other), (Act.REFUSE, refuse, who and who.other)):
            assert rules.TALKS.get((Talk(talk), side, act), "no") == drawn
        assert rules.TALKS.get((Talk(talk), who, Act.TAKE_BACK), "no") == back


def test_nobody_answers_their_own_proposal():
    for talk in Talk:
        for side in Side:
            own = talk.by is side
            assert (Act.TAKE_BACK in rules.acts_for(talk, side)) == own
            assert (Act.AGREE in rules.acts_for(talk, side)) == (talk.by is side.other)
            if own:
                with pytest.raises(NotNow, match="no proposal that waits"):
                    rules.next_talk(talk, side, Act.AGREE)


def test_after_a_leak_there_is_nothing_to_agree_on():
    for turn in Turn:
        with pytest.raises(NotNow, match="in the open already"):
            rules.next_embargo(Embargo.LEAKED, turn)
    assert [state for state in Embargo if rules.may_talk(state)] == [Embargo.NONE, Embargo.RUNNING, Embargo.ENDED]
    with pytest.raises(NotNow):
        rules.check_proposal(Embargo.NONE, None, NOW)  # nothing runs that could end


@pytest.mark.parametrize("moment", [NOW, NOW - HOUR, NOW + timedelta(days=800)])
def test_a_moment_lies_ahead_and_not_too_far(moment):
    with pytest.raises(BadDate):
        rules.check_proposal(Embargo.NONE, moment, NOW)


def test_nine_in_new_york_is_three_in_amsterdam():
    zone = read_zone("America/New_York")
    moment = Moment(read_moment("2027-01-15T09:00", zone), zone)
    assert moment.at == datetime(2027, 1, 15, 14, 0, tzinfo=UTC)
    said = queries.said(moment, AMSTERDAM, "en")
    assert said == "Friday 15 January 2027, 15:00, Amsterdam time (Friday 15 January 2027, 09:00, New York time)"
    assert queries.said(Moment(moment.at, AMSTERDAM), AMSTERDAM, "nl") == (
        "vrijdag 15 januari 2027, 15.00 uur, Amsterdamse tijd"
    )


READY = going.Waiting(
    going.State.OPEN,
    Talk.AGREED,
    Moment(NOW, AMSTERDAM),
    False,
    "digest",
    Embargo.ENDED,
    None,
    Talk.QUIET,
    "confirmed",
    "landed",
    credit.State.CONFIRMED,
    "alias",
)


def test_what_is_ready_may_be_published():
    going.check_publish(READY, NOW)


@pytest.mark.parametrize(
    ("changes", "refusal", "words"),
    [
        (
            {"embargo": Embargo.RUNNING, "until": Moment(NOW + HOUR, AMSTERDAM)},
            TooEarly,
            "lasts until 2026-11-02 10:00",
        ),
        ({"embargo_talk": Talk.THEIRS}, TooEarly, "proposed and not answered"),
        ({"planned": Moment(NOW + HOUR, AMSTERDAM)}, TooEarly, "planned for"),
        ({"fix": "expected"}, TooEarly, "not solved yet"),
        ({"fix": "disputed"}, TooEarly, "not solved yet"),
        ({"credit": credit.State.WISHED}, NotNow, "Ask the reporter first"),
        ({"shown": ""}, NotNow, "Plan it first"),
        ({"talk": Talk.THEIRS}, NotNow, "Answer them first"),
        ({"state": going.State.PUBLISHED}, NotNow, "published already"),
        ({"state": going.State.CALLED_OFF}, NotNow, "called off"),
    ],
)
def test_what_it_waits_for(changes, refusal, words):
    with pytest.raises(refusal, match=words):
        going.check_publish(replace(READY, **changes), NOW)


def test_what_it_does_not_wait_for():
    for changes in (
        {"talk": Talk.REFUSED},  # it counts in the figures
        {"fix": "expected", "before_fix": True},
        {"fix": "none", "verdict": "accepted-risk"},
        {"credit": credit.State.OPEN, "credit_offered": False},
        {"credit": credit.State.WISHED, "wish": "none"},
        {"embargo": Embargo.LEAKED, "fix": "expected", "planned": Moment(NOW + HOUR, AMSTERDAM)},
    ):
        going.check_publish(replace(READY, **changes), NOW)


@given(
    embargo=st.sampled_from(Embargo),
    hours=st.integers(-50, 50),
    fix=st.sampled_from(["none", "expected", "landed", "asked", "disputed", "confirmed"]),
    talk=st.sampled_from(Talk),
    before_fix=st.booleans(),
)
def test_nothing_is_ever_published_while_an_embargo_runs(embargo, hours, fix, talk, before_fix):
    until = Moment(NOW + hours * HOUR, AMSTERDAM)
    waiting = replace(READY, embargo=embargo, until=until, fix=fix, talk=talk, before_fix=before_fix)
    try:
        going.check_publish(waiting, NOW)
    except (NotNow, TooEarly):
        return
    assert embargo is not Embargo.RUNNING


def test_another_text_than_the_reporter_saw_is_told():
    draft = going.checked_draft(" A  title ", "Text\r\nmore\n", "en")
    assert (draft.title, draft.text) == ("A title", "Text\nmore")
    assert going.check_as_shown(draft, draft.digest, "") is False
    with pytest.raises(NotAsShown):
        going.check_as_shown(replace(draft, text="Other"), draft.digest, "  ")
    assert going.check_as_shown(replace(draft, text="Other"), draft.digest, "The number was wrong.") is True


@pytest.mark.parametrize("text", ["", "a\x00b", "a\u202eb", "a\x0bb", "x" * 60_001])
def test_what_no_page_can_show_is_no_draft(text):
    with pytest.raises(BadText):
        going.checked_draft("Title", text, "en")


@pytest.mark.parametrize(
    "address", ["http://a.example", "https://", "javascript:x", "https://u:p@a.example/", "https://a b.example"]
)
def test_an_address_is_https_or_nothing(address):
    assert going.checked_address("  ") == ""
    assert going.checked_address(" https://a.example/x ") == "https://a.example/x"
    with pytest.raises(BadText):
        going.checked_address(address)


def test_only_a_confirmed_wish_names_somebody():
    wanted = credit.Credit(credit.Wish.ALIAS, "Uil", "", NOW)
    assert going.to_be_named(wanted, credit.State.CONFIRMED)
    assert not going.to_be_named(wanted, credit.State.ASKED)
    assert not going.to_be_named(replace(wanted, confirmed_at=None), credit.State.CONFIRMED)
    assert not going.to_be_named(credit.Credit(credit.Wish.NONE, confirmed_at=NOW), credit.State.CONFIRMED)
    assert going.as_wished(credit.Credit(credit.Wish.NONE), credit.State.WITHDRAWN)
    assert not going.as_wished(replace(wanted, confirmed_at=None), credit.State.ASKED)
