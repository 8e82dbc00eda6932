"""Where programs look for us, and the page about our key."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from tests.cast import BASE, CONTACT, OPENER, OPERATOR
from tests.portal.conftest import words_in

from meldpunt.policy import commands as policy_commands
from meldpunt.policy import queries as policy
from meldpunt.policy.words import day_in_words
from meldpunt.vault import commands, openpgp, published, queries, wkd
from meldpunt.vault.models import OrganisationKey, SignedText

NOW = datetime.now(UTC)  # noqa: TID251  # the portal goes by the machine's clock
SECURITY_TXT = "/.well-known/security.txt"
PLACES = [place.path for place in wkd.places(CONTACT)]
DOMAIN = CONTACT.partition("@")[2]


@pytest.fixture
def signed(portal):
    published.sign_security_txt(BASE, keys=portal.keys, by=OPENER, now=NOW)
    return portal


def test_security_txt_is_handed_out_as_it_was_signed(signed):
    answer = Client().get(SECURITY_TXT)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content == published.signed_security_txt().content
    assert not answer.cookies and "Vary" not in answer and "Content-Disposition" not in answer


def test_every_page_of_ours_that_it_names_is_there(signed):
    text = published.signed_security_txt().content.decode()
    paths = [line.partition(BASE)[2] for line in text.splitlines() if BASE in line]
    assert {"/", "/report/", "/key.asc", SECURITY_TXT} <= set(paths)
    assert {path: Client().get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_the_old_place_leads_to_the_new_one(signed):
    answer = Client().get("/security.txt")
    assert (answer.status_code, answer["Location"]) == (302, SECURITY_TXT)


def test_one_that_has_expired_is_not_handed_out(signed):
    SignedText.objects.update(expires_at=NOW - timedelta(seconds=1))
    assert Client().get(SECURITY_TXT).status_code == 404


def test_before_the_first_signature_there_is_none(portal):
    answer = Client().get(SECURITY_TXT)
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")


@pytest.mark.parametrize("path", PLACES)
def test_a_mail_program_finds_the_key_by_our_address(portal, path):
    answer = Client().get(path, headers={"host": f"openpgpkey.{DOMAIN}"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/octet-stream")
    assert answer["Access-Control-Allow-Origin"] == "*" and not answer.cookies
    [key] = openpgp.read_keys(answer.content)
    assert (key.fingerprint, key.secret, key.addresses) == (queries.own_key().fingerprint, False, (CONTACT,))
    assert not answer.content.startswith(b"-----")


@pytest.mark.parametrize(
    "path",
    [
        f"{wkd.PATH}/hu/{wkd.hashed('somebody')}",
        f"{wkd.PATH}/other.example/hu/{wkd.hashed(CONTACT.partition('@')[0])}",
        f"{wkd.PATH}/other.example/policy",
        f"{wkd.PATH}/{DOMAIN}/submission-address",
        f"{wkd.PATH}/hu/",
        f"{wkd.PATH}/",
    ],
)
def test_nobody_elses_key_is_there(portal, path):
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("path", [f"{wkd.PATH}/policy", f"{wkd.PATH}/{DOMAIN.upper()}/policy"])
def test_the_directory_has_a_policy_and_it_is_empty(portal, path):
    answer = Client().get(path)
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_key_that_does_not_name_the_address_is_not_served_for_it(portal):
    other = openpgp.make_key("Elders", "x" + CONTACT)
    commands.import_keys(other, "", True, keys=portal.keys, by=OPERATOR, now=NOW)
    assert Client().get(PLACES[0]).status_code == 404


def test_without_a_key_or_with_an_address_of_no_domain_there_is_nothing(portal):
    OrganisationKey.objects.all().delete()
    assert Client().get(PLACES[0]).status_code == 404
    text = policy.text_of(1).replace(CONTACT, "cvd@localhost")
    policy_commands.publish(text, by=OPERATOR, now=NOW)
    assert Client().get(PLACES[0]).status_code == 404


@pytest.mark.parametrize("path", [SECURITY_TXT, PLACES[0]])
def test_it_is_to_be_read_only(signed, path):
    assert Client().post(path).status_code == 405
    assert Client().head(path).status_code == 200


def test_everything_else_still_asks_for_our_own_name(portal):
    assert Client().get("/", headers={"host": f"openpgpkey.{DOMAIN}"}).status_code == 400
    assert Client().get("/.well-known/other").status_code == 404


@pytest.mark.parametrize(("language", "words"), [("nl", "Schrijf ons versleuteld"), ("en", "Write to us encrypted")])
def test_the_page_about_the_key_is_for_people(portal, settings, language, words):
    page = Client().get("/key/", {"lang": language})
    fingerprint = queries.own_key().fingerprint
    text = words_in(page)
    assert words in text and CONTACT in text
    assert " ".join(fingerprint[at : at + 4] for at in range(0, 40, 4)) in text
    assert 'href="/key.asc"' in page.content.decode()
    assert f"--recipient {fingerprint} report.txt" in text


def test_it_says_until_when_the_key_is_good(portal):
    commands.make_organisation_key("Gemeente", CONTACT, keys=portal.keys, by=OPERATOR, now=NOW)
    day = (NOW + timedelta(days=400)).astimezone(policy.current().policy.calendar.zone).date()
    assert f"Valid until {day_in_words(day, 'en')}" in words_in(Client().get("/key/", {"lang": "en"}))


@pytest.mark.parametrize("path", ["/", "/report/"])
def test_every_page_leads_there(portal, path):
    page = Client().get(path).content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    assert 'href="/key/"' in main and 'href="/key/"' in page.partition("<footer")[2]


@pytest.mark.parametrize("path", ["/key.asc", "/openpgp-key.asc"])
def test_the_key_can_be_saved(portal, path):
    assert Client().get(path).content.startswith(b"-----BEGIN PGP PUBLIC KEY BLOCK-----")
