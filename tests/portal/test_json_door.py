"""A report as JSON, without an account: durable, with a receipt that opens the case, and refused with a sentence."""

import json

import pytest
from django.test import Client
from tests.cast import BASE
from tests.portal.conftest import TEXT

from meldpunt.cases import queries as cases
from meldpunt.ground import clock
from meldpunt.ground.values import Actor, Role
from meldpunt.intake import queries as spool
from meldpunt.intake.models import Item
from meldpunt.ledger import log
from meldpunt.vault.rules import read_receipt
from meldpunt.works import opener

REPORT = {"system": "https://www.example.org", "description": TEXT, "conditions": True}


@pytest.fixture
def send(portal):
    def send(body=REPORT, **headers):
        body = body if isinstance(body, str | bytes) else json.dumps(body)
        client = Client(enforce_csrf_checks=True, headers={"accept-language": "en", **headers})
        return client.post("/report.json", body, content_type="application/json")

    return send


def is_problem(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    return answer.json()


def test_a_report_is_taken_and_its_receipt_opens_it(send, portal):
    answer = send()
    assert answer.status_code == 201 and answer["Cache-Control"] == "no-store"
    said = answer.json()
    receipt = read_receipt(said["receipt"])
    assert said["page"].endswith("/my/") and said["due_on"]
    item = Item.objects.get()
    assert item.door == "json" and TEXT.encode() not in bytes(item.sealed)
    assert item.finder == receipt.finder


def test_it_becomes_a_case_whose_receipt_was_shown(send, portal):
    said = send(REPORT | {"address": "rui@reporter.example", "impact": "All bookings."}).json()
    assert said["receipt"]
    [(_, token)] = spool.waiting(10)
    opener.open_one(token, opener.House(portal.keys, portal.folder, BASE), now=clock.now())
    [ref] = cases.references()
    assert [one.facts["by_mail"] for one in log.read(ref) if one.kind == "receipt.issued"] == [False]
    case = cases.case_for(Actor(Role.OPERATOR, "operator"), ref, portal.keys)
    assert case.door == "json"
    assert cases.reporter_of(Actor(Role.OPERATOR, "operator"), ref, portal.keys).address == "rui@reporter.example"


def test_the_same_key_is_one_report(send):
    first, again = send(**{"idempotency-key": "k1"}), send(**{"idempotency-key": "k1"})
    assert first.status_code == 201
    assert "receipt" not in is_problem(again, 409)
    assert send(**{"idempotency-key": "k2"}).status_code == 201
    assert Item.objects.count() == 2


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "null", b"\xff\xfe", "[" * 3000])
def test_what_is_no_object_is_refused(send, body):
    is_problem(send(body), 400)
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"conditions": False}, "/conditions"),
        ({"conditions": "yes"}, "/conditions"),
        ({"system": ""}, "/system"),
        ({"description": None}, "/description"),
        ({"description": ["zebrapad"]}, "/description"),
        ({"address": "not an address"}, "/address"),
        ({"policy_version": 99}, "/conditions"),
        ({"key": "zebrapad"}, "/key"),
    ],
)
def test_what_is_missing_is_named_and_never_repeated(send, changes, where):
    said = is_problem(send(REPORT | changes), 422)
    assert where in [one["pointer"] for one in said["errors"]]
    assert "zebrapad" not in json.dumps(said) and not Item.objects.exists()


def test_another_method_and_too_much(send, portal):
    assert Client().get("/report.json").status_code == 405
    is_problem(send(json.dumps(REPORT | {"impact": "x" * (5 << 20)})), 413)
    assert not Item.objects.exists()


def test_a_nul_and_half_a_character(send):
    answer = send(r'{"system": "a\u0000b", "description": "c\ud800d", "conditions": true}')
    assert answer.status_code == 201
