"""Parts of a policy that cannot all be true are refused, with their line."""

from datetime import date, timedelta

import pytest

from meldpunt.policy.document import default_text, parse, read
from meldpunt.policy.errors import BadPolicy

TEXT = default_text(name="Gemeente Voorbeeldstad", contact="cvd@voorbeeldstad.example", prefix="VB")
ACKNOWLEDGED = '# acknowledgement = "1 working day"'
P1_TEXT = "Een mens beoordeelt uw melding."


def changed(*pairs):
    text = TEXT
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def refusal_of(text):
    with pytest.raises(BadPolicy) as caught:
        read(text)
    return caught.value, text.splitlines()[caught.value.line - 1]


def acknowledged_within(term):
    return changed(
        (ACKNOWLEDGED, f'acknowledgement = "{term}"'),
        (P1_TEXT, f"{P1_TEXT} Binnen {{acknowledgement}} hoort u dat."),
        ("A person assesses your report.", "A person assesses your report. You hear within {acknowledgement}."),
    )


@pytest.mark.parametrize("term", ["1 working day", "3 working days", "24 hours", "1 day"])
def test_an_acknowledgement_that_always_comes_first_is_fine(term):
    assert str(read(acknowledged_within(term)).acknowledgement) == term


@pytest.mark.parametrize("term", ["4 working days", "1 month", "10 days", "100 hours"])
def test_an_acknowledgement_after_the_assessment_is_refused(term):
    refusal, line = refusal_of(acknowledged_within(term))
    assert line == f'acknowledgement = "{term}"'
    assert f"the acknowledgement ({term}) could come after the assessment (3 working days)" in str(refusal)


def fixed_within(term):
    return changed(
        ('# fix = "60 days"', f'fix = "{term}"'),
        ("de ernstigste het eerst.", "de ernstigste het eerst, binnen {fix}."),
        ("the most serious ones first.", "the most serious ones first, within {fix}."),
    )


def test_a_fix_has_a_term_of_its_own():
    assert str(read(fixed_within("60 days")).fix) == "60 days"
    assert read(TEXT).fix is None


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (fixed_within("2 days"), 'fix = "2 days"', "the assessment (3 working days) could come after"),
        (fixed_within("10 days"), 'longest_gap = "14 days"', "the longest silence (14 days) could last beyond"),
        (
            changed(("closing_days = []", "closing_days = [2026-02-30]")),
            "closing_days = [2026-02-30]",
            "not valid TOML",
        ),
        (changed(('# cut_off = "17:00"', "cut_off = 25:00:00")), "cut_off = 25:00:00", "not valid TOML"),
        (changed(('# cut_off = "17:00"', 'cut_off = "25:00"')), 'cut_off = "25:00"', "a time of day"),
        (changed(('# cut_off = "17:00"', 'cut_off = "00:00"')), 'cut_off = "00:00"', "leaves no hour"),
        (
            changed(('assessment = "3 working days"', 'assessment = "0 days"')),
            'assessment = "0 days"',
            "is not possible",
        ),
        (changed(('title.en = "In confidence"', 'title.en = ""')), 'title.en = ""', "is empty"),
        (
            changed(('# erase_reminders = ["5 days"]', 'erase_reminders = ["14 days", "7 days"]')),
            'erase_reminders = ["14 days", "7 days"]',
            "the reminder after 7 days would come before the one after 14 days",
        ),
        (changed(('country = "NL"', 'country = "BE"')), "five_may = true", "about Dutch holidays"),
        (
            changed(("alias = true", "alias = true\n"), ("offered = true", "offered = false")),
            "alias = true",
            "is named",
        ),
        (changed(('kind = "none"', 'kind = "cake"')), 'kind = "cake"', "must be one of: none, thanks, gift, money"),
        (changed(('expires_in = "180 days"', 'expires_in = "12 months"')), 'expires_in = "12 months"', "within a year"),
        (changed(('expires_in = "180 days"', 'expires_in = "72 hours"')), 'expires_in = "72 hours"', "within a year"),
        (changed(('# languages = ["en"]', 'languages = ["xx"]')), 'languages = ["xx"]', 'no language called "xx"'),
        (changed(('# languages = ["en"]', "languages = []")), "languages = []", "at least one language"),
        (changed(('# languages = ["en"]', "languages = [1]")), "languages = [1]", "must be a list of texts"),
        (
            changed(('responsible_mail = ""', 'responsible_mail = "me"')),
            'responsible_mail = "me"',
            "not a mail address",
        ),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(text, line, why):
    refusal, stands = refusal_of(text)
    assert stands == line
    assert why in str(refusal)


