"""The JSON interface with a program at it."""

import json
from dataclasses import dataclass

import pytest
import time_machine
from django.test import Client
from tests.build import House
from tests.cast import DAY, HANNA, MONDAY_NINE, OPERATOR

from meldpunt.api import bearer
from meldpunt.cases import people
from meldpunt.ground.values import Role
from meldpunt.tokens import commands
from meldpunt.tokens.rules import Scope

NOW = MONDAY_NINE + DAY


@dataclass
class Program:
    """A program with a token.  ``house`` as the builders made it."""

    client: Client
    house: House
    secret: str
    token: str

    def get(self, path, **query):
        return self.client.get(f"/v1{path}", query, headers=self._headers())

    def post(self, path, key="", **body):
        more = {"idempotency-key": key} if key else {}
        return self.client.post(
            f"/v1{path}", json.dumps(body), content_type="application/json", headers={**self._headers(), **more}
        )

    def _headers(self):
        return {"authorization": f"Bearer {self.secret}"}


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def api_house(house, settings, clock):
    settings.ROOT_URLCONF = "meldpunt.site.urls_api"
    settings.MIDDLEWARE = ["meldpunt.api.middleware.ApiMiddleware"]
    settings.MELDPUNT_DATA = house.folder
    bearer.pace.cache_clear()
    return house


@pytest.fixture
def program_of(api_house):
    def make(scope=Scope.ACT, by=HANNA, days=30, roles=(Role.HANDLER,)):
        people.set_roles(by.name, roles, by=OPERATOR, now=NOW)
        made = commands.make("a script of mine", scope, days, by=by, now=NOW)
        return Program(Client(), api_house, made.secret, made.id)

    return make


@pytest.fixture
def program(program_of):
    return program_of()
