"""The policy as the public reads it."""

import pytest
from django.test import Client
from tests.cast import DAY, MONDAY_NINE, OPERATOR
from tests.portal.conftest import words_in

from meldpunt.policy import commands, queries
from meldpunt.policy.document import clause_words, default_text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_ask_and_promise_of_the_policy_is_on_the_page(portal, language):
    page = words_in(Client().get("/", {"lang": language}))
    policy = queries.current().policy
    for clause in policy.asks + policy.promises:
        title, text = clause_words(clause, language)
        assert title in page
        assert text in page


def test_the_term_on_the_page_is_the_term_of_the_policy(portal):
    text = queries.text_of(1).replace('"3 working days"', '"5 working days"')
    commands.publish(text, by=OPERATOR, now=MONDAY_NINE + DAY)
    assert "You have an answer within five working days" in words_in(Client().get("/", {"lang": "en"}))


def test_an_earlier_version_is_kept_and_says_that_it_no_longer_holds(portal):
    commands.publish(default_text(name="Zee", contact="zee@example.org"), by=OPERATOR, now=MONDAY_NINE + DAY)
    page = words_in(Client().get("/policy/versions/1/", {"lang": "en"}))
    assert "It no longer holds" in page
    assert "cvd@voorbeeldstad.example" in page
    assert "It no longer holds" not in words_in(Client().get("/policy/versions/2/", {"lang": "en"}))


def test_the_versions_are_listed_with_what_changed(portal):
    text = queries.text_of(1).replace('"3 working days"', '"5 working days"')
    commands.publish(text, "Five working days instead of three.", by=OPERATOR, now=MONDAY_NINE + DAY)
    page = Client().get("/", {"lang": "en"}).content.decode()
    assert "Five working days instead of three." in page
    assert 'href="/policy/versions/1/"' in page
    assert 'href="/policy/versions/2/"' not in page, "the one that is being read"
    assert "within three working days" in words_in(Client().get("/policy/versions/1/", {"lang": "en"}))
    assert Client().get("/policy/1/").status_code == 200, "where earlier letters point to"


def publish_with(*pairs, more=""):
    text = queries.text_of(1)
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    commands.publish(text + more, by=OPERATOR, now=MONDAY_NINE + DAY)
    return words_in(Client().get("/", {"lang": "en"}))


def test_who_else_hears_of_a_report_stands_with_the_promise_of_confidence(portal):
    share = '\n[[standing_shares]]\nto.nl = "de IBD"\nto.en = "the IBD"\n'
    share += 'ground.nl = "Zo is het."\nground.en = "It is so."\n'
    page = publish_with(more=share + '[privacy]\nretention = "12 months"\n')
    assert "We share every report with the IBD: the technical part only, nothing about you. It is so." in page
    assert "at the latest twelve months after your report is closed" in page


def test_ways_to_report_languages_and_reward_are_those_of_the_policy(portal):
    elsewhere = (
        '\n[[channels]]\nkind = "elsewhere"\nurl = "https://csirt.example"\nname.nl = "CSIRT"\nname.en = "CSIRT"\n'
    )
    page = publish_with(
        ('# languages = ["en"]', 'languages = ["en"]'),
        ("anonymous = true", "anonymous = false"),
        ('kind = "none"', 'kind = "gift"\ntext.nl = "Een t-shirt."\ntext.en = "A t-shirt."'),
        more=elsewhere,
    )
    assert "Write in English." in page
    assert "We ask for a name or a pseudonym" in page
    assert "A t-shirt." in page
    assert "anonymously if you like" not in page
    assert "Open the form" not in page and "mailto:" not in Client().get("/").content.decode()
    assert 'href="https://csirt.example"' in Client().get("/").content.decode()


def test_a_term_that_is_not_promised_is_not_on_the_page(portal):
    page = publish_with(
        ('assessment = "3 working days"', 'assessment = "3 working days"\ninternal = ["assessment"]'),
        ("binnen {assessment}", "van ons"),
        ("Binnen {assessment}", "Dan"),
        ("within {assessment}", "from us"),
        ("Within {assessment}", "Then"),
    )
    assert "You have an answer from a person." in page
    assert "working days" not in page


def test_an_own_clause_is_on_the_page(portal):
    own = '\n[[clauses]]\nid = "X1"\nkind = "promise"\ntitle.nl = "Taart"\ntitle.en = "Cake"\n'
    page = publish_with(more=own + 'text.nl = "Er is taart."\ntext.en = "There is cake."\n')
    assert "There is cake." in page


@pytest.mark.parametrize("path", ["/policy/3/", "/policy/versions/3/", "/policy/99999999999999999999999/", "/nothing/"])
def test_what_is_not_there_is_a_page_in_the_look(portal, path):
    answer = Client().get(path, {"lang": "nl"})
    assert answer.status_code == 404
    assert "Gemeente Voorbeeldstad" in words_in(answer)


def test_the_key_is_shown_and_can_be_saved(portal):
    answer = Client().get("/openpgp-key.asc")
    assert answer.content.startswith(b"-----BEGIN PGP PUBLIC KEY BLOCK-----")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"SECRET" not in answer.content and b"PRIVATE" not in answer.content


@pytest.mark.parametrize(
    ("asked", "cookie", "wish", "got"),
    [
        ("", "", "", "nl"),  # the policy's first language
        ("", "", "fr, en-GB;q=0.8", "en"),
        ("", "nl", "en", "nl"),
        ("en", "nl", "nl", "en"),
        ("xx", "", "en", "en"),
    ],
)
def test_the_language_is_what_was_asked_then_the_cookie_then_the_browsers_wish(portal, asked, cookie, wish, got):
    client = Client(headers={"accept-language": wish} if wish else {})
    if cookie:
        client.cookies["meldpunt-language"] = cookie
    answer = client.get("/", {"lang": asked} if asked else {})
    assert f'<html lang="{got}">' in answer.content.decode()
    assert answer["Content-Language"] == got


def test_only_the_switch_leaves_a_cookie(portal):
    assert not Client().get("/").cookies
    cookie = Client().get("/", {"lang": "en"}).cookies["meldpunt-language"]
    assert (cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("Strict", True, "")


def test_the_desk_is_known_on_ones_own_machine_only(portal):
    assert Client(headers={"host": "127.0.0.1:8080"}).get("/desk/").status_code == 302
    assert Client().get("/desk/", headers={"host": "localhost"}).status_code == 302


def test_health(portal):
    assert Client().get("/healthz").content == b"ok\n"


def test_no_page_asks_anything_of_others_or_runs_anything_inline(portal):
    for path in ("/", "/report/", "/my/", "/nothing/"):
        answer = Client().get(path)
        page = answer.content.decode()
        assert "style=" not in page and "<script>" not in page and "onclick" not in page
        assert 'src="http' not in page and 'href="http' not in page
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Content-Type-Options"] == "nosniff"