def test_closing_days_may_lie_in_the_past_but_leave_a_working_day():
    assert read(changed(("closing_days = []", "closing_days = [2019-12-24]")))
    weekdays = (date(2026, 7, 1) + timedelta(days=n) for n in range(60))
    summer = ", ".join(day.isoformat() for day in weekdays if day.weekday() < 5)
    refusal, line = refusal_of(changed(("closing_days = []", f"closing_days = [{summer}]")))
    assert "there is no working day" in str(refusal)
    assert line.startswith("closing_days")


def test_a_language_that_the_policy_does_not_speak_is_refused():
    refusal, line = refusal_of(changed(('languages = ["nl", "en"]', 'languages = ["nl"]')))
    assert 'title.en speaks a language that the policy does not: add "en"' in str(refusal)
    assert line.startswith("title.en")


def embargoed(a3, p7):
    return changed(
        ('# embargo = "90 days"', f'embargo = "{a3}"'),
        ("zolang zij er nog is.", "zolang zij er nog is, hoogstens {embargo}."),
        ("while it is still there.", "while it is still there, at most {embargo}."),
        ('title.nl = "Samen naar buiten"', f'embargo = "{p7}"\ntitle.nl = "Samen naar buiten, na {{embargo}}"'),
        ('title.en = "Made public together"', 'title.en = "Made public together, after {embargo}"'),
    )


def test_two_embargoes_must_be_one():
    assert str(read(embargoed("90 days", "90 days")).embargo) == "90 days"
    refusal, line = refusal_of(embargoed("90 days", "60 days"))
    assert "A3 names an embargo of 90 days, and P7 one of 60 days" in str(refusal)
    assert line == 'embargo = "60 days"'


def test_an_embargo_does_not_end_before_the_fix_that_is_promised():
    text = embargoed("90 days", "90 days").replace('# fix = "60 days"', 'fix = "4 months"')
    text = text.replace("het eerst. U", "het eerst, binnen {fix}. U").replace(
        "ones first. You", "ones first, in {fix}. You"
    )
    refusal, line = refusal_of(text)
    assert "the solution that is promised (4 months) could come after the end of the embargo (90 days)" in str(refusal)
    assert line == 'embargo = "90 days"'


def test_what_was_published_under_earlier_rules_can_still_be_read():
    text = acknowledged_within("1 month")
    assert str(parse(text).acknowledgement) == "1 month"


OWN = """
[[clauses]]
id = "X1"
kind = "promise"
title.nl = "Taart"
title.en = "Cake"
text.nl = "Binnen drie dagen is er taart."
text.en = "There is cake within three days."
"""


def test_an_own_clause_stands_with_the_others_and_is_never_enforced():
    policy = read(TEXT + OWN)
    assert [clause.id for clause in policy.promises] == ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "X1"]
    assert (policy.promises[-1].own, policy.promises[-1].enforced) == (True, False)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"X1"', '"P8"', "an id from X1 to X99"),
        ('"promise"', '"wish"', "must be one of: ask, promise"),
        ("drie dagen", "{fix}", "X1 has no term called {fix}"),
        ('kind = "promise"', 'kind = "promise"\nenforced = true', "nothing here can enforce it"),
        ('kind = "promise"', 'kind = "promise"\ncolour = 1', "nothing called clauses.1.colour"),
        ('title.en = "Cake"\n', "", "clauses.1.title.en is missing"),
    ],
)
def test_an_own_clause_that_makes_no_sense_is_refused(old, new, why):
    with pytest.raises(BadPolicy) as caught:
        read(TEXT + OWN.replace(old, new))
    assert why in str(caught.value)


def test_two_own_clauses_have_two_names():
    with pytest.raises(BadPolicy, match="two clauses with the id X1"):
        read(TEXT + OWN + OWN)


def internal(*names):
    return changed(('assessment = "3 working days"', f'assessment = "3 working days"\ninternal = {list(names)}'))


def test_a_term_that_is_internal_is_said_nowhere():
    with pytest.raises(BadPolicy, match="assessment is internal, and P1 says it"):
        read(internal("assessment"))
    quiet = internal("assessment").replace("binnen {assessment}", "van ons").replace("Binnen {assessment}", "Dan")
    policy = read(quiet.replace("within {assessment}", "from us").replace("Within {assessment}", "Then"))
    assert policy.promises_assessment is False
    assert str(policy.assessment) == "3 working days"
    with pytest.raises(BadPolicy, match='internal names "fix", which is no term of this clause'):
        read(internal("fix"))
