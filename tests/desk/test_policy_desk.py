"""The policy at the desk: edited as a form and as a text, looked at, published or proposed; as a person clicks it."""

import html
import re

import pytest
import time_machine
from django.test import Client
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPERATOR
from tests.desk.conftest import PASSWORD, hidden, sign_in

from meldpunt.desk import accounts
from meldpunt.ground.values import Role
from meldpunt.policy import commands, queries
from meldpunt.policy.amending import amend
from meldpunt.policy.proposing import State


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY_NINE + DAY, tick=True) as traveller:
        yield traveller


@pytest.fixture
def two_needed(desk):
    text = amend(queries.text_of(1), ("settings", "second_person_for_policy"), True)
    return commands.publish(text, by=OPERATOR, now=MONDAY_NINE)


@pytest.fixture
def imran(desk_house):
    """A second handler, in another browser."""
    accounts.create_handler("imran", "Imran", PASSWORD, now=MONDAY_NINE, as_what=(Role.HANDLER, Role.LEAD))
    enrolled = accounts.enrol_totp("imran", now=MONDAY_NINE)
    client = Client(headers={"accept-language": "en"})
    sign_in(client, "imran", enrolled.secret)
    return client


def fields_of(page):
    """What a browser would send back of a form as it stands."""
    form = page[page.index('action="/policy/') :]
    form = form[: form.index("</form>")]
    found = {name: "1" for name in re.findall(r'type="checkbox" id="[^"]*" name="([^"]*)" value="1" checked', form)}
    for name, value in re.findall(
        r'<input (?:class="[^"]*" id="[^"]*" |type="hidden" )name="([^"]*)" value="([^"]*)"', form
    ):
        found[name] = html.unescape(value)
    for name, value in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name] = html.unescape(value).replace("\n", "\r\n")
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def form(desk):
    return fields_of(desk.text("/policy/change/"))


def look(desk, **changed):
    answer = desk.client.post("/policy/change/", {**form(desk), **changed})
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


P1 = {"promises.P1.assessment": "5 working days"}


def test_a_form_that_nobody_touched_changes_nothing(desk):
    page = look(desk)
    assert "the policy says exactly this already" in page
    assert fields_of(page)["text"].replace("\r\n", "\n") == queries.text_of(1)


def test_a_term_is_changed_looked_at_and_published(desk):
    page = look(desk, **P1)
    assert "from three working days to five working days" in page
    assert "A report received now: assessment due Tuesday 10 March 2026" in page
    assert "An answer within five working days" in page and "Antwoord binnen vijf werkdagen" in page
    assert "on which we expect it to be solved, by Tuesday 10 March 2026" in page, "the letter"
    assert "Not enforced" not in page and "Only words" not in page
    assert queries.current().version == 1, "nothing is published by looking"

    answer = desk.client.post("/policy/publish/", {**fields_of(page), "act": "publish", "summary": "Five days."})
    assert answer["Location"] == "/policy/"
    assert queries.text_of(2) == queries.text_of(1).replace('"3 working days"', '"5 working days"')
    assert (queries.versions()[0].summary, queries.versions()[0].by) == ("Five days.", "handler:hanna")
    page = desk.text("/policy/")
    assert "Version 2" in page and "Five days." in page
    assert "Changed: the term for the assessment" in desk.text("/policy/versions/2/")
    assert "Antwoord binnen drie werkdagen" in desk.text("/policy/versions/1/"), "old versions stay readable"


def test_sending_twice_publishes_once(desk):
    sent = {**fields_of(look(desk, **P1)), "act": "publish", "summary": "Five days."}
    desk.client.post("/policy/publish/", sent)
    assert desk.client.post("/policy/publish/", sent)["Location"] == "/policy/"
    assert queries.current().version == 2


def test_everything_that_the_form_offers_ends_up_in_the_text(desk):
    sent = form(desk)
    del sent["credit.link"]
    sent |= {
        "calendar.closing_days": "2026-12-24\r\n31-12-2026",
        "calendar.equated_days": "1",
        "calendar.cut_off": "17:00",
        "organisation.contact": "nieuw@voorbeeldstad.example",
        "reports.languages": "nl, en, de",
        "scope.nl": 'Alles met "aanhalingstekens".\r\nOp twee regels.',
        "reward.kind": "gift",
        "reward.text.nl": "Een T-shirt.",
        "reward.text.en": "A T-shirt.",
        "people.lead": "hanna",
        "settings.second_person_for_conduct": "1",
        "privacy.retention": "12 months",
        "asks.A3.embargo": "90 days",
        "asks.A3.text.nl": "Zeg {embargo} niets.",
        "asks.A3.text.en": "Say nothing for {embargo}.",
    }
    answer = desk.client.post("/policy/change/", sent)
    assert answer.status_code == 200, re.findall(r"field__error[^>]*>([^<]*)", answer.content.decode())
    policy = queries.preview(fields_of(answer.content.decode())["text"].replace("\r\n", "\n"), MONDAY_NINE).policy
    assert sorted(map(str, policy.calendar.closing_days)) == ["2026-12-24", "2026-12-31"]
    assert policy.calendar.equated_days and str(policy.calendar.cut_off) == "17:00:00"
    assert policy.scope.said_in("nl") == 'Alles met "aanhalingstekens".\nOp twee regels.'
    assert (policy.reward.kind, policy.credit.link, policy.team.lead) == ("gift", False, "hanna")
    assert (str(policy.embargo), str(policy.retention), policy.report_languages) == (
        "90 days",
        "12 months",
        ("nl", "en", "de"),
    )
    assert policy.review.second_person_for_conduct and policy.organisation.contact.startswith("nieuw@")


