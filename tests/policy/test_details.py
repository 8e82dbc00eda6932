"""What may be left out of a policy, and what it says then."""

import dataclasses
import tomllib

import pytest

from meldpunt.policy.changes import changes
from meldpunt.policy.document import Policy, default_text, parse, read
from meldpunt.policy.errors import BadPolicy
from meldpunt.policy.page import page_words
from meldpunt.policy.plain import as_data
from meldpunt.policy.rules import Term, Unit
from meldpunt.policy.values import ChannelKind, CreditRules, RewardKind, Shared

TEXT = default_text(name="Gemeente Voorbeeldstad", contact="cvd@voorbeeldstad.example", prefix="VB")
DEFAULT = read(TEXT)
OPTIONAL = ("settings", "people", "reports", "credit", "reward", "security_txt")
MORE = """
[privacy]
retention = "12 months"

[[standing_shares]]
what = "technical"
to.nl = "de sector-CSIRT"
to.en = "the sector's CSIRT"
ground.nl = "Dat is afgesproken."
ground.en = "That has been agreed."

[[channels]]
kind = "elsewhere"
url = "https://report.example.org"
name.nl = "het loket"
name.en = "the counter"
[[channels]]
kind = "mail"
"""


def without(text, *tables):
    """The text without those tables."""
    kept, leaving = [], False
    for line in text.splitlines(keepends=True):
        if line.startswith("["):
            leaving = line.strip().strip("[]") in tables
        if not leaving:
            kept.append(line)
    return "".join(kept)


def test_the_default_policy_says_what_holds_anyway():
    """Each switch in it stands at its default, so an older version means the same as before."""
    assert read(without(TEXT, *OPTIONAL)) == DEFAULT
    assert set(OPTIONAL) <= set(tomllib.loads(TEXT))


def test_the_defaults():
    assert DEFAULT.acknowledgement is None
    assert DEFAULT.fix is None
    assert DEFAULT.embargo is None
    assert DEFAULT.retention is None
    assert [str(term) for term in DEFAULT.erase_reminders] == ["7 days", "14 days"]
    assert DEFAULT.report_languages == ("nl", "en")
    assert [one.kind for one in DEFAULT.channels] == [ChannelKind.FORM, ChannelKind.MAIL]
    assert DEFAULT.credit == CreditRules(offered=True, alias=True, link=True)
    assert (DEFAULT.reward.kind, DEFAULT.reward.text) == (RewardKind.NONE, None)
    assert (DEFAULT.anonymous, DEFAULT.pseudonyms, DEFAULT.score_public) == (True, True, True)
    assert (DEFAULT.team.lead, DEFAULT.team.responsible_mail) == ("", "")
    assert not DEFAULT.review.second_person_for_policy and not DEFAULT.review.second_person_for_conduct
    assert DEFAULT.security_txt.expires_in == Term(180, Unit.DAYS)


def test_what_is_written_is_read_and_on_the_page():
    policy = read(TEXT + MORE)
    assert policy.retention == Term(12, Unit.MONTHS)
    [share] = policy.standing_shares
    assert share.what is Shared.TECHNICAL
    page = page_words(policy, "en")
    [p3] = [one for one in page.promises if one.id == "P3"]
    assert p3.more == (
        "We share every report with the sector's CSIRT: the technical part only, nothing about you. "
        "That has been agreed.",
        "We erase what is about yourself at the latest twelve months after your report is closed.",
    )
    assert [(one.kind, one.name, one.url) for one in page.channels] == [
        ("elsewhere", "the counter", "https://report.example.org"),
        ("mail", "", ""),
    ]
    assert page.form is False
    assert page_words(policy, "nl").report_languages == "Schrijf in het Nederlands of Engels."


@pytest.mark.parametrize(
    ("anonymous", "pseudonyms", "says"),
    [
        ("true", "true", "You may stay anonymous or use a pseudonym."),
        ("true", "false", "You may stay anonymous. We do not accept a pseudonym."),
        ("false", "true", "We ask for a name or a pseudonym under which we can answer you."),
        ("false", "false", "We ask for your own name: we accept no anonymous reports and no pseudonyms."),
    ],
)
def test_who_may_report(anonymous, pseudonyms, says):
    text = TEXT.replace("anonymous = true", f"anonymous = {anonymous}")
    policy = read(text.replace("pseudonyms = true", f"pseudonyms = {pseudonyms}"))
    assert page_words(policy, "en").who == says


