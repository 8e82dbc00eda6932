"""The desk with a handler at it."""

import re
import time
from dataclasses import dataclass

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from tests.build import House, reporters_key
from tests.cast import MONDAY_NINE

from meldpunt.cases.rules import Reporter
from meldpunt.desk import accounts

PASSWORD = "drie gele fietsen zingen"


def code_for(secret: str, step: int = 0) -> str:
    """What a generator with this secret shows now (or ``step`` half minutes later)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))  # noqa: TID251 - a real generator looks at a real clock


@dataclass
class Desk:
    """A browser at the desk.  ``house`` as the builders made it."""

    client: Client
    house: House
    username: str

    def get(self, path, **query):
        return self.client.get(path, query)

    def post(self, path, **fields):
        return self.client.post(path, fields)

    def text(self, path, **query):
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


@pytest.fixture
def dutch():
    """For a test that reads Dutch: the catalogue has to be compiled (``make install`` does it)."""
    with translation.override("nl"):
        if translation.gettext("Nothing is owed.") == "Nothing is owed.":
            pytest.skip("the Dutch catalogue is not compiled")


@pytest.fixture
def desk_house(house, settings):
    settings.ROOT_URLCONF = "meldpunt.site.urls_desk"
    settings.MELDPUNT_DATA = house.folder
    cache.clear()
    return house


@pytest.fixture
def hanna(desk_house):
    """A handler with password and codes; gives the secret of the generator."""
    accounts.create_handler("hanna", "Hanna", PASSWORD, now=MONDAY_NINE)
    return accounts.enrol_totp("hanna", now=MONDAY_NINE)


def sign_in(client: Client, username: str, secret: str, password: str = PASSWORD, step: int = 0) -> None:
    answer = client.post("/sign-in/", {"login": username, "password": password})
    assert answer["Location"] == "/sign-in/code/"
    answer = client.post("/sign-in/code/", {"code": code_for(secret, step)})
    assert answer.status_code == 302, answer.content.decode()


@pytest.fixture
def desk(desk_house, hanna):
    """Hanna, signed in, her browser in English."""
    client = Client(headers={"accept-language": "en"})
    sign_in(client, "hanna", hanna.secret)
    return Desk(client, desk_house, "hanna")


@pytest.fixture
def ref(desk):
    """A case whose reporter has a key."""
    return desk.house.a_case(reporter=Reporter("Uil", "uil@example.org", reporters_key(), "AB" * 20))
