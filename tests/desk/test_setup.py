"""The first run: a page behind a one-time link makes the whole house, or nothing."""

import stat

import pytest
from django.test import Client
from tests.cast import MONDAY_NINE

from meldpunt.desk import accounts, founding
from meldpunt.desk.errors import AlreadyFounded, BadHandler
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.policy.errors import BadPolicy
from meldpunt.vault import keyring
from meldpunt.vault import queries as vault

TOKEN = "a-token-for-this-test"
PATH = f"/setup/{TOKEN}/"
GOOD = {
    "name": 'Gemeente "Voorbeeldstad"',
    "contact": "cvd@voorbeeldstad.example",
    "languages": ["nl", "en"],
    "handler": "Hanna de Vries",
    "username": "hanna",
    "password1": "drie gele fietsen zingen",
    "password2": "drie gele fietsen zingen",
}


@pytest.fixture
def folder(db, tmp_path, settings, monkeypatch):
    from meldpunt.site import settings as real

    settings.MELDPUNT_DATA = tmp_path / "data"
    settings.MELDPUNT_ROLE = "setup"
    settings.ROOT_URLCONF = "meldpunt.site.urls_setup"
    settings.MIDDLEWARE = real._common + real._setup
    monkeypatch.setenv("MELDPUNT_SETUP_TOKEN", TOKEN)
    return tmp_path / "data"


@pytest.fixture
def browser():
    return Client(headers={"accept-language": "en"})


def test_it_makes_everything_that_a_house_needs(folder, browser):
    page = browser.get(PATH)
    assert page.status_code == 200 and page["Cache-Control"] == "no-store"
    done = browser.post(PATH, GOOD)
    assert done.status_code == 200, done.content.decode()
    assert "It is set up" in done.content.decode()
    assert "drie gele" not in done.content.decode()

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (folder / "keys").iterdir())
    assert founding.is_founded(folder)
    published = policy.current()
    assert published.policy.organisation.name.said_in("nl") == GOOD["name"]
    assert (folder / "policy.toml").read_text("utf-8").count(GOOD["contact"]) == 1
    keys = keyring.vault(folder, "operator")
    assert vault.own_key().in_use and vault.own_secrets(keys)
    assert [one.username for one in accounts.list_handlers()] == ["hanna"]
    kinds = [entry.kind for entry in log.read(log.HOUSE)]
    assert kinds == ["vault.founded", "key.added", "policy.published", "handler.added", "roles.set"]
    assert browser.get(PATH).status_code == 404  # once
    assert browser.post(PATH, GOOD).status_code == 404


@pytest.mark.parametrize("path", ["/setup/wrong/", f"/setup/{TOKEN}x/", f"/setup/{TOKEN[:-1]}/", "/setup/é/", "/"])
def test_a_wrong_link_shows_nothing(folder, browser, path):
    assert browser.get(path).status_code == 404
    assert browser.post(path, GOOD).status_code == 404
    assert not (folder / "keys").exists()


def test_without_a_token_there_is_no_page(folder, browser, monkeypatch):
    monkeypatch.delenv("MELDPUNT_SETUP_TOKEN")
    assert browser.get(PATH).status_code == 404
    assert browser.get("/setup//").status_code == 404


BAD = [
    ({"name": ""}, "Fill in the name.", "Vul de naam in."),
    ({"contact": "nobody"}, "valid email address", "geldig e-mailadres"),
    ({"languages": []}, "Choose at least one language.", "Kies ten minste één taal."),
    ({"username": "Hanna van Dam"}, "A user name has 2 to 40 characters", "Een gebruikersnaam heeft 2 tot 40 tekens"),
    ({"password2": "something else"}, "The two passwords are not the same.", "De twee wachtwoorden zijn niet gelijk."),
    ({"password1": "kort", "password2": "kort"}, "too short", "te kort"),
    ({"password1": "", "password2": ""}, "Choose a password.", "Kies een wachtwoord."),
]


@pytest.mark.parametrize(("changes", "english"), [(changes, english) for changes, english, _dutch in BAD])
def test_bad_input_makes_nothing_and_keeps_what_was_typed(folder, browser, changes, english):
    answer = browser.post(PATH, {**GOOD, **changes})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert english in page
    assert "Hanna de Vries" in page and "drie gele" not in page
    assert not (folder / "keys").exists() and log.read(log.HOUSE) == []


@pytest.mark.parametrize(("changes", "words"), [(changes, words) for changes, _english, words in BAD])
def test_bad_input_is_explained_in_dutch(folder, browser, dutch, changes, words):
    answer = browser.post(f"{PATH}?lang=nl", {**GOOD, **changes})
    assert answer.status_code == 400
    assert words in answer.content.decode()


def found(folder, **changes):
    words = {"name": "Voorbeeldstad", "contact": "cvd@voorbeeldstad.example", "now": MONDAY_NINE} | changes
    return founding.found(folder, **words)


def test_a_house_is_founded_once(folder):
    made = found(folder)
    assert made.policy_version == 1 and made.username == ""
    key = (folder / "keys" / "vault.key").read_bytes()
    with pytest.raises(AlreadyFounded):
        found(folder)
    assert (folder / "keys" / "vault.key").read_bytes() == key


def test_what_will_not_do_is_refused_before_anything_is_made(folder):
    with pytest.raises(BadPolicy):
        found(folder, contact="no address")
    with pytest.raises(BadPolicy):
        found(folder, languages=["de"])
    with pytest.raises(BadHandler):
        found(folder, handler=founding.FirstHandler("hanna", "Hanna", "kort"))
    assert not folder.exists()


def test_an_interrupted_attempt_leaves_the_way_free(folder):
    folder.mkdir()
    (folder / "policy.toml").write_text("my own beginnings")
    (folder / "policy.toml.old" / "in the way").mkdir(parents=True)  # the last step cannot be done
    with pytest.raises(OSError):
        found(folder)
    assert not founding.is_founded(folder)
    assert not list((folder / "keys").iterdir())
    assert log.read(log.HOUSE) == []
    (folder / "policy.toml.old" / "in the way").rmdir()
    (folder / "policy.toml.old").rmdir()
    assert found(folder).policy_version == 1


def test_killed_just_before_the_mark_it_stands_all_the_same(folder):
    found(folder)
    (folder / "keys" / founding.MARK).unlink()
    key = (folder / "keys" / "vault.key").read_bytes()
    with pytest.raises(AlreadyFounded):
        found(folder)
    assert founding.is_founded(folder)
    assert (folder / "keys" / "vault.key").read_bytes() == key


def test_leftovers_of_a_killed_attempt_are_cleared(folder):
    keyring.create(folder)
    (folder / "policy.toml").write_text("my own beginnings")
    made = found(folder)
    assert made.policy_version == 1
    assert (folder / "policy.toml.old").read_text() == "my own beginnings"