def test_who_is_responsible_is_in_nothing_that_leaves_the_house():
    text = TEXT.replace('lead = ""', 'lead = "hanna"').replace(
        'responsible_mail = ""', 'responsible_mail = "ciso@voorbeeldstad.example"'
    )
    policy = read(text)
    assert (policy.team.lead, policy.team.responsible_mail) == ("hanna", "ciso@voorbeeldstad.example")
    for words in (as_data(policy), page_words(policy, "nl"), page_words(policy, "en")):
        assert "hanna" not in repr(words)
        assert "ciso" not in repr(words)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ('[[standing_shares]]\nwhat = "technical"\nto.nl = "x"\nto.en = "x"\n', "standing_shares.1.ground is missing"),
        ("[[channels]]\nkind = 'pigeon'\n", "must be one of: form, mail, elsewhere"),
        ("[[channels]]\nkind = 'elsewhere'\nname.nl='x'\nname.en='x'\n", "channels.1.url is missing"),
        (
            "[[channels]]\nkind = 'elsewhere'\nurl='http://x.example'\nname.nl='x'\nname.en='x'\n",
            "is not a web address",
        ),
        ("[privacy]\nretention = 'for ever'\n", "No such term"),
    ],
)
def test_what_is_half_said_is_refused(more, why):
    with pytest.raises(BadPolicy) as caught:
        read(TEXT + "\n" + more)
    assert why in str(caught.value)


def test_a_reward_has_a_text_and_a_text_has_a_reward():
    with pytest.raises(BadPolicy, match=r"reward\.text is missing"):
        read(TEXT.replace('kind = "none"', 'kind = "money"'))
    with pytest.raises(BadPolicy, match="a text about a reward, and no reward"):
        read(TEXT.replace('kind = "none"', 'kind = "none"\ntext.nl = "x"\ntext.en = "x"'))
    given = read(TEXT.replace('kind = "none"', 'kind = "gift"\ntext.nl = "Een t-shirt."\ntext.en = "A t-shirt."'))
    assert given.reward.kind is RewardKind.GIFT
    assert page_words(given, "en").reward == "A t-shirt."


OTHER = read(
    default_text(name="Zee", contact="zee@zee.example", prefix="ZEE", url="https://zee.example")
    .replace('"Europe/Amsterdam"', '"Europe/Brussels"')
    .replace("receipt_by_mail = true", "receipt_by_mail = false")
    .replace("score_public = true", "score_public = false")
    .replace("second_person_for_policy = false", "second_person_for_policy = true")
    .replace('lead = ""', 'lead = "otto"')
    .replace('# languages = ["en"]', 'languages = ["de"]')
    .replace("anonymous = true", "anonymous = false")
    .replace("pseudonyms = true", "pseudonyms = false")
    .replace("link = true", "link = false")
    .replace('expires_in = "180 days"', 'expires_in = "90 days"')
    .replace('# erase_reminders = ["5 days"]', 'erase_reminders = ["5 days"]')
    .replace('kind = "none"', 'kind = "gift"\ntext.nl = "Een t-shirt."\ntext.en = "A t-shirt."')
    .replace("Alle websites", "Geen websites")
    .replace("een versienummer", "elk versienummer")
    .replace("denial of service: een", "denial of service, dus een")
    + MORE
)


TOLD_ONE_BY_ONE = ("asks", "promises", "languages")
FIELDS = [field.name for field in dataclasses.fields(Policy) if field.name not in TOLD_ONE_BY_ONE]


@pytest.mark.parametrize("field", FIELDS)
def test_no_change_is_a_silent_one(field):
    """Whatever of a policy is changed by itself, there is a sentence about it."""
    assert getattr(OTHER, field) != getattr(DEFAULT, field), "this test must know another value"
    told = changes(DEFAULT, dataclasses.replace(DEFAULT, **{field: getattr(OTHER, field)}))
    assert told
    assert all(one.said_in("nl") and one.said_in("en") for one in told)


def test_changes_are_told_in_both_languages():
    new = parse(
        TEXT.replace('assessment = "3 working days"', 'assessment = "5 working days"').replace(
            'title.en = "In confidence"', 'title.en = "Confidential"'
        )
        + MORE.split("[[channels]]")[0]
    )
    assert [one.said_in("en") for one in changes(DEFAULT, new)] == [
        "Changed: the term for the assessment, from three working days to five working days.",
        "New: the retention of personal data, twelve months.",
        "Put into other words: P3, Confidential.",
        "Changed: with whom every report is shared.",
    ]
    assert changes(DEFAULT, new)[0].said_in("nl") == (
        "Veranderd: de termijn voor de beoordeling, van drie werkdagen naar vijf werkdagen."
    )
    assert [one.said_in("en") for one in changes(new, DEFAULT)][1] == "Dropped: the retention of personal data."
    assert changes(new, new) == ()