def test_terms_are_shown_and_read_in_the_language_of_the_reader(desk, dutch):
    page = desk.text("/policy/change/", lang="nl")
    sent = fields_of(page)
    assert sent["promises.P1.assessment"] == "3 werkdagen" and "P1 Antwoord binnen drie werkdagen" in page
    page = desk.client.post("/policy/change/", {**sent, "promises.P4.longest_gap": "10 dagen"}).content.decode()
    changed = queries.text_of(1).replace('longest_gap = "14 days"', 'longest_gap = "10 days"')
    assert fields_of(page)["text"].replace("\r\n", "\n") == changed, "written as all the others are"


def test_a_language_is_dropped_in_one_field(desk):
    page = look(desk, languages="nl")
    assert 'id="page-nl"' in page and 'id="page-en"' not in page
    assert queries.preview(fields_of(page)["text"].replace("\r\n", "\n"), MONDAY_NINE).policy.languages == ("nl",)


@pytest.mark.parametrize(
    ("changed", "where", "said"),
    [
        ({"promises.P1.assessment": "soon"}, "promises.P1.assessment", "No such term"),
        ({"promises.P1.assessment": ""}, "promises.P1.assessment", "promises.P1.assessment is missing"),
        ({"calendar.closing_days": "christmas"}, "calendar.closing_days", "like 2026-12-24"),
        ({"organisation.contact": "nobody"}, "organisation.contact", "is not a mail address"),
        ({"reward.text.nl": "Geld", "reward.text.en": "Money"}, "reward.text.nl", "there is a text about a reward"),
        ({"reward.text.nl": "Geld"}, "reward.text.en", "reward.text.en is missing"),
        ({"promises.P6.fix": "60 days"}, "promises.P6.text.nl", "put {fix} in its title or its text"),
        ({"promises.P1.text.en": "Within 3 days."}, "promises.P1.text.en", "P1 says"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_with_its_line_and_nothing_is_lost(desk, changed, where, said):
    sent = {**form(desk), **changed, "scope.nl": "Iets anders dat ook blijft."}
    answer = desk.client.post("/policy/change/", sent)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 400
    error = re.search(rf'id="{re.escape(where)}-error">([^<]*)', page)
    assert error and said in error[1], re.findall(r'id="[^"]*-error">[^<]*', page)
    assert f'href="#{where}"' in page and "autofocus" in page
    assert "Line " in error[1] or "closing_days" in where
    back = fields_of(answer.content.decode())
    assert back["scope.nl"] == "Iets anders dat ook blijft."
    for name, value in changed.items():
        assert back[name] == value
    assert queries.current().version == 1


def test_the_text_can_be_edited_and_the_form_shows_it(desk):
    sent = {**form(desk), **P1, "go": "text"}
    page = desk.client.post("/policy/change/", sent).content.decode()
    typed = fields_of(page)
    assert 'assessment = "5 working days"' in typed["text"], "what the form said is in the text"
    broken = {**typed, "text": typed["text"].replace("[calendar]", "[calendar"), "go": "form"}
    answer = desk.client.post("/policy/change/", broken)
    page = html.unescape(answer.content.decode())
    line = queries.text_of(1).split("\n").index("[calendar]") + 1
    assert answer.status_code == 400 and f"Line {line}, column 10: this is not valid TOML: a bracket" in page
    assert fields_of(answer.content.decode())["text"] == broken["text"]
    own = '\n[[clauses]]\nid = "X1"\nkind = "ask"\ntitle = { nl = "Eigen", en = "Own" }\ntext.nl = "a"\ntext.en = "b"\n'
    page = desk.client.post("/policy/change/", {**typed, "text": typed["text"] + own, "go": "form"}).content.decode()
    assert "X1 Own" in page and fields_of(page)["clauses.0.title.nl"] == "Eigen"
    page = desk.client.post("/policy/change/", {**fields_of(page), "clauses.0.title.en": "Ours"}).content.decode()
    assert "Not enforced" in page and "Only words" in page
    assert "New: X1, Ours." in page
    assert 'title = { nl = "Eigen", en = "Ours" }' in html.unescape(page)


def test_a_version_of_somebody_else_is_not_undone_unseen(desk):
    first = fields_of(look(desk, **P1))
    text = amend(queries.text_of(1), ("promises", "P4", "longest_gap"), "10 days")
    commands.publish(text, "Ten days.", by=OPERATOR, now=MONDAY_NINE + HOUR)
    answer = desk.client.post("/policy/publish/", {**first, "act": "publish", "summary": "Five days."})
    page = answer.content.decode()
    assert answer.status_code == 409 and "has published version 2 since you began" in page
    assert "from ten days to 14 days" in page and "Five days." in page, "what it would undo is said; nothing is lost"
    assert queries.current().version == 2
    again = desk.client.post("/policy/publish/", {**fields_of(page), "act": "publish"})
    assert again["Location"] == "/policy/" and queries.current().version == 3, "now it was seen"


def test_who_needs_a_second_person_cannot_publish_alone(desk, two_needed):
    page = look(desk, **P1)
    assert 'value="publish"' not in page and "Propose it" in page
    refused = desk.client.post("/policy/publish/", {**fields_of(page), "act": "publish", "summary": "x"})
    assert refused.status_code == 403 and "changes with two people" in refused.content.decode()
    empty = desk.client.post("/policy/publish/", {**fields_of(page), "act": "propose", "summary": " "})
    assert empty.status_code == 400 and "Say in a sentence what changes." in empty.content.decode()
    assert queries.current().version == 2 and not queries.proposals()


def test_the_proposer_waits_and_the_second_person_decides(desk, two_needed, imran):
    sent = {**fields_of(look(desk, **P1)), "act": "propose", "summary": "Five days."}
    path = desk.client.post("/policy/publish/", sent)["Location"]
    mine = desk.text(path)
    assert "You proposed this yourself" in mine and "Approve and publish" not in mine
    forced = desk.client.post(f"{path}decide/", {"act": "approve", "once": hidden(mine, "once")})
    assert forced.status_code == 403 and queries.current().version == 2
    assert "Five days." in desk.text("/policy/")

    theirs = imran.get(path).content.decode()
    assert "from three working days to five working days" in theirs
    done = imran.post(f"{path}decide/", {"act": "approve", "once": hidden(theirs, "once")})
    assert done["Location"] == "/policy/" and queries.current().version == 3
    assert "proposed by hanna, published by imran" in imran.get("/policy/").content.decode()
    assert "Published as version 3 by imran" in desk.text(path)
    late = desk.client.post(f"{path}decide/", {"act": "withdraw", "once": hidden(mine, "once")})
    assert late.status_code == 409 and "decided about already" in late.content.decode()


def test_what_was_overtaken_is_refused_and_can_be_taken_up_again(desk, imran):
    text = amend(queries.text_of(1), ("promises", "P1", "assessment"), "5 working days")
    made = commands.propose(text, "Five days.", by=HANNA, now=MONDAY_NINE)
    page = imran.get(f"/policy/proposals/{made.id}/").content.decode()
    newer = amend(queries.text_of(1), ("promises", "P4", "longest_gap"), "10 days")
    commands.publish(newer, by=OPERATOR, now=MONDAY_NINE)
    late = imran.post(f"/policy/proposals/{made.id}/decide/", {"act": "approve", "once": hidden(page, "once")})
    said = late.content.decode()
    assert late.status_code == 409 and "Another version has been published since this was proposed" in said
    assert queries.current().version == 2
    again = fields_of(imran.get(f"/policy/change/?proposal={made.id}").content.decode())
    assert (again["base"], again["promises.P1.assessment"]) == ("2", "5 working days")
    taken = imran.post(f"/policy/proposals/{made.id}/decide/", {"act": "withdraw", "once": hidden(said, "once")})
    assert taken.status_code == 302 and queries.proposal(made.id).state is State.WITHDRAWN


def test_what_is_not_there_is_not_found(desk):
    assert desk.get("/policy/versions/9/").status_code == 404
    assert desk.get("/policy/proposals/9/").status_code == 404
    assert desk.get("/policy/change/", proposal="9").status_code == 404
    assert Client().get("/policy/")["Location"].startswith("/sign-in/")


def test_who_may_not_change_it_is_offered_no_way_that_ends_nowhere(desk):
    assert 'href="/policy/change/' in desk.text("/policy/")
    accounts.create_handler("rui", "Rui", PASSWORD, now=MONDAY_NINE, as_what=(Role.HANDLER,))
    client = Client(headers={"accept-language": "en"})
    sign_in(client, "rui", accounts.enrol_totp("rui", now=MONDAY_NINE).secret)
    for path in ("/policy/", "/colleagues/"):
        page = client.get(path)
        assert page.status_code == 200 and 'href="/policy/change/' not in page.content.decode(), path
    assert client.get("/policy/change/").status_code == 404
