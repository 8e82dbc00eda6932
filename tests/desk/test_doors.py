"""Every address of the desk, for every role, in a case that is theirs to see and in one that is not."""

import json
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from tests.cast import HANNA, MONDAY_NINE

from meldpunt.cases import access, giving, people
from meldpunt.desk import accounts, roles
from meldpunt.desk.doors import DOORS, FOR_ALL
from meldpunt.desk.errors import LastAdministrator
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import AT_THE_DESK, Role, at_the_desk
from meldpunt.ledger import log
from meldpunt.promises.models import Promise
from meldpunt.site.urls_desk import desk as addresses
from meldpunt.works.followers import catch_up

ABSENT = "VB-2026-9999"
NAMES = {one.name: one for one in addresses}


def path_of(address, ref):
    """The address with this case in it, and something in the place of everything else."""
    said = re.search(r"\?P<act>(\w+)\|", str(address.pattern))
    numbers = re.findall(r"<int:(\w+)>", str(address.pattern))
    known = {"ref": ref, "username": "hanna", "file_id": "x-0", "act": said and said[1], **dict.fromkeys(numbers, 1)}
    return reverse(f"desk:{address.name}", kwargs={name: known.get(name, "x") for name in parts_of(address)})


def parts_of(address):
    return re.findall(r"<(?:\w+:)?(\w+)>", str(address.pattern))


def body(answer, ref):
    """What somebody reads, without what is new in every answer, and without the reference that they typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-(idle|rest)="\d+"', "", answer.getvalue().decode())
    return answer.status_code, re.sub(r'href="[^"]*\?lang=\w+"', "", text).replace(ref, "REF")


def somebody(username, *held):
    """A browser of somebody with these roles, signed in with a second factor."""
    accounts.create_handler(username, username, now=MONDAY_NINE, as_what=held)
    accounts.enrol_totp(username, now=MONDAY_NINE)
    client = Client(headers={"accept-language": "en"}, raise_request_exception=True)
    client.force_login(User.objects.get(username=username))
    return client


@pytest.fixture
def cases(desk_house):
    """One that everybody sees, and one for hanna alone."""
    accounts.create_handler("hanna", "Hanna", now=MONDAY_NINE)
    seen, hidden = desk_house.a_case("The lock of the tax page."), desk_house.a_case("A quiet weakness.")
    giving.restrict(hidden, by=HANNA, now=MONDAY_NINE)
    return seen, hidden


@pytest.mark.parametrize("name", NAMES)
def test_every_address_asks_for_a_right_or_is_for_all(name):
    assert (name in DOORS) != (name in FOR_ALL), "say in desk/doors.py for whom it is"


@pytest.mark.parametrize("role", AT_THE_DESK)
def test_what_is_not_yours_looks_like_what_is_not_there(cases, role):
    client, actor = somebody("somebody", role), at_the_desk("somebody", [role])
    seen, hidden = cases
    for name, address in NAMES.items():
        if name in FOR_ALL:
            continue
        mine, in_a_case = may(actor, DOORS[name]), "ref" in parts_of(address)
        shut = ([] if may(actor, Right.EVERY_CASE) else [hidden]) if mine else [seen, hidden]
        if in_a_case:
            nothing = body(client.post(path_of(address, ABSENT)), ABSENT)
            assert nothing[0] == 404, name
            for ref in shut:
                assert body(client.post(path_of(address, ref)), ref) == nothing, (name, ref)
            if shut:
                nothing = body(client.get(path_of(address, ABSENT)), ABSENT)
                assert body(client.get(path_of(address, shut[-1])), shut[-1]) == nothing, name
        elif not mine:
            nothing = body(client.get("/nothing/here/"), "-")
            assert body(client.get(path_of(address, "")), "-") == nothing and nothing[0] == 404, name


@pytest.mark.parametrize("role", AT_THE_DESK)
def test_what_is_yours_opens(cases, role):
    client, actor = somebody("somebody", role), at_the_desk("somebody", [role])
    shut = body(client.get(f"/cases/{ABSENT}/"), ABSENT), body(client.get("/nothing/here/"), "-")
    for name, address in NAMES.items():
        if parts_of(address) in ([], ["ref"]) and (name in FOR_ALL or may(actor, DOORS[name])):
            answer = client.get(path_of(address, cases[0]), follow=True)
            assert answer.status_code < 500 and body(answer, cases[0]) not in shut, name


def test_no_page_tells_of_a_case_that_is_for_others(cases):
    client = somebody("somebody", Role.HANDLER, Role.COUNSEL, Role.PRIVACY_OFFICER)
    for name, address in NAMES.items():
        if "ref" not in parts_of(address) and parts_of(address) in ([], ["number"]):
            text = client.get(path_of(address, "")).content.decode()
            assert cases[1] not in text and "A quiet weakness." not in text, name
    page = client.get("/").content.decode()
    assert cases[0] in page and "Everything <span>1</span>" in page


def test_who_is_named_sees_it_and_who_is_taken_off_does_not(cases):
    client = somebody("joris", Role.HANDLER)
    path = f"/cases/{cases[1]}/"
    assert client.get(path).status_code == 404
    giving.give(cases[1], "joris", by=HANNA, now=MONDAY_NINE)
    page = client.get(path).content.decode()
    assert "A quiet weakness." in page and "Named people only." in page and "joris" in page
    assert "Everything <span>2</span>" in client.get("/").content.decode()
    giving.take_from(cases[1], "joris", by=HANNA, now=MONDAY_NINE)
    assert client.get(path).status_code == 404 and client.post(f"{path}note/", {"note": "x"}).status_code == 404
    kinds = [entry.kind for entry in log.read(cases[1])]
    assert kinds[-4:] == ["case.for-named", "case.given", "case.given", "case.taken-from"]


def test_a_role_that_is_taken_away_is_gone_at_once(cases):
    client = somebody("joris", Role.HANDLER, Role.AUDITOR)
    assert client.get(f"/cases/{cases[0]}/").status_code == 200
    roles.set_roles("joris", [Role.AUDITOR], by=HANNA, now=MONDAY_NINE)
    assert client.get(f"/cases/{cases[0]}/").status_code == 404
    assert client.post(f"/cases/{cases[0]}/take/").status_code == 404
    assert client.get("/score/").status_code == 200


def test_an_attempt_to_change_what_is_not_yours_is_on_record_once_an_hour(cases):
    client = somebody("adam", Role.AUDITOR)
    for _ in range(3):
        client.post(f"/cases/{cases[0]}/take/")
    client.get(f"/cases/{cases[0]}/")  # looking changes nothing
    told = [(one.by, one.facts) for one in log.read(log.HOUSE) if one.kind == "desk.refused"]
    assert told == [("auditor:adam", {"act": "take"})]


def test_what_somebody_held_waits_for_another_when_they_go(cases):
    somebody("joris", Role.HANDLER)
    giving.assign(cases[1], "joris", by=HANNA, now=MONDAY_NINE)
    giving.assign(cases[0], "joris", by=HANNA, now=MONDAY_NINE)
    catch_up()
    assert set(Promise.objects.values_list("handler", flat=True)) == {"joris"}
    accounts.disable("joris", now=MONDAY_NINE, by=HANNA)
    catch_up()
    assert set(Promise.objects.values_list("handler", flat=True)) == {""}
    assert giving.audience(HANNA, cases[1]) == (True, ("hanna",), ("hanna",))
    accounts.enable("joris", now=MONDAY_NINE, by=HANNA)
    assert access.hidden_from(people.actor("joris")) == {cases[1]}


def test_the_last_administrator_stays_one(cases):
    admin = people.actor("hanna")
    with pytest.raises(LastAdministrator):
        roles.set_roles("hanna", [Role.HANDLER], by=admin, now=MONDAY_NINE)
    with pytest.raises(LastAdministrator):
        accounts.disable("hanna", by=admin, now=MONDAY_NINE)
    somebody("piet", Role.ADMINISTRATOR)
    roles.set_roles("hanna", [Role.HANDLER], by=admin, now=MONDAY_NINE)
    assert people.actor("hanna").roles == {Role.HANDLER}


def test_an_auditor_proves_and_reads_nothing(cases):
    client = somebody("adam", Role.AUDITOR)
    assert client.get("/")["Location"] == "/audit/"
    page = client.get("/audit/").content.decode()
    assert cases[0] in page and cases[1] in page, "by reference alone, every case"
    whole = client.post("/audit/check/").content.decode()
    assert "The log is whole." in whole
    head = log.head(cases[0])
    right = client.post("/audit/check/", {"letter": "1", "case": cases[0].lower(), "head": head[:32]})
    wrong = client.post("/audit/check/", {"letter": "1", "case": cases[1], "head": head[:32]})
    assert "That fingerprint stands" in right.content.decode() and "is not in the log" in wrong.content.decode()
    lines = [json.loads(line) for line in client.get("/audit/log.jsonl").getvalue().decode().splitlines()]
    assert len(lines) == log.length() and lines[-1]["hash"] == log.read(lines[-1]["stream"])[-1].hash
    table = client.get("/audit/promises.csv").getvalue().decode()
    assert table.startswith("case,sentence,promise") and cases[1] in table
    for text in (page, whole, table, client.get("/score/").content.decode()):
        assert not re.search("tax page|quiet weakness|Nachtuil|nachtuil", text)


def test_an_administrator_changes_roles_and_reads_nothing(cases):
    client = somebody("ada", Role.ADMINISTRATOR)
    assert client.get("/")["Location"] == "/people/"
    page = client.get("/people/").content.decode()
    assert "Hanna" in page and cases[0] not in page
    assert client.post("/people/hanna/roles/", {"roles": ["handler", "counsel", "owner"]}).status_code == 302
    assert people.actor("hanna").roles == {Role.HANDLER, Role.COUNSEL}
    none = client.post("/people/hanna/roles/")
    assert none.status_code == 400 and "Choose at least one role." in none.content.decode()
    last = client.post("/people/ada/roles/", {"roles": "handler"})
    assert last.status_code == 409 and "ada is the last administrator." in last.content.decode()
    assert client.post("/people/nobody/roles/", {"roles": "handler"}).status_code == 404
    assert log.read(log.HOUSE)[-1].facts == {"person": "hanna", "roles": "handler counsel"}


def test_the_forms_beside_a_case(cases):
    somebody("joris", Role.HANDLER)
    client = somebody("lea", Role.LEAD)

    def change(**fields):
        return client.post(f"/cases/{cases[0]}/access/", {"once": "-".join(fields.values()), **fields})

    assert change(act="assign", person="joris").status_code == 302
    assert change(act="give", person="joris").status_code == 409, "it is everybody's"
    assert change(act="restrict").status_code == 302
    assert giving.audience(HANNA, cases[0])[1] == ("joris", "lea")
    wrong = change(act="take-from", person="joris")
    assert wrong.status_code == 400 and "joris handles this case." in wrong.content.decode()
    assert change(act="give", person="nobody").status_code == 400
    page = client.get(f"/cases/{cases[0]}/").content.decode()
    assert "Given to joris" in page and "For named people only, from now on" in page
    assert change(act="open").status_code == 302
    assert giving.audience(HANNA, cases[0]) == (False, (), ())
    assert change(act="sing").status_code == 404


def test_each_sees_their_own_part_of_a_case(cases):
    def page(username, role):
        return somebody(username, role).get(f"/cases/{cases[0]}/").content.decode()

    counsel, officer = page("carla", Role.COUNSEL), page("pia", Role.PRIVACY_OFFICER)
    assert "opens for anyone" not in officer and "The lock of the tax page." in counsel
    assert 'id="privacy"' in officer and 'id="triage"' not in officer and "Nachtuil" in officer
    for text in (counsel, officer):
        assert "/assess/" not in text and "/take/" not in text and "/reply/" not in text
    assert "/hand-over/" in counsel or 'id="triage"' in counsel
    assert "/conduct/" in counsel and "/note/" in counsel and "/note/" not in officer
